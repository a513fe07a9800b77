import Cryptography
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
}
