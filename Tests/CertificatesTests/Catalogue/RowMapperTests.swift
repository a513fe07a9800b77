import Certificates
import Cryptography
import Encoding
import Testing

@Suite("A sheet")
struct RowMapperTests {
  private func record(_ fields: [String], line: Int = 1) throws -> CSVRecord {
    var text = ""
    for _ in 1..<line { text += "x\n" }
    let bytes = Array(fields.map(CSVWriter.escape).joined(separator: ",").utf8)
    var reader = CSVReader(BytesSource(bytes), encoding: .utf8)
    return try #require(try reader.next())
  }

  private func mapper(_ header: [String], _ type: TypeFile) throws -> RowMapper {
    switch RowMapper.open(try record(header), type: type) {
    case .mapper(let mapper): return mapper
    case .faults(let faults):
      throw faults.first.map { EncodingError(.wrongType, "\($0)") }
        ?? EncodingError(.wrongType, "no mapper")
    }
  }

  private func headerFaults(_ header: [String], isReplacement: Bool = false) throws -> [String] {
    switch RowMapper.open(
      try record(header), type: try SampleType.file(), isReplacement: isReplacement)
    {
    case .mapper: return []
    case .faults(let faults): return faults.map { "\($0.code) \($0.column ?? "")" }
    }
  }

  /// The cells of a row that fits the example, by column.
  private static let good: [(String, String)] = [
    ("number", "T11010519491231002X"), ("holder_name", "刘一"),
    ("holder_code", "11010519491231002X"), ("holder_code_type", "111"),
    ("valid_from", "2026-11-01"), ("valid_until", "2032-10-31"), ("issue_date", ""),
    ("sex", "女"), ("birth_date", "1949-12-31"), ("category", "电工作业"),
    ("scope_1", "低压电工作业"), ("scope_2", ""), ("scope_3", ""), ("employer.name", ""),
    ("employer.site", ""), ("hours", "120"), ("score", ""), ("is_first", ""), ("photo", ""),
    ("holder_key", ""),
  ]

  private func outcome(_ changes: [String: String]) throws -> RowMapper.Outcome {
    let mapper = try mapper(Self.good.map(\.0), try SampleType.file())
    return mapper.map(Self.good.map { changes[$0.0] ?? $0.1 }, line: 7)
  }

  /// `code column` of the faults of a row after changes.
  private func faults(_ changes: [String: String]) throws -> [String] {
    guard case .faults(let faults) = try outcome(changes) else { return [] }
    #expect(faults.allSatisfy { $0.line == 7 })
    return faults.map { "\($0.code) \($0.column ?? "")" }
  }

  private func row(_ changes: [String: String]) throws -> RowMapper.Row {
    switch try outcome(changes) {
    case .row(let row): return row
    case .faults(let faults): throw EncodingError(.wrongType, "\(faults)")
    case .blank: throw EncodingError(.wrongType, "blank")
    }
  }

  @Test("of the specification becomes the claims of the specification")
  func example() throws {
    let type = try SampleType.file()
    let bytes = try BoundedFile.read(
      path: "\(Vectors.repository)/spec/vectors/type/sheet.csv", maximumBytes: 1 << 20)
    var reader = CSVReader(BytesSource(bytes), encoding: .utf8)
    let header = try #require(try reader.next())
    guard case .mapper(let mapper) = RowMapper.open(header, type: type),
      let record = try reader.next(), case .row(let row) = mapper.map(record)
    else {
      Issue.record("the example is refused")
      return
    }
    let text = String(
      decoding: JSONValue.object(row.claims.inputObject).canonicalBytes(), as: UTF8.self)
    #expect(try Vectors.page("csv.md").contains(text), "\(text)")
    guard case .claims(let claims) = type.readClaims(.object(row.claims.inputObject)) else {
      Issue.record("the same as JSON is refused")
      return
    }
    #expect(claims == row.claims)
  }

  @Test("has titles in English names, Chinese labels and English labels")
  func titles() throws {
    let type = try SampleType.file()
    let names = type.csvHeader(nil)
    #expect(
      names == [
        "number", "holder_name", "holder_code", "holder_code_type", "valid_from", "sex",
        "birth_date", "category", "scope_1", "hours", "valid_until", "issue_date", "scope_2",
        "scope_3", "employer.name", "employer.site", "score", "is_first", "photo", "holder_key",
      ])
    #expect(type.csvHeader(.chinese).prefix(3) == ["证号", "持证主体名称", "持证主体代码"])
    #expect(type.csvHeader(.english).contains("Employer.name"))
    for header in [names, type.csvHeader(.chinese), type.csvHeader(.english), names.reversed()] {
      #expect(try headerFaults(header) == [])
    }
    #expect(try headerFaults(names.map { " \($0)\u{3000}" }) == [])
    #expect(type.columns.first { $0.name == "hours" }?.format == .integer)
    #expect(type.columns.first { $0.name == "birth_date" }?.format == .day)
    let page = try Vectors.page("csv.md")
    #expect(page.contains(names.joined(separator: ",")))
    #expect(page.contains(type.csvHeader(.chinese).joined(separator: ",")))
  }

  @Test("is refused with the place of what is no column, the name of one that is twice or absent")
  func header() throws {
    let names = try SampleType.file().csvHeader(nil)
    #expect(try headerFaults(["刘一"] + names) == ["unknown_column column 1"])
    #expect(try headerFaults(names + [""]) == ["unknown_column column 21"])
    #expect(try headerFaults(names + ["证号"]) == ["duplicate_column number"])
    #expect(try headerFaults(Array(names.dropFirst())) == ["missing_column number"])
    #expect(try headerFaults(names, isReplacement: true) == ["missing_column previous_identifier"])
    #expect(try headerFaults(names + ["关联证照标识"], isReplacement: true) == [])
    #expect(
      try headerFaults(names + ["previous_identifier"]) == ["unknown_column previous_identifier"])
  }

  @Test("without a header says so and does not repeat its first line")
  func noHeader() throws {
    guard
      case .faults(let faults) = RowMapper.open(
        try record(["T110", "刘一"]), type: try SampleType.file())
    else {
      Issue.record("a person was taken for a header")
      return
    }
    #expect(faults.map(\.code) == [.missingColumn])
    #expect(faults.allSatisfy { !$0.description.contains("刘") && !$0.description.contains("T110") })
  }

  @Test("has each cell read as its claim wants it")
  func cells() throws {
    let row = try row([
      "scope_2": "高压电工作业", "employer.name": "甲", "score": "92.5", "is_first": "否",
      "birth_date": "1949年12月31日", "valid_until": "长期", "issue_date": "2026/1/5",
    ])
    #expect(row.claims.own["scope"] == ["低压电工作业", "高压电工作业"])
    #expect(row.claims.own["employer"] == ["name": "甲"])
    #expect(row.claims.own["score"] == 92.5)
    #expect(row.claims.own["is_first"] == false)
    #expect(row.claims.own["hours"] == 120)
    #expect(row.claims.own["birth_date"] == "1949-12-31")
    #expect(row.claims.validUntil == nil)
    #expect(row.claims.issueDate?.description == "2026-01-05")
    #expect(row.claims.own["photo"] == nil)
    #expect(row.holderKeys.count == 1 && row.holderKeys[0] == nil)
  }

  @Test("has every fault of a row found, by column")
  func faults() throws {
    #expect(try faults([:]) == [])
    #expect(try faults(["number": ""]) == ["missing number"])
    #expect(try faults(["number": "X1"]) == ["pattern number"])
    #expect(try faults(["number": "1.10105E+17"]) == ["format number"])
    #expect(try faults(["holder_code": "1.10105E+17"]) == ["format holder_code"])
    #expect(try faults(["holder_code": "110105194912310021"]) == ["check_character holder_code"])
    #expect(
      try faults(["holder_code": "110105194913310021"]).first?.hasSuffix("holder_code") == true)
    #expect(try faults(["holder_code_type": "110"]) == ["code_type holder_code_type"])
    #expect(try faults(["holder_name": ""]) == ["missing holder_name"])
    #expect(try faults(["holder_name": "刘\u{202E}一"]) == ["unpermitted_character holder_name"])
    #expect(try faults(["valid_from": "01/11/2026"]) == ["day valid_from"])
    #expect(try faults(["valid_from": "长期"]) == ["day valid_from"])
    #expect(try faults(["valid_until": "2026-10-31"]) == ["period valid_until"])
    #expect(try faults(["birth_date": "2023-02-29"]) == ["day birth_date"])
    #expect(try faults(["hours": "12O"]) == ["type hours"])
    #expect(try faults(["hours": "1,200"]) == ["type hours"])
    #expect(try faults(["hours": "007"]) == ["type hours"])
    #expect(try faults(["hours": "9007199254740992"]) == ["type hours"])
    #expect(try faults(["hours": "5"]) == ["range hours"])
    #expect(try faults(["score": "1e999"]) == ["type score"])
    #expect(try faults(["is_first": "yes"]) == ["type is_first"])
    #expect(try faults(["scope_1": ""]) == ["missing scope_1"])
    #expect(try faults(["scope_1": "", "scope_2": "乙种"]) == ["items scope_1"])
    #expect(try faults(["scope_1": "甲"]) == ["length scope_1"])
    #expect(try faults(["employer.site": "https://a.example"]) == ["missing employer.name"])
    #expect(try faults(["photo": "data:image/png;base64,A"]) == ["format photo"])
    #expect(try faults(["photo": String(repeating: "a", count: 700_000)]) == ["too_large "])
    #expect(
      try faults(["sex": "M", "hours": "x", "category": ""])
        == ["enum sex", "missing category", "type hours"])
  }

  @Test("says nothing of a person in a fault")
  func privacy() throws {
    let secret = "机密1101"
    for (column, _) in Self.good {
      guard case .faults(let faults) = try outcome([column: secret + "\u{202E}"]) else { continue }
      for fault in faults { #expect(!fault.description.contains(secret)) }
    }
  }

  @Test("passes over rows that a spreadsheet left empty, and counts fields")
  func shape() throws {
    let mapper = try mapper(Self.good.map(\.0), try SampleType.file())
    guard case .blank = mapper.map(Self.good.map { _ in "" }, line: 3) else {
      Issue.record("an empty row is not blank")
      return
    }
    guard case .faults(let faults) = mapper.map(["a"], line: 4) else {
      Issue.record("a short row was taken")
      return
    }
    #expect(faults.map(\.code) == [.fieldCount])
  }

  @Test("gives a copy its holder's key, and takes no private one")
  func keys() throws {
    let key = try SampleCertificate.exampleKey()
    let proof = try HolderKeyProof.sign(key, at: 1_790_000_000)
    #expect(try row(["holder_key": proof]).holderKeys == [key.publicKey])
    let jwk = String(decoding: JWK.canonicalBytes(key.publicKey), as: UTF8.self)
    #expect(try faults(["holder_key": jwk]) == ["holder_key holder_key"])
    #expect(try faults(["holder_key": "{}"]) == ["holder_key holder_key"])
    #expect(try faults(["holder_key": "{"]) == ["holder_key holder_key"])
    let exposed = jwk.dropLast() + ",\"d\":\"AA\"}"
    #expect(try faults(["holder_key": String(exposed)]) == ["holder_key holder_key"])
  }

  @Test("of several holders takes them without a gap")
  func holders() throws {
    let type = try SampleType.file(properties: [:], subjects: 3)
    #expect(type.csvHeader(nil).suffix(3) == ["holder_key_1", "holder_key_2", "holder_key_3"])
    let header = type.csvHeader(nil)
    let mapper = try mapper(header, type)
    func map(_ cells: [String: String]) -> RowMapper.Outcome {
      mapper.map(header.map { cells[$0] ?? "" }, line: 2)
    }
    var cells = [
      "number": "1", "valid_from": "2026-01-01", "holder_1_name": "刘一",
      "holder_1_code": "11010519491231002X", "holder_1_code_type": "111",
      "holder_2_name": "甲公司", "holder_2_code": "11430000006122244L",
      "holder_2_code_type": "001",
    ]
    guard case .row(let row) = map(cells) else {
      Issue.record("two holders are refused")
      return
    }
    #expect(row.claims.holders.map(\.name) == ["刘一", "甲公司"])
    cells["holder_2_name"] = nil
    guard case .faults(let faults) = map(cells) else { return }
    #expect(faults.map { "\($0.code) \($0.column ?? "")" } == ["missing holder_2_name"])
    for part in ["name", "code", "code_type"] {
      cells["holder_3_\(part)"] = cells["holder_1_\(part)"]
      cells["holder_2_\(part)"] = nil
    }
    guard case .faults(let gap) = map(cells) else { return }
    #expect(gap.map { "\($0.code) \($0.column ?? "")" } == ["items holder_2_name"])
  }
}
