import Certificates
import Cryptography
import Encoding
import Testing

@Suite("The proof of a holder's key")
struct HolderKeyProofTests {
  @Test("every text gives the key, or is refused with the code that the vector says")
  func cases() throws {
    let cases = try #require(
      try Vectors.own("certificate/holder-key.json")["cases"]?.arrayValue)
    #expect(cases.count > 25)
    for one in cases {
      let name = try #require(one["description"]?.stringValue)
      let text = try #require(one["text"]?.stringValue)
      do throws(CertificatesError) {
        _ = try HolderKeyProof.publicKey(text)
        #expect(one["code"] == nil, "\(name)")
      } catch {
        #expect(error.code.description == one["code"]?.stringValue, "\(name): \(error)")
      }
    }
  }

  @Test("what is signed here is read here, whatever the time")
  func ours() throws {
    let key = try P256PrivateKey.generate()
    for seconds: Int64 in [0, 1_795_478_400] {
      let proof = try HolderKeyProof.sign(key, at: seconds)
      #expect(try HolderKeyProof.publicKey(proof) == key.publicKey)
      #expect(HolderKeyProof.isProof(proof + "\n") && !HolderKeyProof.isProof(proof + "\n\n"))
    }
  }
}
