internal import COpenSSL

/// A P-256 private key: makes ES256 signatures.
///
/// Many threads may sign at once; each signature reuses an idle, initialised context, which costs
/// 22 µs where a new one costs 27. Never printed; libcrypto wipes the scalar when the key goes.
public final class P256PrivateKey: Sendable, CustomStringConvertible {
  /// The public half.
  public let publicKey: P256PublicKey
  private let handle: KeyHandle
  private let contexts: ContextPool

  init(handle: KeyHandle) throws(CryptographyError) {
    var point = [UInt8](repeating: 0, count: 65)
    var length = 0
    ERR_clear_error()
    let done = unsafe handle.withPointer { key in
      unsafe EVP_PKEY_is_a(key, "EC") == 1
        && EVP_PKEY_get_octet_string_param(
          key, OSSL_PKEY_PARAM_PUB_KEY, &point, point.count, &length) == 1
    }
    guard done, length == 65 else {
      throw OpenSSL.failure("EVP_PKEY_get_octet_string_param", code: .invalidKey, "no P-256 key")
    }
    // Made anew from the point, so that any other curve is refused here.
    publicKey = try P256PublicKey(x963: point)
    self.handle = handle
    contexts = unsafe ContextPool(
      make: { () throws(CryptographyError) in
        try unsafe handle.makeContext("EVP_PKEY_sign_init") { unsafe EVP_PKEY_sign_init($0) }
      }, free: { unsafe EVP_PKEY_CTX_free($0) })
  }

  /// A fresh random key.
  public static func generate() throws(CryptographyError) -> P256PrivateKey {
    let key = try unsafe OpenSSL.make("EVP_EC_gen") { unsafe kanhe_EVP_EC_gen("P-256") }
    return try P256PrivateKey(handle: unsafe KeyHandle(owning: key))
  }

  /// A key from its scalar, 32 bytes in 1…n−1 (the decoded `d` of a JWK), and its public point,
  /// which must belong to it; throws `invalidKey`.
  public convenience init(
    scalar: SecretBytes, publicKey: P256PublicKey
  ) throws(CryptographyError) {
    var bytes = scalar.unwipedCopy()
    defer { ConstantTime.wipe(&bytes) }
    guard bytes.count == 32, ECDSASignature.isScalar(bytes, at: 0) else {
      throw CryptographyError(.invalidKey, "a P-256 scalar has 32 bytes, from 1 to n−1")
    }
    let handle = try KeyHandle.p256(point: publicKey.x963, scalar: bytes)
    let context = try unsafe handle.makeContext("EVP_PKEY_CTX_new") { _ in 1 }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    try OpenSSL.check(
      "EVP_PKEY_pairwise_check", code: .invalidKey, "scalar and point are no pair"
    ) { unsafe EVP_PKEY_pairwise_check(context) }
    try self.init(handle: handle)
  }

  /// The scalar, 32 bytes: the `d` of a JWK, for a holder's wallet.
  public func scalar() throws(CryptographyError) -> SecretBytes {
    var number: OpaquePointer?
    let found = unsafe handle.withPointer { key in
      unsafe EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number)
    }
    defer { unsafe BN_clear_free(number) }
    var bytes = [UInt8](repeating: 0, count: 32)
    defer { ConstantTime.wipe(&bytes) }
    guard found == 1, unsafe BN_bn2binpad(number, &bytes, 32) == 32 else {
      throw OpenSSL.failure("EVP_PKEY_get_bn_param", "cannot read the scalar")
    }
    return SecretBytes(copying: bytes)
  }

  /// An ES256 signature over `message`: 64 raw bytes r ‖ s.
  public func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
    try sign(digest: SHA256.hash(message))
  }

  /// An ES256 signature over the message with this SHA-256 digest: 64 raw bytes r ‖ s.
  public func sign(digest: Digest) throws(CryptographyError) -> [UInt8] {
    guard let raw = ECDSASignature.raw(der: try signDER(digest: digest)[...]) else {
      throw CryptographyError(.operationFailed, "libcrypto made a malformed signature")
    }
    return raw
  }

  /// A DER signature over the message with this SHA-256 digest.
  public func signDER(digest: Digest) throws(CryptographyError) -> [UInt8] {
    try unsafe contexts.withContext { context throws(CryptographyError) in
      var length = 80
      var failed = false
      let der = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
        ERR_clear_error()
        let done = unsafe digest.withUnsafeBytes { digest in
          unsafe EVP_PKEY_sign(
            context, buffer.baseAddress, &length,
            digest.baseAddress?.assumingMemoryBound(to: UInt8.self), digest.count)
        }
        failed = done != 1
        count = failed ? 0 : length
      }
      if failed { throw OpenSSL.failure("EVP_PKEY_sign", "cannot sign") }
      return der
    }
  }

  func withHandle<Result, Failure: Error>(
    _ body: (OpaquePointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe handle.withPointer(body)
  }

  /// The public half only.
  public var description: String { "private key of \(publicKey)" }
}
