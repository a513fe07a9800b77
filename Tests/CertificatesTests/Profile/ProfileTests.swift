import Certificates
import Cryptography
import Encoding
import Testing

@Suite struct ProfileTests {
  let sample: SampleCertificate
  let key: P256PrivateKey

  init() throws {
    key = try P256PrivateKey.generate()
    sample = try SampleCertificate(key: key)
  }

  @Test("a copy says what was put in, and what the issuer adds")
  func roundTrip() throws {
    let holder = try P256PrivateKey.generate().publicKey
    let copy = try sample.copy(holder: holder)
    let read = try UnverifiedCertificate(parsing: copy.bytes, keyBinding: .refused)
    #expect(read.token.isSigned(by: key.publicKey))
    #expect(read.digest == copy.digest)
    #expect(read.holderKey == holder)
    #expect(read.issuer == "https://registry.example/departments/11430000006122244L")
    #expect(read.type == "https://registry.example/types/11100000000013338W011/1")
    #expect(read.status == StatusReference(index: 42, uri: "https://registry.example/status/1"))
    #expect(read.notBefore == Timestamp(try Day(parsing: "2026-11-01")).seconds)
    #expect(read.expiresAt == Timestamp(try Day(parsing: "2031-11-01")).seconds)
    #expect(read.issuedAt % 86_400 == 0)
    for name in ["number", "holders", "valid_from", "valid_until", "category", "scope"] {
      #expect(read.claims[name] == SampleCertificate.claims[name], "\(name)")
    }
    #expect(read.identifier == sample.identifier.text)
    #expect(read.claims["issue_date"] == .string(SampleCertificate.today.description))
    #expect(read.claims["name"] == "特种作业操作证")
    #expect(read.claims["type_code"] == "11100000000013338W011")
    #expect(
      read.claims["issuing_authority"]
        == ["code": "11430000006122244L", "name": "湖南省应急管理厅"])
    #expect(read.ownClaims.names.sorted() == ["category", "scope"])
  }

  @Test("two copies of one certificate share nothing that could link them")
  func unlinkable() throws {
    let random = SystemRandom()
    let content = try sample.content()
    let copies = try (1...2).map { index in
      try sample.profile.copy(
        of: content, holder: nil, status: StatusReference(index: index, uri: "https://h/s"),
        random: random)
    }
    #expect(Set(copies[0].disclosures).isDisjoint(with: copies[1].disclosures))
    #expect(copies[0].digest != copies[1].digest)
  }

  @Test("the number of digests does not depend on what a certificate holds")
  func fixedCounts() throws {
    let few: JSONObject = [
      "number": "1", "holders": [SampleCertificate.holder("张")], "valid_from": "2026-01-01",
    ]
    for claims in [few, SampleCertificate.claims] {
      let content = try sample.profile.content(
        of: try CertificateClaims(claims), identifier: sample.identifier,
        today: SampleCertificate.today)
      let copy = try sample.profile.copy(
        of: content, holder: nil, status: StatusReference(index: 1, uri: "https://h/s"),
        random: RepeatableRandom())
      let payload = try JWS(parsing: copy.token, as: .certificate).unverifiedClaims()
      let list = try #require(payload["_sd"]?.arrayValue)
      let digests = list.compactMap { $0.stringValue }
      #expect(digests.count == 16)
      let numbers = try digests.map { try Base64URL.decode($0) }
      #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
      let holders = try #require(copy.disclosures.last).content()
      #expect(holders.name == "holders" && holders.value.arrayValue?.count == 4)
    }
  }

  @Test("the payload is canonical JSON")
  func canonicalPayload() throws {
    let token = try JWS(parsing: try sample.copy(holder: key.publicKey).token, as: .certificate)
    let payload = try token.unverifiedClaims()
    #expect(token.unverifiedPayload == JSONValue.object(payload).canonicalBytes())
    for disclosure in try sample.copy().disclosures {
      let bytes = try Base64URL.decode(bytes: disclosure.bytes)
      #expect(bytes == (try JSONValue(parsing: bytes)).canonicalBytes())
    }
  }

  @Test("an input that sets the issuer's claims or breaks a rule is refused by name")
  func badInputs() throws {
    func refuses(_ change: (inout JSONObject) -> Void, _ code: CertificatesError.Code) {
      var claims = SampleCertificate.claims
      change(&claims)
      #expect(throws: CertificatesError(code, "")) { try CertificateClaims(claims) }
    }
    refuses({ $0["identifier"] = "1" }, .reservedName)
    refuses({ $0["status"] = "1" }, .reservedName)
    refuses({ $0["_sd"] = [] }, .reservedName)
    refuses({ $0["category"] = ["...": "1"] }, .reservedName)
    refuses({ $0["number"] = nil }, .missingMember)
    refuses({ $0["number"] = 1 }, .wrongMember)
    refuses({ $0["valid_from"] = "2026-02-30" }, .wrongMember)
    refuses({ $0["valid_until"] = "2026-10-31" }, .period)
    refuses({ $0["holders"] = [] }, .wrongMember)
    refuses({ $0["holders"] = [["name": "a"]] }, .missingMember)
    refuses(
      { $0["holders"] = [["name": "a", "code": "1", "code_type": "112"]] }, .codeType)
    let five = JSONValue.array(["一", "二", "三", "四", "五"].map { SampleCertificate.holder($0) })
    var claims = SampleCertificate.claims
    claims["holders"] = five
    #expect(throws: CertificatesError(.wrongMember, "")) {
      try sample.profile.content(
        of: try CertificateClaims(claims), identifier: sample.identifier,
        today: SampleCertificate.today)
    }
  }
}
