import Cryptography
import Testing

@Suite("signed and enclosed messages") struct MessageTests {
  /// A department that sends, and one that receives.
  private struct Parties {
    let city: TestCity
    let sealKey: P256PrivateKey
    let seal: Identity
    let openKey: P256PrivateKey
    let open: Identity

    init() throws {
      city = try TestCity()
      sealKey = try P256PrivateKey.generate()
      seal = try city.issuer.issue(TestCity.contents(.seal, key: sealKey.publicKey))
      openKey = try P256PrivateKey.generate()
      open = try city.issuer.issue(TestCity.contents(.open, key: openKey.publicKey))
    }

    func signed(_ content: [UInt8] = MessageTests.content) throws -> [UInt8] {
      try SignedMessage.sign(content, as: seal, path: [city.authority], with: sealKey)
    }
  }

  private static let content = Array(#"{"certificate":"eyJ…","kind":"kanhe-material"}"#.utf8)

  private static func error(_ code: CryptographyError.Code) -> CryptographyError {
    CryptographyError(code, "")
  }

  @Test("what was signed and enclosed comes out again, by its receiver only")
  func roundTrip() throws {
    let parties = try Parties()
    let signed = try parties.signed()
    let enclosed = try EnclosedMessage.enclose(signed, to: parties.open)
    let opened = try EnclosedMessage.open(enclosed, as: parties.open, with: parties.openKey)
    #expect(opened == signed)
    let message = try SignedMessage(verifying: opened)
    #expect(message.content == Self.content)
    #expect(message.signer == parties.seal)
    #expect(message.others == [parties.city.authority])
    #expect(try EnclosedMessage.enclose(signed, to: parties.open) != enclosed)

    let other = try Parties()
    #expect(throws: Self.error(.authenticationFailed)) {
      try EnclosedMessage.open(enclosed, as: other.open, with: other.openKey)
    }
    #expect(throws: Self.error(.invalidKey)) {
      try EnclosedMessage.open(enclosed, as: parties.open, with: other.openKey)
    }
  }

  @Test("large and odd sizes survive; nothing and too much are refused")
  func sizes() throws {
    let parties = try Parties()
    for count in [1, 15, 16, 17, 4096, 1_000_003] {
      let content = [UInt8](repeating: 0x0D, count: count)
      let enclosed = try EnclosedMessage.enclose(content, to: parties.open)
      let opened = try EnclosedMessage.open(enclosed, as: parties.open, with: parties.openKey)
      #expect(opened == content)
      #expect(enclosed.count < count + 1024)
      #expect(try SignedMessage(verifying: parties.signed(content)).content == content)
    }
    #expect(throws: Self.error(.invalidLength)) {
      try EnclosedMessage.enclose([], to: parties.open)
    }
    #expect(throws: Self.error(.invalidLength)) {
      try EnclosedMessage.enclose(
        [UInt8](repeating: 0, count: EnclosedMessage.contentByteCountMax + 1), to: parties.open)
    }
  }

  @Test("no changed, cut or lengthened byte is taken")
  func altered() throws {
    let parties = try Parties()
    let signed = try parties.signed()
    let enclosed = try EnclosedMessage.enclose(signed, to: parties.open)
    for position in stride(from: 0, to: enclosed.count, by: 3) {
      var bytes = enclosed
      bytes[position] ^= 1 << UInt8(position % 8)
      // How the receiver is named may be written in other ways; the ledger holds the digest.
      let opened: [UInt8]
      do {
        opened = try EnclosedMessage.open(bytes, as: parties.open, with: parties.openKey)
      } catch { continue }
      #expect(opened == signed, "bit of byte \(position)")
    }
    for position in stride(from: 0, to: signed.count, by: 3) {
      var bytes = signed
      bytes[position] ^= 1 << UInt8(position % 8)
      // Identities beside the signer's are not signed here; the path's rules judge them.
      let message: SignedMessage
      do { message = try SignedMessage(verifying: bytes) } catch { continue }
      #expect(message.content == Self.content && message.signer == parties.seal)
    }
    for cut in [0, 1, 40, enclosed.count / 2, enclosed.count - 1] {
      #expect(throws: CryptographyError.self) {
        try EnclosedMessage.open(
          Array(enclosed.prefix(cut)), as: parties.open, with: parties.openKey)
      }
    }
    #expect(throws: Self.error(.invalidMessage)) {
      try EnclosedMessage.open(enclosed + [0], as: parties.open, with: parties.openKey)
    }
    #expect(throws: Self.error(.invalidMessage)) { try SignedMessage(verifying: signed + [0]) }
  }

  @Test("keys are used only for what their identities say")
  func usage() throws {
    let parties = try Parties()
    for profile in [IdentityProfile.act, .seal] {
      #expect(throws: Self.error(.invalidProfile)) {
        try EnclosedMessage.enclose([1], to: try parties.city.leaf(profile))
      }
    }
    let key = try P256PrivateKey.generate()
    for profile in [IdentityProfile.act, .open] {
      let identity = try parties.city.issuer.issue(
        TestCity.contents(profile, key: key.publicKey))
      #expect(throws: Self.error(.invalidProfile)) {
        try SignedMessage.sign([1], as: identity, path: [], with: key)
      }
    }
    #expect(throws: Self.error(.invalidKey)) {
      try SignedMessage.sign([1], as: parties.seal, path: [], with: key)
    }
  }

  @Test("a message that brings more identities than a path has is refused")
  func identities() throws {
    let parties = try Parties()
    func signed(_ count: Int) throws -> [UInt8] {
      let path = try (0..<count).map { _ in try TestCity().authority }
      return try SignedMessage.sign(
        Self.content, as: parties.seal, path: path, with: parties.sealKey)
    }
    #expect(try SignedMessage(verifying: signed(3)).others.count == 3)
    #expect(throws: Self.error(.invalidMessage)) { try SignedMessage(verifying: signed(4)) }
  }

  @Test("identities that are known are not read anew, and change nothing")
  func known() throws {
    let parties = try Parties()
    let signed = try parties.signed()
    let plain = try SignedMessage(verifying: signed)
    var asked: Set<Digest> = []
    let message = try SignedMessage(verifying: signed) { keyID in
      asked.insert(keyID)
      return keyID == parties.seal.sha256 ? parties.seal : nil
    }
    #expect(asked == Set(([plain.signer] + plain.others).map(\.sha256)))
    #expect(message.signer == plain.signer && message.others == plain.others)
    #expect(message.content == plain.content)
    // Another identity than was asked for is not taken.
    #expect(try SignedMessage(verifying: signed) { _ in parties.open }.signer == plain.signer)
  }

  @Test("a second digest algorithm, and identities in another place, are refused")
  func otherForm() throws {
    let signed = try Parties().signed()
    // SEQUENCE, identifier, [0], SEQUENCE, version; then the set of algorithms.
    #expect(signed[1] == 0x82 && signed[16] == 0x82 && signed[20] == 0x82 && signed[26] == 0x31)
    let length = Int(signed[27])
    var twice = signed
    twice.insert(contentsOf: signed[28..<(28 + length)], at: 28)
    twice[27] += UInt8(length)
    for place in [2, 17, 21] {
      let changed = (Int(twice[place]) << 8) + Int(twice[place + 1]) + length
      (twice[place], twice[place + 1]) = (UInt8(changed >> 8), UInt8(changed & 0xFF))
    }
    #expect(throws: Self.error(.unsupportedAlgorithm)) { try SignedMessage(verifying: twice) }
    let content = 28 + length
    #expect(signed[content] == 0x30 && signed[content + 1] < 0x80)
    let start = content + 2 + Int(signed[content + 1])
    #expect(signed[start] == 0xA0 && signed[start + 1] == 0x82)
    let end = start + 4 + (Int(signed[start + 2]) << 8) + Int(signed[start + 3])
    let moved = signed[..<start] + signed[end...] + signed[start..<end]
    #expect(throws: Self.error(.unsupportedAlgorithm)) {
      try SignedMessage(verifying: Array(moved))
    }
  }

  @Test("identities in another order than DER has are refused")
  func unordered() throws {
    let parties = try Parties()
    let signed = try parties.signed()
    let message = try SignedMessage(verifying: signed)
    let encodings = ([message.signer] + message.others).map(\.der)
    #expect(encodings.count == 2)
    let sorted = encodings.sorted { $0.lexicographicallyPrecedes($1) }
    let together = Array(sorted.joined())
    let start = try #require(
      (0...(signed.count - together.count)).first {
        signed[$0..<($0 + together.count)].elementsEqual(together)
      })
    var bytes = signed
    bytes.replaceSubrange(start..<(start + together.count), with: sorted.reversed().joined())
    #expect(throws: Self.error(.invalidMessage)) { try SignedMessage(verifying: bytes) }
  }

  @Test("a signature is not taken for another identity's of the same key")
  func substituted() throws {
    let parties = try Parties()
    var twin = parties.seal
    let authority = parties.city.authority.der
    func isFirst(_ identity: Identity) -> Bool {
      identity.der.lexicographicallyPrecedes(authority)
    }
    while twin == parties.seal || twin.der.count != parties.seal.der.count
      || isFirst(twin) != isFirst(parties.seal)
    {
      twin = try parties.city.issuer.issue(
        TestCity.contents(.seal, key: parties.sealKey.publicKey))
    }
    let signed = try parties.signed()
    let start = try #require(
      (0..<(signed.count - twin.der.count)).first {
        signed[$0..<($0 + twin.der.count)].elementsEqual(parties.seal.der)
      })
    var bytes = signed
    bytes.replaceSubrange(start..<(start + twin.der.count), with: twin.der)
    #expect(throws: Self.error(.invalidSignature)) { try SignedMessage(verifying: bytes) }
  }

  @Test("openssl cms alone opens and verifies what we made")
  func opensslReads() throws {
    guard let tool = try OpenSSLTool() else { return }
    let parties = try Parties()
    let passphrase = SecretBytes(copying: Array("test".utf8))
    try tool.write("root.pem", parties.city.root.pem)
    try tool.write("open.pem", parties.open.pem)
    try tool.write(
      "open.key",
      PrivateKeyFile.encrypt(parties.openKey, passphrase: passphrase, cost: .test))
    try tool.write("m.p7m", EnclosedMessage.enclose(parties.signed(), to: parties.open))
    try tool.require(
      "cms -decrypt -inform DER -in m.p7m -recip open.pem -inkey open.key -passin pass:test"
        + " -binary -out m.p7s")
    try tool.require(
      "cms -verify -cades -inform DER -in m.p7s -CAfile root.pem -binary -out content"
        + " -attime \(parties.seal.notBefore)")
    #expect(try tool.read("content") == Self.content)
  }

  @Test("we read what openssl cms makes in our form, and refuse its weaker ones")
  func opensslMakes() throws {
    guard let tool = try OpenSSLTool() else { return }
    let parties = try Parties()
    let other = try Parties()
    try tool.write("content", Self.content)
    try tool.write("open.pem", parties.open.pem)
    try tool.write("other.pem", other.open.pem)
    let ours = "-aes-256-gcm -recip open.pem -keyopt ecdh_kdf_md:sha256"
    func open(_ options: String) throws -> [UInt8] {
      try tool.require(
        "cms -encrypt -binary -nostream -outform DER -in content -out m.p7m \(options)")
      return try EnclosedMessage.open(
        try tool.read("m.p7m"), as: parties.open, with: parties.openKey)
    }
    #expect(try open("\(ours) -aes256-wrap") == Self.content)
    for options in [
      "-aes-256-cbc -recip open.pem -keyopt ecdh_kdf_md:sha256",
      "-aes-128-gcm -recip open.pem -keyopt ecdh_kdf_md:sha256",
      "-aes-256-gcm -recip open.pem", "\(ours) -aes128-wrap",
      "\(ours) -recip other.pem -keyopt ecdh_kdf_md:sha256",
    ] {
      #expect(throws: Self.error(.unsupportedAlgorithm), "\(options)") { try open(options) }
    }
  }
}
