import Certificates
import Cryptography
import Encoding
import Testing

@Suite struct WycheproofTests {
  private static let form = JWSForm(type: nil, keyReference: .none, byteCountMax: 1 << 16)

  @Test("of Wycheproof's tokens exactly the valid ES256 ones are accepted")
  func tokens() throws {
    guard let vectors = try Vectors.json("wycheproof/json_web_signature_test.json") else { return }
    var acceptedCount = 0
    var refusedCount = 0
    for group in vectors["testGroups"]?.arrayValue ?? [] {
      let jwk = group["public"] ?? group["private"] ?? .null
      for test in group["tests"]?.arrayValue ?? [] {
        let isOurs = jwk["alg"] == "ES256" && test["result"] == "valid"
        let isAccepted = accepts(test["jws"]?.stringValue ?? "", jwk)
        #expect(isAccepted == isOurs, "\(test["tcId"] ?? .null) \(test["comment"] ?? .null)")
        if isAccepted { acceptedCount += 1 } else { refusedCount += 1 }
      }
    }
    #expect(acceptedCount == 2)
    #expect(refusedCount > 380)
  }

  private func accepts(_ token: String, _ jwk: JSONValue) -> Bool {
    do throws(CertificatesError) {
      let key = try JWK.publicKey(jwk)
      return try JWS(parsing: Array(token.utf8), as: Self.form).isSigned(by: key)
    } catch {
      return false
    }
  }

  @Test("a private key in a JWK is named as such")
  func privateKey() throws {
    let jwk: JSONValue = ["kty": "EC", "crv": "P-256", "x": "", "y": "", "d": "AA"]
    #expect(throws: CertificatesError(.privateKeyExposed, "")) { try JWK.publicKey(jwk) }
  }
}
