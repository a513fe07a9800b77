internal import COpenSSL

/// Private keys at rest: encrypted PKCS#8 in PEM (RFC 5958, PBES2 with AES-256-CBC).
///
/// `openssl pkey -in FILE` opens them. Spec: identities.md, "Key files".
public enum PrivateKeyFile {
  /// The largest file accepted.
  public static let byteCountMax = 16_384

  /// Encrypts a P-256 key. Throws `operationFailed`, `invalidLength` for an empty passphrase.
  public static func encrypt(
    _ key: P256PrivateKey, passphrase: SecretBytes, cost: KeyCost
  ) throws(CryptographyError) -> [UInt8] {
    try unsafe key.withHandle { pointer throws(CryptographyError) in
      try unsafe encrypt(pointer, passphrase, cost)
    }
  }

  /// Encrypts an Ed25519 key. Throws as for a P-256 key.
  public static func encrypt(
    _ key: Ed25519PrivateKey, passphrase: SecretBytes, cost: KeyCost
  ) throws(CryptographyError) -> [UInt8] {
    try unsafe key.withHandle { pointer throws(CryptographyError) in
      try unsafe encrypt(pointer, passphrase, cost)
    }
  }

  /// Opens a P-256 key.
  ///
  /// Throws `invalidEncoding`, `costTooLow` for a file cheaper to try than `minimumCost`,
  /// `costTooHigh` for one that would exhaust the machine, `wrongPassphrase`, `invalidKey`.
  public static func openP256(
    _ pem: [UInt8], passphrase: SecretBytes, minimumCost: KeyCost
  ) throws(CryptographyError) -> P256PrivateKey {
    try P256PrivateKey(handle: try open(pem, passphrase, minimumCost))
  }

  /// Opens an Ed25519 key. Throws as for a P-256 key.
  public static func openEd25519(
    _ pem: [UInt8], passphrase: SecretBytes, minimumCost: KeyCost
  ) throws(CryptographyError) -> Ed25519PrivateKey {
    try Ed25519PrivateKey(handle: try open(pem, passphrase, minimumCost))
  }

  private static func encrypt(
    _ key: OpaquePointer, _ passphrase: SecretBytes, _ cost: KeyCost
  ) throws(CryptographyError) -> [UInt8] {
    try KeyDerivation.check(passphrase)
    let info = try unsafe OpenSSL.make("EVP_PKEY2PKCS8") { unsafe EVP_PKEY2PKCS8(key) }
    defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
    var salt = try SystemRandom().bytes(16)
    var nonce = try SystemRandom().bytes(16)
    let cipher = unsafe EVP_aes_256_cbc()
    ERR_clear_error()
    let algorithm =
      switch cost {
      case .production:
        unsafe PKCS5_pbe2_set_scrypt(
          cipher, &salt, 16, &nonce, KeyCost.scryptN, KeyCost.scryptR, KeyCost.scryptP)
      case .test:
        unsafe PKCS5_pbe2_set_iv(
          cipher, KeyCost.testRounds, &salt, 16, &nonce, NID_hmacWithSHA256)
      }
    guard let algorithm = unsafe algorithm else {
      throw OpenSSL.failure("PKCS5_pbe2_set", "cannot prepare the key file")
    }
    let sealed = unsafe withPassphrase(passphrase) { text, count in
      unsafe PKCS8_set0_pbe(text, count, info, algorithm)
    }
    guard let sealed = unsafe sealed else {
      unsafe X509_ALGOR_free(algorithm)
      throw OpenSSL.failure("PKCS8_set0_pbe", "cannot encrypt the key")
    }
    defer { unsafe X509_SIG_free(sealed) }
    let der = try unsafe X509Handle.encode("i2d_X509_SIG") { unsafe i2d_X509_SIG(sealed, $0) }
    return PEM.encode(der, label: "ENCRYPTED PRIVATE KEY")
  }

  private static func open(
    _ pem: [UInt8], _ passphrase: SecretBytes, _ minimumCost: KeyCost
  ) throws(CryptographyError) -> KeyHandle {
    guard pem.count <= byteCountMax else {
      throw CryptographyError(.invalidEncoding, "this is no key file; it is too large")
    }
    let blocks = try PEM.decodeAll(pem, label: "ENCRYPTED PRIVATE KEY")
    guard blocks.count == 1 else {
      throw CryptographyError(.invalidEncoding, "a key file holds exactly one key")
    }
    let der = blocks[0]
    // Looked at before any derivation: a hostile file must not make us derive for hours.
    try KeyDerivation(encryptedKey: der).check(minimum: minimumCost)
    let sealed = try unsafe OpenSSL.make(
      "d2i_X509_SIG", code: .invalidEncoding, "this is no encrypted key"
    ) {
      unsafe der.withUnsafeBufferPointer { buffer in
        var next = buffer.baseAddress
        return unsafe d2i_X509_SIG(nil, &next, buffer.count)
      }
    }
    defer { unsafe X509_SIG_free(sealed) }
    ERR_clear_error()
    let info = unsafe withPassphrase(passphrase) { text, count in
      unsafe PKCS8_decrypt(sealed, text, count)
    }
    guard let info = unsafe info else {
      _ = OpenSSL.drainErrors()
      throw CryptographyError(
        .wrongPassphrase, "the passphrase does not open this key file, or the file is damaged")
    }
    defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
    let key = try unsafe OpenSSL.make("EVP_PKCS82PKEY", code: .invalidKey, "no usable key") {
      unsafe EVP_PKCS82PKEY(info)
    }
    return unsafe KeyHandle(owning: key)
  }

  private static func withPassphrase(
    _ passphrase: SecretBytes, _ body: (UnsafePointer<CChar>?, Int32) -> OpaquePointer?
  ) -> OpaquePointer? {
    var bytes = passphrase.unwipedCopy()
    defer { ConstantTime.wipe(&bytes) }
    return unsafe bytes.withUnsafeBytes { buffer in
      unsafe body(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
    }
  }
}
