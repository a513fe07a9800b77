import Certificates
import Cryptography
import Encoding
import Testing

/// `spec/vectors/presentation/example.json` and `spec/presentation.md` show the same bytes.
@Suite struct PresentationExampleTests {
  @Test("the worked example is read, and made again byte for byte")
  func example() throws {
    let example = try Vectors.own("presentation/example.json")
    let key = try SampleCertificate.exampleKey()
    let text = try #require(example["request"]?.stringValue)
    let request = try PresentationRequest(parsing: Array(text.utf8))
    #expect(request.token.isSigned(by: key.publicKey))
    #expect(
      String(decoding: request.token.unverifiedPayload, as: UTF8.self)
        == example["request_payload"]?.stringValue)
    let again = try PresentationRequest.sign(
      request.terms, identities: request.token.identities, key: key)
    #expect(
      try PresentationRequest(parsing: again).token.signingInput == request.token.signingInput)
    let answer = Array(try #require(example["answer"]?.stringValue).utf8)
    let shown = try UnverifiedCertificate(parsing: answer, keyBinding: .demanded)
    let made = try Presentation(of: shown, selection: Array(shown.disclosures.indices)).sign(
      .init(answering: request, at: request.terms.issuedAt + 10), with: key)
    // All but the signature, 86 characters.
    #expect(made.dropLast(86) == answer.dropLast(86))
    let binding = try JWS(
      parsing: try #require(shown.keyBinding),
      as: JWSForm(type: "kb+jwt", keyReference: .none, byteCountMax: 8_192))
    #expect(binding.isSigned(by: key.publicKey))
    #expect(
      String(decoding: binding.unverifiedPayload, as: UTF8.self)
        == example["binding_payload"]?.stringValue)
    #expect(try request.terms.query.selection(from: shown) == [0, 1])
  }

  @Test("the page quotes the worked example")
  func page() throws {
    let example = try Vectors.own("presentation/example.json")
    let page = try Vectors.page("presentation.md")
    for name in ["request_payload", "purpose", "binding_payload"] {
      #expect(page.contains(try #require(example[name]?.stringValue)), "\(name)")
    }
  }
}
