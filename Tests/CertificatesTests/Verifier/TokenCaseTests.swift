import Certificates
import Cryptography
import Encoding
import Testing

/// Runs `spec/vectors/certificate/token.json`: one mutation each of a good certificate.
@Suite struct TokenCaseTests {
  @Test("each broken certificate is refused with the code of its fault")
  func cases() throws {
    let key = try P256PrivateKey.generate()
    let copy = try SampleCertificate(key: key).copy(holder: key.publicKey)
    let vectors = try Vectors.own("certificate/token.json")
    for element in try #require(vectors["cases"]?.arrayValue) {
      let description = element["description"]?.stringValue ?? ""
      let bytes = try TokenMutation(element, try EditableCertificate(copy, key: key)).bytes()
      #expect(outcome(bytes) == element["code"]?.stringValue, "\(description)")
    }
  }

  /// The code of the refusal, or nil.
  private func outcome(_ bytes: [UInt8]) -> String? {
    do throws(CertificatesError) {
      _ = try UnverifiedCertificate(parsing: bytes, keyBinding: .refused)
      return nil
    } catch {
      return error.code.description
    }
  }

  @Test("every single byte that changes makes the text unreadable or the signature wrong")
  func everyByte() throws {
    let key = try P256PrivateKey.generate()
    let copy = try SampleCertificate(key: key).copy()
    let good = copy.bytes
    for position in stride(from: 0, to: good.count, by: 7) {
      var bytes = good
      bytes[position] = bytes[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      do throws(CertificatesError) {
        let read = try UnverifiedCertificate(parsing: bytes, keyBinding: .refused)
        #expect(!read.token.isSigned(by: key.publicKey), "byte \(position)")
      } catch {}
    }
  }

  @Test("no text that is cut off is read")
  func truncated() throws {
    let key = try P256PrivateKey.generate()
    let copy = try SampleCertificate(key: key).copy()
    let good = copy.bytes
    for count in stride(from: 0, to: good.count, by: 11) where good[max(0, count - 1)] != 0x7E {
      #expect(throws: CertificatesError.self) {
        try UnverifiedCertificate(parsing: Array(good[..<count]), keyBinding: .refused)
      }
    }
  }
}
