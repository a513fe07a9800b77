internal import COpenSSL

/// An Ed25519 private key (RFC 8032). Signing is deterministic: the same bytes, the same signature.
public final class Ed25519PrivateKey: Sendable, CustomStringConvertible {
  /// The public half.
  public let publicKey: Ed25519PublicKey
  private let handle: KeyHandle

  init(handle: KeyHandle) throws(CryptographyError) {
    var raw = [UInt8](repeating: 0, count: 32)
    var length = 32
    ERR_clear_error()
    let done = unsafe handle.withPointer { key in
      unsafe EVP_PKEY_is_a(key, "ED25519") == 1
        && EVP_PKEY_get_raw_public_key(key, &raw, &length) == 1
    }
    guard done, length == 32 else {
      throw OpenSSL.failure("EVP_PKEY_get_raw_public_key", code: .invalidKey, "no Ed25519 key")
    }
    publicKey = try Ed25519PublicKey(rawBytes: raw)
    self.handle = handle
  }

  /// A fresh random key.
  public static func generate() throws(CryptographyError) -> Ed25519PrivateKey {
    let key = try unsafe OpenSSL.make("EVP_PKEY_Q_keygen") { unsafe kanhe_EVP_keygen("ED25519") }
    return try Ed25519PrivateKey(handle: unsafe KeyHandle(owning: key))
  }

  /// The key grown from a seed of 32 bytes (RFC 8032 §5.1.5); throws `invalidKey`.
  public convenience init(seed: SecretBytes) throws(CryptographyError) {
    guard seed.count == 32 else {
      throw CryptographyError(.invalidKey, "an Ed25519 seed has 32 bytes, not \(seed.count)")
    }
    var bytes = seed.unwipedCopy()
    defer { ConstantTime.wipe(&bytes) }
    let key = try unsafe OpenSSL.make(
      "EVP_PKEY_new_raw_private_key", code: .invalidKey, "no Ed25519 seed"
    ) { unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, bytes, bytes.count) }
    try self.init(handle: unsafe KeyHandle(owning: key))
  }

  /// The 64 bytes of the signature over `message`.
  public func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
    let context = try unsafe OpenSSL.make("EVP_MD_CTX_new") { unsafe EVP_MD_CTX_new() }
    defer { unsafe EVP_MD_CTX_free(context) }
    var signature = [UInt8](repeating: 0, count: 64)
    var length = 64
    ERR_clear_error()
    let done = unsafe handle.withPointer { key in
      unsafe EVP_DigestSignInit_ex(context, nil, nil, nil, nil, key, nil) == 1
        && EVP_DigestSign(context, &signature, &length, message, message.count) == 1
    }
    guard done, length == 64 else { throw OpenSSL.failure("EVP_DigestSign", "cannot sign") }
    return signature
  }

  func withHandle<Result, Failure: Error>(
    _ body: (OpaquePointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe handle.withPointer(body)
  }

  /// The public half only.
  public var description: String { "private key of \(publicKey)" }
}
