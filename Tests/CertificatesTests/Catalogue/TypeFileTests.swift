import Certificates
import Cryptography
import Encoding
import Testing

@Suite("A type file")
struct TypeFileTests {
  @Test("of the specification says what the page says")
  func example() throws {
    let file = try SampleType.file()
    #expect(file.code.text == "11100000000013338W011")
    #expect(file.version == 1)
    #expect(file.material == .certificate)
    #expect(file.issuers.contain(try USCC("11430000006122244L")))
    #expect(file.name(in: .chinese) == "特种作业操作证")
    #expect(file.name(in: .english) == "Special operation card")
    #expect(file.unique == ["number"])
    #expect(file.ownNames.count == 9)
    #expect(file.kind.digestCount == 20)
    #expect(file.duties.map(\.purpose) == ["site-inspection"])
    #expect(file.predicates.map(\.condition) == [.years(18)])
    #expect(file.retention?.years == 30)
    #expect(file.template?.uri.hasSuffix("operator-card.svg") == true)
    let page = try Vectors.page("type-file.md")
    #expect(page.contains(file.digest.base64url), "\(file.digest.base64url)")
    #expect(page.contains(file.kind.integrity), "\(file.kind.integrity)")
  }

  @Test("has one digest, whatever its layout")
  func digest() throws {
    let object = try SampleType.json()
    let canonical = try TypeFile(parsing: SampleType.bytes(object))
    var reversed = JSONObject()
    for member in object.members.reversed() { reversed.append(member.name, member.value) }
    let other = try TypeFile(.object(reversed))
    #expect(canonical.digest == other.digest)
    #expect(canonical.canonicalBytes == SampleType.bytes(object))
    #expect(canonical.digest == SHA256.hash(canonical.canonicalBytes))
    let metadata = try #require(object["metadata"])
    #expect(canonical.metadataDigest == SHA256.hash(metadata.canonicalBytes()))
  }

  @Test(
    "is refused with the path of the member that is wrong",
    arguments: [
      ("code", "x", "type_file_code code"),
      ("code", "11100000000013338X011", "type_file_code code"),
      ("code", nil, "type_file_missing code"),
      ("version", 0, "type_file_value version"), ("version", 1.5, "type_file_value version"),
      ("kind", "paper", "type_file_value kind"),
      ("issuers", [], "type_file_value issuers"),
      ("issuers", ["*", "11430000006122244L"], "type_file_department issuers[0]"),
      ("issuers", ["11430000006122244M"], "type_file_department issuers[0]"),
      ("issuers", ["11430000006122244L", "11430000006122244L"], "type_file_value issuers[1]"),
      ("metadata", nil, "type_file_missing metadata"),
      ("schema", nil, "type_file_missing schema"),
      ("schema", ["type": "string"], "schema_value schema"),
      ("unique", nil, "type_file_missing unique"), ("unique", "number", "type_file_value unique"),
      ("unique", ["none"], "claim_unknown unique[0]"),
      ("unique", ["scope"], "type_file_value unique[0]"),
      ("unique", ["number", "number"], "type_file_value unique[1]"),
      ("subjects", 17, "type_file_value subjects"), ("subjects", 0, "type_file_value subjects"),
      ("copies", 2, "type_file_value copies"),
      ("duties", nil, "type_file_missing duties"),
      (
        "duties", [["department": "x", "claims": ["sex"], "purpose": "a", "citation": "b"]],
        "type_file_department duties[0].department"
      ),
      (
        "duties",
        [
          ["department": "11430000006122244L", "claims": ["none"], "purpose": "a", "citation": "b"]
        ], "claim_unknown duties[0].claims[0]"
      ),
      (
        "duties",
        [
          [
            "department": "11430000006122244L", "claims": ["sex"], "purpose": "A b",
            "citation": "b",
          ]
        ], "type_file_value duties[0].purpose"
      ),
      (
        "duties", [["department": "11430000006122244L", "claims": ["sex"], "purpose": "a"]],
        "type_file_missing duties[0].citation"
      ),
      (
        "duties",
        [
          [
            "department": "11430000006122244L", "claims": ["sex"], "purpose": "a", "citation": "b",
            "note": "c",
          ]
        ], "type_file_unknown duties[0].note"
      ),
      (
        "duties",
        [
          [
            "department": "11430000006122244L", "claims": ["sex"], "purpose": "a",
            "citation": "b\nc",
          ]
        ], "type_file_value duties[0].citation"
      ),
      (
        "duties",
        [
          [
            "department": "11430000006122244L", "claims": ["sex"], "purpose": "a",
            "citation": .string(String(repeating: "法", count: 171)),
          ]
        ], "type_file_value duties[0].citation"
      ),
      ("duties", .array(Array(repeating: ["a": 1], count: 257)), "type_file_value duties"),
      (
        "predicates", [["name": "over_18", "claim": "sex", "years": 18]],
        "claim_unknown predicates[0].claim"
      ),
      (
        "predicates", [["name": "sex", "claim": "birth_date", "years": 18]],
        "claim_name predicates[0].name"
      ),
      (
        "predicates", [["name": "over_18", "claim": "birth_date"]], "type_file_value predicates[0]"
      ),
      (
        "predicates", [["name": "a", "claim": "birth_date", "years": 18, "values": ["x"]]],
        "type_file_value predicates[0]"
      ),
      (
        "predicates", [["name": "holders", "claim": "birth_date", "years": 18]],
        "claim_name predicates[0].name"
      ),
      (
        "predicates", [["name": "a", "claim": "scope", "values": ["x"]]],
        "claim_unknown predicates[0].claim"
      ),
      (
        "predicates", [["name": "a", "claim": "sex", "values": []]],
        "type_file_value predicates[0].values"
      ),
      (
        "predicates",
        [
          ["name": "a", "claim": "sex", "values": ["女"]],
          ["name": "a", "claim": "birth_date", "years": 1],
        ], "claim_name predicates[1].name"
      ),
      ("retention", ["years": 0, "citation": "x"], "type_file_value retention.years"),
      (
        "template", ["uri": "http://a.example", "integrity": "sha256-x"],
        "type_file_value template.uri"
      ),
      ("colour", "red", "type_file_unknown colour"),
    ] as [(String, JSONValue?, String)])
  func refused(name: String, value: JSONValue?, problem: String) throws {
    let problems = try SampleType.problems { $0[name] = value }
    #expect(problems.first.map { "\($0.code) \($0.location ?? "")" } == problem)
  }

  @Test("is refused with the path of the text or label that is wrong")
  func metadata() throws {
    func first(_ change: (inout JSONObject) -> Void) throws -> String? {
      let problems = try SampleType.problems { object in
        guard case .object(var metadata)? = object["metadata"] else { return }
        change(&metadata)
        object["metadata"] = .object(metadata)
      }
      return problems.first.map { "\($0.code) \($0.location ?? "")" }
    }
    func claims(_ change: (inout [JSONValue]) -> Void) throws -> String? {
      try first {
        var claims = $0["claims"]?.arrayValue ?? []
        change(&claims)
        $0["claims"] = .array(claims)
      }
    }
    #expect(try first { $0["name"] = nil } == "type_file_missing metadata.name")
    #expect(try first { $0["extends"] = "x" } == "type_file_unknown metadata.extends")
    #expect(
      try first { $0["vct"] = "https://a.example/types/x/1" } == "type_file_value metadata.vct")
    #expect(
      try first { $0["vct"] = "https://a.example/types/11100000000013338W011/1" } == nil)
    #expect(
      try first { $0["display"] = [["locale": "en", "name": "x"]] }
        == "type_file_missing metadata.display")
    #expect(try first { $0["name"] = "证\u{202E}照" } == "type_file_value metadata.name")
    #expect(try claims { $0.removeLast() } == "label_missing photo")
    #expect(try claims { $0.append($0[1]) } == "type_file_value metadata.claims[12].path")
    #expect(
      try claims { $0.append(["path": ["none"], "display": []]) }
        == "claim_unknown metadata.claims[12].path")
    #expect(
      try claims {
        $0[1] = ["path": ["sex"], "sd": "never", "display": [["locale": "zh-CN", "label": "性"]]]
      }
        == "type_file_value metadata.claims[1].sd")
    #expect(
      try claims { $0[1] = ["path": ["sex"], "display": [["locale": "zh-CN", "label": "出生日期"]]] }
        == "title_ambiguous metadata.claims")
    #expect(
      try claims {
        $0[1] = ["path": ["sex"], "display": [["locale": "zh-CN", "label": "持证主体代码"]]]
      }
        == "title_ambiguous metadata.claims")
    #expect(
      try claims { $0[1] = ["path": [], "display": []] }
        == "type_file_value metadata.claims[1].path")
  }

  @Test("does not give a claim a name that every certificate has")
  func reservedNames() throws {
    let text: JSONValue = ["type": "string"]
    for name in ["identifier", "holders", "valid_from", "iss", "cnf", "status", "name"] {
      var object = try SampleType.json()
      object["schema"] = [
        "type": "object", "additionalProperties": false,
        "properties": .object(JSONObject([(name, text)])),
      ]
      let problems = TypeFile.problems(in: SampleType.bytes(object))
      #expect(
        problems.contains { $0.code == .claimName && $0.location == "schema.properties.\(name)" })
    }
  }

  @Test("lists all its problems at once, and says how many there are")
  func all() throws {
    var object = try SampleType.json()
    object["version"] = 0
    object["subjects"] = 99
    object["colour"] = "red"
    #expect(TypeFile.problems(in: SampleType.bytes(object)).count == 3)
    let error = #expect(throws: CertificatesError.self) { try TypeFile(.object(object)) }
    #expect(error?.message.hasSuffix("(and 2 more)") == true)
  }

  @Test("is strict JSON of at most 1 MiB")
  func bytes() {
    let huge = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
    #expect(TypeFile.problems(in: huge).map(\.code) == [.typeFileTooLarge])
    for text in ["", "[]", "null", "{\"code\":1,\"code\":2}", "{} x", "\u{FEFF}{}"] {
      #expect(TypeFile.problems(in: Array(text.utf8)).map(\.code) == [.typeFileNotJSON])
    }
    #expect(TypeFile.problems(in: Array("{}".utf8)).count == 9)
  }

  @Test("of a material needs neither schema nor counts")
  func material() throws {
    var object = try SampleType.json()
    object["kind"] = "file"
    for name in ["schema", "unique", "subjects", "copies", "predicates"] { object[name] = nil }
    object["metadata"] = [
      "name": "档案", "display": [["locale": "zh-CN", "name": "档案"]], "claims": [],
    ]
    object["duties"] = []
    let file = try TypeFile(.object(object))
    #expect(file.material == .file && file.subjectCountMax == 1 && file.ownNames == [])
  }

  @Test("of the sample city can be published, all twelve")
  func sampleCity() throws {
    for code in SampleSheets.codes {
      let problems = TypeFile.problems(in: try SampleSheets.typeFile(code))
      #expect(problems.map(\.description) == [])
    }
  }
}

@Suite("The claims of a certificate")
struct ClaimsTests {
  @Test("that fit are taken in the order of the schema")
  func fit() throws {
    guard case .claims(let claims) = try SampleType.file().readClaims(.object(SampleType.claims))
    else {
      Issue.record("the example's claims are refused")
      return
    }
    #expect(claims.own.names == ["sex", "birth_date", "category", "scope", "hours"])
    #expect(claims.inputObject == SampleType.claims)
    #expect(try claims == CertificateClaims(SampleType.claims))
    #expect(
      try SampleType.file().uniqueKey(of: claims) == Array("[\"T11010519491231002X\"]".utf8))
  }

  @Test("have every fault found, with its path")
  func faults() throws {
    #expect(try SampleType.faults { $0["number"] = nil } == ["missing number"])
    #expect(try SampleType.faults { $0["number"] = 5 } == ["type number"])
    #expect(try SampleType.faults { $0["holders"] = nil } == ["missing holders"])
    #expect(try SampleType.faults { $0["holders"] = [] } == ["type holders"])
    #expect(try SampleType.faults { $0["holders"] = [1] } == ["type holders[0]"])
    #expect(
      try SampleType.faults { $0["holders"] = ["name": "x"] } == ["type holders"])
    let holder: JSONValue = ["name": "刘一", "code": "11010519491231002X", "code_type": "111"]
    #expect(
      try SampleType.faults { $0["holders"] = [holder, holder] } == ["too_many_holders holders"])
    #expect(
      try SampleType.faults {
        $0["holders"] = [["name": "", "code": "110105194912310021", "code_type": "111"]]
      }
        == ["length holders[0].name", "check_character holders[0].code"])
    #expect(
      try SampleType.faults {
        $0["holders"] = [["name": "刘\u{202E}", "code": "x", "code_type": "998", "age": 3]]
      }
        == [
          "unknown holders[0].age", "unpermitted_character holders[0].name",
          "code_type holders[0].code_type",
        ])
    #expect(try SampleType.faults { $0["valid_from"] = "2026-13-01" } == ["day valid_from"])
    #expect(try SampleType.faults { $0["valid_until"] = "2026-10-31" } == ["period valid_until"])
    #expect(try SampleType.faults { $0["identifier"] = "x" } == ["unknown identifier"])
    #expect(
      try SampleType.faults {
        $0["sex"] = "M"; $0["hours"] = 7; $0["employer"] = [:]
      }
        == ["enum sex", "range hours", "missing employer.name"])
    #expect(
      try SampleType.faults { $0["photo"] = .string(String(repeating: "a", count: 700_001)) }
        == ["too_large "])
  }

  @Test("name a holder once")
  func twice() throws {
    let file = try SampleType.file(properties: [:], subjects: 2)
    var input = SampleType.claims
    for name in ["sex", "birth_date", "category", "scope", "hours"] { input[name] = nil }
    let holder = try #require(input["holders"]?.arrayValue?.first)
    input["holders"] = [holder, holder]
    guard case .faults(let faults) = file.readClaims(.object(input)) else {
      Issue.record("one holder twice was taken")
      return
    }
    #expect(faults.map(\.description) == ["holders[1]: this holder is there twice"])
  }
}
