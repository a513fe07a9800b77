import Cryptography
import Testing

@Suite struct EncryptionTests {
  @Test("AES-256-GCM agrees with the GCM specification, test cases 13 to 16")
  func gcm() throws {
    let zero = SecretBytes(copying: [UInt8](repeating: 0, count: 32))
    let zeroNonce = [UInt8](repeating: 0, count: 12)
    #expect(
      try AESGCM.seal([], key: zero, nonce: zeroNonce, additionalData: [])
        == hex("530f8afbc74536b9a963b4f1c4cb738b"))
    #expect(
      try AESGCM.seal(
        [UInt8](repeating: 0, count: 16), key: zero, nonce: zeroNonce, additionalData: [])
        == hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"))
    let key = SecretBytes(
      copying: hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
    let plaintext = hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
    let sealed = try AESGCM.seal(
      plaintext, key: key, nonce: hex("cafebabefacedbaddecaf888"),
      additionalData: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    #expect(
      sealed
        == hex(
          "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            + "76fc6ece0f4e1768cddf8853bb2d551b"))
  }

  @Test("sealed bytes open only unchanged, under their key, nonce and associated data")
  func gcmTampering() throws {
    let key = try SecretBytes(randomCount: 32)
    let nonce = try SystemRandom().bytes(12)
    for size in [0, 1, 16, 1000] {
      let plaintext = try SystemRandom().bytes(size)
      let sealed = try AESGCM.seal(plaintext, key: key, nonce: nonce, additionalData: [9])
      #expect(
        try AESGCM.open(sealed, key: key, nonce: nonce, additionalData: [9]) == plaintext)
      let refused = CryptographyError(.authenticationFailed, "")
      var changed = sealed
      changed[size / 2] ^= 1
      #expect(throws: refused) {
        try AESGCM.open(changed, key: key, nonce: nonce, additionalData: [9])
      }
      #expect(throws: refused) {
        try AESGCM.open(sealed, key: key, nonce: nonce, additionalData: [])
      }
      #expect(throws: refused) {
        try AESGCM.open(
          sealed, key: SecretBytes(randomCount: 32), nonce: nonce, additionalData: [9])
      }
    }
    #expect(throws: CryptographyError(.invalidLength, "")) {
      try AESGCM.open([1, 2, 3], key: key, nonce: nonce, additionalData: [])
    }
  }

  @Test("AES on one block agrees with FIPS 197, appendix C.3, and inverts")
  func block() throws {
    let cipher = try AESBlock(key: SecretBytes(copying: (0..<32).map { UInt8($0) }))
    let plain = hex("00112233445566778899aabbccddeeff")
    for _ in 0..<3 {
      let image = try cipher.encrypt(plain)
      #expect(image == hex("8ea2b7ca516745bfeafc49904b496089"))
      #expect(try cipher.decrypt(image) == plain)
    }
    #expect(throws: CryptographyError(.invalidLength, "")) { try cipher.encrypt([1]) }
  }

  @Test(
    "a permutation hits every value of its domain once, and inverts",
    arguments: [2, 3, 4, 5, 16, 17, 1000, 4096] as [UInt64])
  func bijective(domain: UInt64) throws {
    let permutation = try FeistelPermutation(
      key: SecretBytes(copying: Array("key".utf8)), domain: domain)
    var seen = Set<UInt64>()
    for value in 0..<domain {
      let image = permutation(value)
      #expect(image < domain)
      #expect(permutation.inverse(image) == value)
      seen.insert(image)
    }
    #expect(seen.count == Int(domain))
  }

  @Test(
    "a permutation that remembers gives the same images, the second time too",
    arguments: [2, 5, 1000, 1 << 20, 1 << 40] as [UInt64])
  func remembering(domain: UInt64) throws {
    let permutation = try FeistelPermutation(key: SecretBytes(copying: [7]), domain: domain)
    var remembering = FeistelPermutation.Remembering(permutation)
    for _ in 0..<2 {
      for value in stride(from: 0, to: domain, by: UInt64.Stride(domain / 257 + 1)) {
        #expect(remembering(value) == permutation(value))
      }
    }
  }

  @Test("permutations of large domains invert, and another key gives another order")
  func largeDomains() throws {
    let first = SecretBytes(copying: [1])
    for domain in [1 << 20, 1 << 33 + 7, UInt64.max] as [UInt64] {
      let permutation = try FeistelPermutation(key: first, domain: domain)
      let other = try FeistelPermutation(key: SecretBytes(copying: [2]), domain: domain)
      var same = 0
      for value in stride(from: 0, to: domain - 1, by: UInt64.Stride(domain / 64)) {
        #expect(permutation.inverse(permutation(value)) == value)
        if permutation(value) == other(value) { same += 1 }
      }
      #expect(same < 4)
    }
    #expect(throws: CryptographyError(.invalidLength, "")) {
      try FeistelPermutation(key: first, domain: 1)
    }
  }
}
