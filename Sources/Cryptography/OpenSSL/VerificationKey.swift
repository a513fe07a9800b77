internal import COpenSSL

/// A public P-256 key that verifies, and the idle contexts of its verifications.
///
/// Once nobody needs it its `EVP_PKEY` serves for another point: to set up the curve costs four
/// times as much as to set a point. Nobody else ever has the pointer, so no other key can change by
/// that.
///
/// `@unchecked Sendable`: the key is changed in `init` only, when nobody else has it, and OpenSSL
/// allows concurrent use of a key through separate contexts (openssl-threads(7)).
@safe final class VerificationKey: @unchecked Sendable {
  /// `@unchecked Sendable`: a key in the list is nobody's, and reached only under the lock.
  @safe private struct Idle: @unchecked Sendable {
    var keys: [OpaquePointer] = unsafe []
  }

  /// `@unchecked Sendable`: lent to one caller; nobody else has the pointer.
  @safe private struct Lent: @unchecked Sendable {
    let key: OpaquePointer?
  }

  /// The most keys that wait for another point: more than verify at once.
  private static let idleCountMax = 64
  private static let idle = Guarded(Idle())

  private let key: OpaquePointer
  private let contexts: ContextPool

  /// A key from its uncompressed point; throws `invalidKey`. libcrypto checks that the point lies
  /// on the curve.
  init(point: [UInt8]) throws(CryptographyError) {
    let waiting = VerificationKey.idle.withLock { idle in unsafe Lent(key: idle.keys.popLast()) }
    let key: OpaquePointer
    if let idle = unsafe waiting.key {
      unsafe key = idle
    } else {
      unsafe key = try VerificationKey.make()
    }
    do throws(CryptographyError) {
      try OpenSSL.check(
        "EVP_PKEY_set1_encoded_public_key", code: .invalidKey, KeyHandle.notOnCurve
      ) {
        unsafe point.withUnsafeBufferPointer {
          unsafe EVP_PKEY_set1_encoded_public_key(key, $0.baseAddress, $0.count)
        }
      }
    } catch {
      // Which point it has now, nobody says.
      unsafe EVP_PKEY_free(key)
      throw error
    }
    unsafe self.key = unsafe key
    contexts = unsafe ContextPool(
      make: { () throws(CryptographyError) in
        // New for each point: what a context keeps of a key is libcrypto's own business.
        try unsafe KeyHandle.makeContext(of: key, "EVP_PKEY_verify_init") {
          unsafe EVP_PKEY_verify_init($0)
        }
      }, free: { unsafe EVP_PKEY_CTX_free($0) })
  }

  deinit {
    contexts.freeIdle()
    let back = unsafe Lent(key: key)
    let isKept = VerificationKey.idle.withLock { idle in
      guard unsafe idle.keys.count < VerificationKey.idleCountMax else { return false }
      if let key = unsafe back.key { unsafe idle.keys.append(key) }
      return true
    }
    if !isKept { unsafe EVP_PKEY_free(key) }
  }

  /// Lends a context for a verification. The key lives as long: else its point could become
  /// another while libcrypto reads it.
  func withContext<Result>(
    _ body: (OpaquePointer) throws(CryptographyError) -> Result
  ) throws(CryptographyError) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try unsafe contexts.withContext(body)
  }

  /// A key of the curve, with no point yet.
  private static func make() throws(CryptographyError) -> OpaquePointer {
    let template = try template.get()
    let key = try unsafe OpenSSL.make("EVP_PKEY_new") { unsafe EVP_PKEY_new() }
    do throws(CryptographyError) {
      try OpenSSL.check("EVP_PKEY_copy_parameters") {
        unsafe template.withPointer { unsafe EVP_PKEY_copy_parameters(key, $0) }
      }
    } catch {
      unsafe EVP_PKEY_free(key)
      throw error
    }
    return unsafe key
  }

  /// A key whose curve others take over.
  private static let template = Result { () throws(CryptographyError) in
    try KeyHandle.p256(point: generator, scalar: nil)
  }

  /// The generator of the curve (FIPS 186-4, D.1.2.3).
  private static let generator: [UInt8] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
    0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2,
    0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
    0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51,
    0xf5,
  ]
}
