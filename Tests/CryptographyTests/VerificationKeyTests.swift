import Cryptography
import Dispatch
import Synchronization
import Testing

/// What libcrypto made for one key serves others afterwards: none may answer for another.
@Suite("Keys made one after another, and at once")
struct VerificationKeyTests {
  private let message = Array("message".utf8)

  @Test("each verifies its own signatures only, whatever key was there before")
  func inTurn() throws {
    let keys = try (0..<5).map { _ in try P256PrivateKey.generate() }
    let signatures = try keys.map { try $0.sign(message) }
    for round in 0..<40 {
      let own = round % keys.count
      // Made anew, and gone at the end of the round.
      let key = try P256PublicKey(x963: keys[own].publicKey.x963)
      for (other, signature) in signatures.enumerated() {
        #expect(key.verify(signature: signature, message: message) == (other == own))
      }
      if round % 7 == 0 {
        var off = key.x963
        off[40] ^= 1
        #expect(throws: CryptographyError(.invalidKey, "")) { try P256PublicKey(x963: off) }
      }
    }
  }

  @Test("a key that lives on is not changed by those that come and go")
  func living() throws {
    let private1 = try P256PrivateKey.generate()
    let signature = try private1.sign(message)
    let living = private1.publicKey
    let copy = living
    for _ in 0..<100 {
      let other = try P256PrivateKey.generate()
      #expect(!other.publicKey.verify(signature: signature, message: message))
      #expect(living.verify(signature: signature, message: message))
    }
    #expect(copy.verify(signature: signature, message: message))
  }

  @Test("many threads, each with keys of its own and one that all share")
  func atOnce() throws {
    let keys = try (0..<8).map { _ in try P256PrivateKey.generate() }
    let signatures = try keys.map { try $0.sign(message) }
    let shared = keys[0].publicKey
    let wrong = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 400) { number in
      let own = number % keys.count
      let key = Result { try P256PublicKey(x963: keys[own].publicKey.x963) }
      guard case .success(let key) = key else {
        wrong.add(1, ordering: .relaxed)
        return
      }
      for (other, signature) in signatures.enumerated()
      where key.verify(signature: signature, message: message) != (other == own)
        || shared.verify(signature: signature, message: message) != (other == 0)
      {
        wrong.add(1, ordering: .relaxed)
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }
}
