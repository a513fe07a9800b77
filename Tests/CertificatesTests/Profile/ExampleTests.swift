import Certificates
import Cryptography
import Encoding
import Testing

/// `spec/vectors/certificate/example.json` and `spec/certificate.md` show the same bytes.
@Suite struct ExampleTests {
  @Test("the worked example is made again byte for byte")
  func example() throws {
    let example = try Vectors.own("certificate/example.json")
    let key = try SampleCertificate.exampleKey()
    let sample = try SampleCertificate(key: key)
    #expect(example["claims"] == .object(SampleCertificate.claims))
    let copy = try sample.profile.unsignedCopy(
      of: try sample.content(), holder: key.publicKey,
      status: StatusReference(index: 42, uri: "https://registry.example/status/1"),
      random: RepeatableRandom())
    let token = try #require(example["token"]?.stringValue)
    let stored = try JWS(parsing: Array(token.utf8), as: .certificate)
    #expect(stored.isSigned(by: key.publicKey))
    #expect(Array(stored.signingInput) == copy.signingInput)
    #expect(
      example["payload"]?.stringValue
        == String(decoding: stored.unverifiedPayload, as: UTF8.self))
    let disclosures = try #require(example["disclosures"]?.arrayValue)
    let made = try copy.disclosures.map { disclosure -> JSONValue in
      let json = String(decoding: try Base64URL.decode(bytes: disclosure.bytes), as: UTF8.self)
      return [
        "text": .string(disclosure.text), "json": .string(json),
        "digest": .string(disclosure.digest.base64url),
      ]
    }
    #expect(disclosures == made)
    #expect(example["digest"]?.stringValue == SHA256.hash(token).base64url)
  }

  @Test("the page quotes the worked example")
  func page() throws {
    let example = try Vectors.own("certificate/example.json")
    let page = try Vectors.page("certificate.md")
    let payload = try #require(example["payload"]?.stringValue)
    #expect(page.contains(payload))
    #expect(page.contains(try #require(example["digest"]?.stringValue)))
    let first = try #require(example["disclosures"]?.arrayValue?.first)
    for name in ["text", "json", "digest"] {
      #expect(page.contains(try #require(first[name]?.stringValue)), "\(name)")
    }
  }
}
