import Certificates
import Encoding
import Testing

@Suite struct IdentifierTests {
  private func texts(_ value: JSONValue, _ name: String) -> [String] {
    value[name]?.arrayValue?.map { $0.stringValue ?? $0["identifier"]?.stringValue ?? "" } ?? []
  }

  @Test("identifiers of public registers are read, broken ones refused")
  func registers() throws {
    guard let vectors = try Vectors.json("identifiers/gbt36904.json") else { return }
    let valid = texts(vectors, "valid")
    let invalid = texts(vectors, "invalid")
    #expect(valid.count == 3 && invalid.count == 5)
    for text in valid {
      #expect(try CertificateIdentifier(tolerant: text).text == text)
    }
    for text in invalid {
      #expect(throws: CertificatesError.self) { try CertificateIdentifier(tolerant: text) }
    }
  }

  @Test("only a foreign identifier may have a district in the issuer's place")
  func district() throws {
    let text = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9"
    #expect(try CertificateIdentifier(tolerant: text).issuerCode == "340100")
    #expect(throws: CertificatesError(.codeForm, "")) { try CertificateIdentifier(text) }
  }

  @Test("unified social credit codes of public bodies are read, broken ones refused")
  func creditCodes() throws {
    guard let vectors = try Vectors.json("identifiers/uscc.json") else { return }
    for text in texts(vectors, "valid") { #expect(try USCC(text).text == text) }
    for text in texts(vectors, "invalid") {
      #expect(throws: CertificatesError.self) { try USCC(text) }
    }
  }

  @Test("an identifier that was made is read again, and its next version follows")
  func roundTrip() throws {
    let type = try TypeCode("11100000000013338W011")
    let issuer = try USCC("11430000006122244L")
    let made = try CertificateIdentifier.make(
      type: type, issuer: issuer, serial: "20230000403", version: 1)
    #expect(
      made.text == "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U")
    #expect(try CertificateIdentifier(made.text) == made)
    let next = try made.next()
    #expect(next.version == 2 && next.serial == made.serial)
    let last = try CertificateIdentifier.make(
      type: type, issuer: issuer, serial: "1", version: 999)
    #expect(throws: CertificatesError(.versionsExhausted, "")) { try last.next() }
    #expect(throws: CertificatesError(.identifierForm, "")) {
      try CertificateIdentifier.make(type: type, issuer: issuer, serial: "a", version: 1)
    }
  }

  @Test("our own identifier cases are judged as they say")
  func ownCases() throws {
    let cases = try Vectors.own("certificate/identifier.json")
    for element in cases["cases"]?.arrayValue ?? [] {
      let text = try #require(element["identifier"]?.stringValue)
      let expected = element["code"]?.stringValue
      do {
        _ = try CertificateIdentifier(text)
        #expect(expected == nil, "\(element)")
      } catch {
        #expect(error.code.description == expected, "\(element)")
      }
    }
  }

  @Test("a citizen number needs a day of the calendar and its check character")
  func citizens() throws {
    // The standard's own example.
    #expect(try CitizenID("11010519491231002X").text == "11010519491231002X")
    #expect(throws: CertificatesError(.checkCharacter, "")) { try CitizenID("110105194912310021") }
    #expect(throws: CertificatesError(.birthDate, "")) { try CitizenID("11010519491331002X") }
    #expect(throws: CertificatesError(.codeForm, "")) { try CitizenID("11010519491231002x ") }
    #expect(throws: CertificatesError(.codeForm, "")) { try CitizenID("110105491231002") }
  }

  @Test("each holder-code type checks its own codes")
  func holderCodes() throws {
    try HolderCodeType("111").check("11010519491231002X")
    try HolderCodeType("001").check("11430000006122244L")
    try HolderCodeType("114").check("军字第1234567号")
    try HolderCodeType("414").check("E12345678")
    #expect(throws: CertificatesError(.codeForm, "")) { try HolderCodeType("414").check("E 1") }
    #expect(throws: CertificatesError(.codeType, "")) { try HolderCodeType("112") }
    #expect(throws: CertificatesError(.checkCharacter, "")) {
      try HolderCodeType.uscc.check("11430000006122244M")
    }
    #expect(HolderCodeType.all.count == 16)
  }
}
