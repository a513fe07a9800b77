import Certificates
import Cryptography
import Encoding
import Foundation
import Rules
import Testing

@Suite("grants") struct GrantTests {
  private static let malformed = RulesError(.malformedGrant, "")

  @Test("the file is made anew when asked")
  func write() throws {
    guard EventVectors.isWriting else { return }
    let key = try P256PrivateKey.generate()
    let grant = try ExampleGrant.signed(with: key)
    let value: JSONValue = [
      "description": "the example of grant.md: the number counts bytes from 0",
      "grant": .string(grant.text),
      "withdrawal": .string(try ExampleGrant.withdrawn(grant.number, with: key).text),
    ]
    try (JSONText.of(value) + "\n").write(
      toFile: ExampleGrant.path, atomically: true, encoding: .utf8)
  }

  @Test("grant.md shows the example, and every byte but key and signatures can be made again")
  func example() throws {
    let bytes = try BoundedFile.read(path: ExampleGrant.path, maximumBytes: 1 << 16)
    let file = try JSONValue(parsing: Array(bytes.dropLast()))
    let grant = try Grant(parsing: try #require(file["grant"]?.stringValue))
    let withdrawal = try GrantWithdrawal(parsing: try #require(file["withdrawal"]?.stringValue))
    #expect(grant.isSigned && withdrawal.isSigned)
    #expect(withdrawal.key.thumbprint == grant.key.thumbprint && withdrawal.grant == grant.number)
    let again = try ExampleGrant.signed(with: try .generate())
    #expect(again.text.split(separator: ".")[1] == grant.text.split(separator: ".")[1])
    #expect(again.terms == ExampleGrant.terms && grant.terms == ExampleGrant.terms)
    // The page breaks lines; whatever it shows between fences is here, without the breaks.
    let page = try EventVectors.page("grant.md").replacing("\n", with: "")
    for text in [grant.text, withdrawal.text] {
      let parts = text.split(separator: ".")
      #expect(page.contains(String(decoding: try Base64URL.decode(parts[0]), as: UTF8.self)))
      #expect(page.contains(String(decoding: try Base64URL.decode(parts[1]), as: UTF8.self)))
    }
    #expect(page.contains(grant.text))
    #expect(page.contains(grant.key.thumbprint.base64url))
  }

  @Test("what is written is read again, and only its own key signed it")
  func roundTrip() throws {
    let key = try P256PrivateKey.generate()
    let grant = try ExampleGrant.signed(with: key)
    let read = try Grant(parsing: grant.text)
    #expect(read.terms == grant.terms && read.number == grant.number && read.copy == grant.copy)
    #expect(read.issuedAt == 1_790_000_000 && read.audience == World.origin && read.isSigned)
    #expect(read.key.thumbprint == key.publicKey.thumbprint)
    let withdrawal = try ExampleGrant.withdrawn(grant.number, with: key)
    #expect(try GrantWithdrawal(parsing: withdrawal.text).issuedAt == 1_790_086_400)
    let other = try ExampleGrant.signed(with: try .generate())
    let parts = grant.text.split(separator: ".")
    let foreign = other.text.split(separator: ".")
    #expect(try !Grant(parsing: "\(parts[0]).\(parts[1]).\(foreign[2])").isSigned)
    #expect(try !Grant(parsing: "\(foreign[0]).\(parts[1]).\(parts[2])").isSigned)
    let zero = String(repeating: "A", count: 86)
    #expect(try !Grant(parsing: "\(parts[0]).\(parts[1]).\(zero)").isSigned)
  }

  @Test("a grant is no withdrawal, a withdrawal no grant, and neither is any other token")
  func kinds() throws {
    let key = try P256PrivateKey.generate()
    let grant = try ExampleGrant.signed(with: key)
    let withdrawal = try ExampleGrant.withdrawn(grant.number, with: key)
    #expect(throws: Self.malformed) { try GrantWithdrawal(parsing: grant.text) }
    #expect(throws: Self.malformed) { try Grant(parsing: withdrawal.text) }
  }

  /// The example with its header and payload changed, signed by its key all the same.
  private static func token(
    header: (String) -> String = { $0 }, payload: (String) -> String = { $0 }
  ) throws -> String {
    let key = try P256PrivateKey.generate()
    let parts = try ExampleGrant.signed(with: key).text.split(separator: ".")
    func text(_ part: Substring) throws -> String {
      String(decoding: try Base64URL.decode(part), as: UTF8.self)
    }
    let input = [header(try text(parts[0])), payload(try text(parts[1]))]
      .map { Base64URL.encode(Array($0.utf8)) }.joined(separator: ".")
    return input + "." + Base64URL.encode(try key.sign(Array(input.utf8)))
  }

  @Test(
    "a header of another form is refused",
    arguments: [
      (#""ES256""#, #""none""#), (#""ES256""#, #""HS256""#), ("grant+jwt", "event+jwt"),
      (#""kty":"EC""#, #""kty":"RSA""#), (#""crv":"P-256""#, #""crv":"P-384""#),
      (#""crv":"#, #""d":"AA","crv":"#), (#""crv":"#, #""alg":"ES256","crv":"#),
      (#","typ""#, #", "typ""#), (#","typ""#, #","kid":"x","typ""#),
      (#""jwk":{"#, #""jku":"https://x","jwk":{"#), (#""jwk""#, #""jwt""#),
      (#""x":""#, #""x":"A"#), (#""y":""#, #""y":"A"#), ("{\"alg", "[{\"alg"),
    ])
  func headers(_ change: (String, String)) throws {
    let text = try Self.token(header: { $0.replacing(change.0, with: change.1) })
    #expect(throws: Self.malformed) { try Grant(parsing: text) }
  }

  @Test(
    "a payload of another form is refused",
    arguments: [
      (#""aud":"#, #""audience":"#), (#""aud":""#, #""aud":"\u0007"#),
      (#"["name","number"]"#, "[]"), (#"["name","number"]"#, #""name""#),
      (#""copy":""#, #""copy":"A"#), (#""days":1"#, #""days":0"#), (#""times":2"#, #""times":-2"#),
      (#","times":2"#, ""), (#""iat":1790000000"#, #""iat":1790000000.5"#),
      (#""iat":1790000000"#, #""iat":"1790000000""#), (#""jti":""#, #""jti":"A"#),
      (#","until":1800000000"#, ""), (#""purpose":"water-account","#, ""),
      (#""requester":"1"#, #""requester":"2"#), (#"["11330105002500287C001"]"#, "[]"),
      (#"C001"]"#, #"C00"]"#), (#"{"aud""#, #"{ "aud""#), (#","jti""#, #","holder":1,"jti""#),
      (#"water-account"#, #"water-\u0061ccount"#), (#"{"aud""#, #"{"aud":"x","aud""#),
    ])
  func payloads(_ change: (String, String)) throws {
    let text = try Self.token(payload: {
      let changed = $0.replacing(change.0, with: change.1)
      #expect(changed != $0, "\(change.0)")
      return changed
    })
    #expect(throws: Self.malformed) { try Grant(parsing: text) }
  }

  @Test("parts that are missing, doubled, padded or too long are refused")
  func parts() throws {
    let text = try Self.token()
    _ = try Grant(parsing: text)
    let parts = text.split(separator: ".").map(String.init)
    let texts = [
      "", ".", "..", parts[0], "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).",
      "\(text).AA", "\(text)=", "\(text)\n", String(text.dropLast()), String(text.dropLast(2)),
      " \(text)", text.replacing(".", with: ".."), "\(parts[0]).\(parts[1]).\(parts[2])AA",
      text + String(repeating: "A", count: Grant.byteCountMax),
    ]
    for text in texts { #expect(throws: Self.malformed) { try Grant(parsing: text) } }
  }

  @Test("no holder is made to sign what no ledger takes")
  func terms() throws {
    let key = try P256PrivateKey.generate()
    func sign(_ types: [String], _ claims: [String], _ purpose: String, until: Int64) throws {
      let terms = GrantTerms(
        requester: World.water, types: types, claims: claims, purpose: purpose,
        period: .init(from: 1_790_000_000, until: until))
      _ = try Grant.sign(
        terms, copy: World.copyDigest, for: World.origin, at: 1_790_000_000, with: key)
    }
    let end: Int64 = 1_790_000_001
    let invalid = RulesError(.invalidDraft, "")
    try sign([World.type], ["name"], "water-account", until: end)
    #expect(throws: invalid) { try sign([], ["name"], "water-account", until: end) }
    #expect(throws: invalid) { try sign([World.type], [], "water-account", until: end) }
    #expect(throws: invalid) { try sign([World.type], ["a", "a"], "water-account", until: end) }
    #expect(throws: invalid) { try sign([World.type], ["name"], "Water", until: end) }
    #expect(throws: invalid) { try sign([World.type], ["name"], "water", until: end - 1) }
    #expect(throws: invalid) {
      try sign([World.type], ["name"], "water", until: end + GrantTerms.periodSecondsMax)
    }
    let long = (0..<128).map { "\($0)" + String(repeating: "长", count: 41) }
    try sign([World.type], long, "water", until: end)
  }

  @Test("windows begin with the period and never overlap")
  func windows() {
    let terms = ExampleGrant.terms
    let from = terms.period.from
    #expect(terms.window(of: from) == 0)
    #expect(terms.window(of: from + 86_399) == 0)
    #expect(terms.window(of: from + 86_400) == 1)
    #expect(terms.window(of: from + 10 * 86_400) == 10)
    #expect(terms.period.contains(from) && !terms.period.contains(from - 1))
    #expect(!terms.period.contains(terms.period.until))
  }
}
