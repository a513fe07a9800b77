import Cryptography
import Testing

@Suite struct HashingTests {
  @Test("SHA-256 agrees with the examples of FIPS 180-4")
  func sha256() {
    #expect(
      SHA256.hash([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256.hash("abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hash([UInt8](repeating: 0x61, count: 1_000_000)).hex
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("a hash in pieces equals the hash in one call, and finishing does not disturb it")
  func pieces() {
    let bytes = (0..<300).map { UInt8($0 & 255) }
    for cut in [0, 1, 63, 64, 65, 200, 300] {
      var hash = SHA256()
      hash.update(Array(bytes[..<cut]))
      #expect(hash.finish() == SHA256.hash(bytes[..<cut]))
      hash.update(bytes[cut...])
      #expect(hash.finish() == SHA256.hash(bytes))
    }
    let (a, b) = (SHA256.hash("a"), SHA256.hash("b"))
    #expect(SHA256.hash(prefix: 1, a, b) == SHA256.hash([1] + a.bytes + b.bytes))
    #expect(SHA256.hash(prefix: 0, bytes) == SHA256.hash([0] + bytes))
  }

  @Test("a digest keeps its bytes, its order and its text forms")
  func digest() throws {
    let digest = SHA256.hash("abc")
    #expect(try Digest(bytes: digest.bytes) == digest)
    #expect(digest.base64url == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
    #expect(digest.withBytes { $0.count } == 32)
    #expect(Digest.zero < digest)
    #expect(throws: CryptographyError(.invalidLength, "")) { try Digest(bytes: [1, 2, 3]) }
    let sorted = (0..<50).map { SHA256.hash([UInt8($0)]) }.sorted()
    for (left, right) in zip(sorted, sorted.dropFirst()) {
      #expect(left.bytes.lexicographicallyPrecedes(right.bytes))
    }
  }

  @Test("HMAC-SHA-256 agrees with RFC 4231, cases 1 to 4, 6 and 7")
  func hmac() {
    func code(_ key: [UInt8], _ message: [UInt8]) -> String {
      HMACSHA256(key: key).authenticate(message).hex
    }
    #expect(
      code([UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8))
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    #expect(
      code(Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      code([UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50))
        == "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")
    #expect(
      code((1...25).map { UInt8($0) }, [UInt8](repeating: 0xcd, count: 50))
        == "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b")
    let long = [UInt8](repeating: 0xaa, count: 131)
    #expect(
      code(long, Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    #expect(
      code(
        long,
        Array(
          ("This is a test using a larger than block-size key and a larger than block-size data."
            + " The key needs to be hashed before being used by the HMAC algorithm.").utf8))
        == "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2")
  }

  @Test("constant-time comparison tells equal from unequal and lengths apart")
  func constantTime() {
    #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3]))
    #expect(!ConstantTime.equal([1, 2, 3], [1, 2, 4]))
    #expect(!ConstantTime.equal([1, 2, 3], [1, 2]))
    #expect(ConstantTime.equal([], []))
    let mac = HMACSHA256(key: [1])
    #expect(mac.verify(mac.authenticate([5]), for: [5]))
    #expect(!mac.verify(mac.authenticate([5]), for: [6]))
  }

  @Test("secret bytes are never printed")
  func secrets() throws {
    let secret = SecretBytes(copying: [0x41, 0x42])
    #expect("\(secret)" == "SecretBytes(2 bytes)")
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!dumped.contains("65"))
    #expect(secret.equals(SecretBytes(copying: [0x41, 0x42])))
    #expect(try !SecretBytes(randomCount: 16).equals(SecretBytes(randomCount: 16)))
  }

  @Test("buffered randomness never repeats and gives every length asked for")
  func random() throws {
    let source = BufferedRandom()
    var seen: Set<[UInt8]> = []
    for _ in 0..<2000 { #expect(try seen.insert(source.bytes(16)).inserted) }
    #expect(try source.bytes(0).isEmpty)
    #expect(try source.bytes(5000).count == 5000)
  }
}
