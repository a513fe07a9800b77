import Cryptography
import Encoding
import Testing

@Suite("Key files")
struct KeyFileTests {
  private let passphrase = SecretBytes(copying: Array("correct horse".utf8))

  @Test(
    "a key comes back with its passphrase and with no other",
    arguments: [KeyCost.test, .production])
  func roundTrip(cost: KeyCost) throws {
    let key = try P256PrivateKey.generate()
    let file = try PrivateKeyFile.encrypt(key, passphrase: passphrase, cost: cost)
    let opened = try PrivateKeyFile.openP256(file, passphrase: passphrase, minimumCost: cost)
    #expect(opened.publicKey == key.publicKey)
    #expect(throws: CryptographyError(.wrongPassphrase, "")) {
      try PrivateKeyFile.openP256(
        file, passphrase: SecretBytes(copying: [1]), minimumCost: cost)
    }
  }

  @Test("production refuses a test key by name")
  func productionRefusesTestKeys() throws {
    let key = try Ed25519PrivateKey.generate()
    let file = try PrivateKeyFile.encrypt(key, passphrase: passphrase, cost: .test)
    #expect(throws: CryptographyError(.costTooLow, "")) {
      try PrivateKeyFile.openEd25519(file, passphrase: passphrase, minimumCost: .production)
    }
    let secret = SecretBytes(copying: [UInt8](repeating: 7, count: 32))
    let sealed = try SecretFile.encrypt(secret, passphrase: passphrase, cost: .test)
    #expect(throws: CryptographyError(.costTooLow, "")) {
      try SecretFile.open(sealed, passphrase: passphrase, minimumCost: .production)
    }
    #expect(
      try SecretFile.open(sealed, passphrase: passphrase, minimumCost: .test).equals(secret))
    #expect(throws: CryptographyError(.wrongPassphrase, "")) {
      try SecretFile.open(sealed, passphrase: SecretBytes(copying: [1]), minimumCost: .test)
    }
  }

  @Test("every truncation of a key file is an error, not a trap")
  func truncations() throws {
    let key = try P256PrivateKey.generate()
    let file = try PrivateKeyFile.encrypt(key, passphrase: passphrase, cost: .test)
    for length in 0..<file.count - 1 {
      #expect(throws: CryptographyError.self) {
        try PrivateKeyFile.openP256(
          Array(file[..<length]), passphrase: passphrase, minimumCost: .test)
      }
    }
  }

  @Test("an empty passphrase protects nothing and is refused")
  func emptyPassphrase() throws {
    let empty = SecretBytes(copying: [])
    let refused = CryptographyError(.invalidLength, "")
    let secret = SecretBytes(copying: [UInt8](repeating: 7, count: 32))
    for cost in [KeyCost.test, .production] {
      #expect(throws: refused) {
        try PrivateKeyFile.encrypt(P256PrivateKey.generate(), passphrase: empty, cost: cost)
      }
      #expect(throws: refused) {
        try PrivateKeyFile.encrypt(Ed25519PrivateKey.generate(), passphrase: empty, cost: cost)
      }
      #expect(throws: refused) {
        try SecretFile.encrypt(secret, passphrase: empty, cost: cost)
      }
    }
    let file = try SecretFile.encrypt(secret, passphrase: passphrase, cost: .test)
    #expect(throws: CryptographyError(.wrongPassphrase, "")) {
      try SecretFile.open(file, passphrase: empty, minimumCost: .test)
    }
    let key = try PrivateKeyFile.encrypt(
      P256PrivateKey.generate(), passphrase: passphrase, cost: .test)
    #expect(throws: CryptographyError(.wrongPassphrase, "")) {
      try PrivateKeyFile.openP256(key, passphrase: empty, minimumCost: .test)
    }
  }

  @Test("a file that demands more work than libcrypto does is too dear, not of a wrong passphrase")
  func tooDear() throws {
    let key = try P256PrivateKey.generate()
    let file = try PrivateKeyFile.encrypt(key, passphrase: passphrase, cost: .production)
    for (name, replacement) in [
      ("N = 2^15", [0x02, 0x03, 0x00, 0x80, 0x00]), ("N = 2^16", [0x02, 0x03, 0x01, 0x00, 0x00]),
    ] as [(String, [UInt8])] {
      let changed = try Self.replacing([0x02, 0x02, 0x40, 0x00], by: replacement, in: file)
      #expect(throws: CryptographyError(.costTooHigh, ""), "\(name)") {
        try PrivateKeyFile.openP256(changed, passphrase: passphrase, minimumCost: .production)
      }
    }
    let cheap = try Self.replacing(
      [0x02, 0x02, 0x40, 0x00], by: [0x02, 0x02, 0x20, 0x00], in: file)
    #expect(throws: CryptographyError(.costTooLow, "")) {
      try PrivateKeyFile.openP256(cheap, passphrase: passphrase, minimumCost: .production)
    }
  }

  @Test("a key of the other kind is refused by name")
  func otherKind() throws {
    let file = try PrivateKeyFile.encrypt(
      Ed25519PrivateKey.generate(), passphrase: passphrase, cost: .test)
    #expect(throws: CryptographyError(.invalidKey, "")) {
      try PrivateKeyFile.openP256(file, passphrase: passphrase, minimumCost: .test)
    }
    let other = try PrivateKeyFile.encrypt(
      P256PrivateKey.generate(), passphrase: passphrase, cost: .test)
    #expect(throws: CryptographyError(.invalidKey, "")) {
      try PrivateKeyFile.openEd25519(other, passphrase: passphrase, minimumCost: .test)
    }
  }

  @Test("a secret file comes back whole, and no truncation or changed byte opens")
  func secretFiles() throws {
    let secret = try SecretBytes(randomCount: 32)
    let dear = try SecretFile.encrypt(secret, passphrase: passphrase, cost: .production)
    #expect(
      try SecretFile.open(dear, passphrase: passphrase, minimumCost: .production).equals(secret))
    let file = try SecretFile.encrypt(secret, passphrase: passphrase, cost: .test)
    for length in 0..<file.count - 1 {
      #expect(throws: CryptographyError.self) {
        try SecretFile.open(Array(file[..<length]), passphrase: passphrase, minimumCost: .test)
      }
    }
    for index in 0..<file.count - 1 {
      var changed = file
      changed[index] ^= 1
      #expect(throws: CryptographyError.self, "byte \(index)") {
        try SecretFile.open(changed, passphrase: passphrase, minimumCost: .test)
      }
    }
  }

  /// The file with the one occurrence of `old` in its DER replaced, and the lengths around it.
  private static func replacing(
    _ old: [UInt8], by new: [UInt8], in pem: [UInt8]
  ) throws -> [UInt8] {
    let lines = String(decoding: pem, as: UTF8.self).split(separator: "\n")
    var der = try Base64.decode(lines.dropFirst().dropLast().joined())
    let growth = new.count - old.count
    let start = try #require(
      der.indices.first { der[$0...].starts(with: old) })
    der.replaceSubrange(start..<start + old.count, with: new)
    // 30 81 L (whole), 30 L (algorithm), OID, 30 L (parameters), 30 L (derivation), OID, 30 L.
    for index in lengthPositions(of: der) where growth != 0 { der[index] += UInt8(growth) }
    let body = Base64.encode(der)
    return Array("\(lines[0])\n\(Self.wrapped(body))\(lines[lines.count - 1])\n".utf8)
  }

  private static func lengthPositions(of der: [UInt8]) -> [Int] {
    var positions: [Int] = []
    var index = 0
    while positions.count < 5 {
      if der[index] == 0x06 {
        index += 2 + Int(der[index + 1])
        continue
      }
      let isLong = der[index + 1] == 0x81
      positions.append(index + (isLong ? 2 : 1))
      index += isLong ? 3 : 2
    }
    return positions
  }

  private static func wrapped(_ text: String) -> String {
    var result = ""
    for (index, character) in text.enumerated() {
      if index > 0, index % 64 == 0 { result += "\n" }
      result.append(character)
    }
    return result + "\n"
  }
}
