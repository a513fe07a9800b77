import Cryptography
import Foundation
import Testing

@Suite struct SignatureTests {
  private struct Case {
    let id: Int
    let message: [UInt8]
    let signature: [UInt8]
    let valid: Bool
  }

  private func groups(_ name: String) throws -> [(key: [String: Any], cases: [Case])] {
    guard let file = try Vectors.json("wycheproof/\(name)"),
      let groups = file["testGroups"] as? [[String: Any]]
    else { return [] }
    return try groups.map { group in
      let key = try #require(group["publicKey"] as? [String: Any])
      let tests = try #require(group["tests"] as? [[String: Any]])
      return (
        key,
        try tests.map { test in
          Case(
            id: try #require(test["tcId"] as? Int), message: hex(test["msg"] as? String ?? ""),
            signature: hex(test["sig"] as? String ?? ""),
            valid: try #require(test["result"] as? String) == "valid")
        }
      )
    }
  }

  @Test("P-256 signatures of 64 raw bytes: every Wycheproof case is judged rightly")
  func rawForm() throws {
    for group in try groups("ecdsa_secp256r1_sha256_p1363_test.json") {
      let point = hex(try #require(group.key["uncompressed"] as? String))
      let key = try P256PublicKey(x963: point)
      for test in group.cases {
        let verdict = key.verify(signature: test.signature, message: test.message)
        #expect(verdict == test.valid, "case \(test.id)")
      }
    }
  }

  @Test("P-256 signatures in DER: every Wycheproof case is judged rightly")
  func derForm() throws {
    for group in try groups("ecdsa_secp256r1_sha256_test.json") {
      let point = hex(try #require(group.key["uncompressed"] as? String))
      let key = try P256PublicKey(x963: point)
      for test in group.cases {
        let verdict = key.verifyDER(signature: test.signature, message: test.message)
        #expect(verdict == test.valid, "case \(test.id)")
      }
    }
  }

  @Test("a point off the curve is refused after as before a good one, and the good one is unharmed")
  func offCurve() throws {
    let key = try P256PrivateKey.generate()
    let good = key.publicKey.x963
    let signature = try key.sign([1, 2, 3])
    for place in [1, 16, 32, 33, 48, 64] {
      var off = good
      off[place] ^= 1
      #expect(throws: CryptographyError(.invalidKey, "")) { try P256PublicKey(x963: off) }
      #expect(try P256PublicKey(x963: good).verify(signature: signature, message: [1, 2, 3]))
    }
    // Infinity, the origin, a coordinate of p, and other forms.
    let p = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
    let zeros = [UInt8](repeating: 0, count: 32)
    let points: [[UInt8]] = [
      [0], [4] + zeros + zeros, [4] + p + zeros, [4] + p + p, [2] + good[1..<33],
    ]
    for point in points {
      #expect(throws: CryptographyError.self) { try P256PublicKey(x963: point) }
    }
  }

  @Test("Ed25519: every Wycheproof case is judged rightly")
  func ed25519() throws {
    for group in try groups("ed25519_test.json") {
      let key = try Ed25519PublicKey(rawBytes: hex(try #require(group.key["pk"] as? String)))
      for test in group.cases {
        let verdict = key.verify(signature: test.signature, message: test.message)
        #expect(verdict == test.valid, "case \(test.id)")
      }
    }
  }

  @Test("Ed25519 makes the signature of RFC 8032, test 2")
  func ed25519Signing() throws {
    let key = try Ed25519PrivateKey(
      seed: SecretBytes(
        copying: hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")))
    #expect(
      key.publicKey.rawBytes
        == hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
    #expect(
      try key.sign([0x72])
        == hex(
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"))
  }

  @Test("a made signature has 64 bytes, verifies, and any change breaks it")
  func signing() throws {
    let key = try P256PrivateKey.generate()
    let message = Array("勘合".utf8)
    for _ in 0..<200 {
      let signature = try key.sign(message)
      #expect(signature.count == 64)
      #expect(key.publicKey.verify(signature: signature, message: message))
    }
    var signature = try key.sign(message)
    #expect(!key.publicKey.verify(signature: signature + [0], message: message))
    #expect(!key.publicKey.verify(signature: Array(signature.dropLast()), message: message))
    #expect(!key.publicKey.verify(signature: signature, message: message + [0]))
    signature[40] ^= 1
    #expect(!key.publicKey.verify(signature: signature, message: message))
  }

  @Test("r and s of zero, n and above are no signature")
  func ranges() throws {
    let key = try P256PrivateKey.generate()
    let good = try key.sign([1])
    let n = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    for bad in [[UInt8](repeating: 0, count: 32), n, [UInt8](repeating: 255, count: 32)] {
      #expect(!key.publicKey.verify(signature: bad + good[32...], message: [1]))
      #expect(!key.publicKey.verify(signature: good[..<32] + bad, message: [1]))
    }
  }

  @Test("many threads sign with one key at once")
  func threads() async throws {
    let key = try P256PrivateKey.generate()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          for round in 0..<200 {
            let message = [UInt8(task), UInt8(round & 255)]
            let signature = try key.sign(message)
            if !key.publicKey.verify(signature: signature, message: message) { return false }
          }
          return true
        }
      }
      for try await verdict in group { #expect(verdict) }
    }
  }

  @Test("the thumbprint agrees with RFC 7638's rule, and key forms convert without loss")
  func keyForms() throws {
    // The P-256 key of RFC 7515 A.3; its thumbprint was computed with another library.
    let x = hex("7fcdce2770f6c45d4183cbee6fdb4b7b580733357be9ef13bacf6e3c7bd15445")
    let y = hex("c7f144cd1bbd9b7e872cdfedb9eeb9f4b3695d6ea90b24ad8a4623288588e5ad")
    let key = try P256PublicKey(x: x, y: y)
    #expect(key.thumbprint.base64url == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U")
    #expect(try P256PublicKey(spkiDER: key.spkiDER) == key)
    #expect(try P256PublicKey(x963: key.x963) == key)
    let d = hex("8e9b109e719098bf980487df1f5d77e9cb29606ebed2263b5f57c213df84f4b2")
    let secret = try P256PrivateKey(scalar: SecretBytes(copying: d), publicKey: key)
    #expect(key.verify(signature: try secret.sign([7]), message: [7]))
    #expect(try secret.scalar().unwipedCopy() == d)
    let other = try P256PrivateKey.generate().publicKey
    #expect(throws: CryptographyError(.invalidKey, "")) {
      try P256PrivateKey(scalar: SecretBytes(copying: d), publicKey: other)
    }
  }

  @Test("points off the curve, compressed points and stripped coordinates are refused")
  func badKeys() throws {
    let good = try P256PrivateKey.generate().publicKey
    var off = good.x963
    off[64] ^= 1
    let refused = CryptographyError(.invalidKey, "")
    #expect(throws: refused) { try P256PublicKey(x963: off) }
    #expect(throws: refused) { try P256PublicKey(x963: [2] + good.x) }
    #expect(throws: refused) { try P256PublicKey(x963: [0]) }
    #expect(throws: refused) { try P256PublicKey(x: Array(good.x.dropFirst()), y: good.y) }
    #expect(throws: refused) {
      try P256PublicKey(
        x: [UInt8](repeating: 255, count: 32), y: [UInt8](repeating: 255, count: 32))
    }
    #expect(throws: refused) { try P256PublicKey(spkiDER: good.spkiDER + [0]) }
    #expect(throws: refused) { try Ed25519PublicKey(rawBytes: [1, 2, 3]) }
  }
}
