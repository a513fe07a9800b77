internal import COpenSSL

/// Owns one `EVP_PKEY`.
///
/// `@unchecked Sendable`: the key is never changed after `init`, its reference count is atomic, and
/// OpenSSL allows concurrent use of a key through separate contexts (openssl-threads(7)).
@safe final class KeyHandle: @unchecked Sendable {
  private let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) {
    unsafe self.pointer = unsafe pointer
  }

  deinit {
    unsafe EVP_PKEY_free(pointer)
  }

  /// Lends the pointer; it must not leave `body`.
  func withPointer<Result, Failure: Error>(
    _ body: (OpaquePointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try unsafe body(pointer)
  }

  /// A new context for one operation, prepared by `prepare` (which returns 1 for success).
  func makeContext(
    _ function: String, _ prepare: (OpaquePointer) -> Int32
  ) throws(CryptographyError) -> OpaquePointer {
    try unsafe KeyHandle.makeContext(of: pointer, function, prepare)
  }

  /// The same, of a key that somebody else owns.
  static func makeContext(
    of key: OpaquePointer, _ function: String, _ prepare: (OpaquePointer) -> Int32
  ) throws(CryptographyError) -> OpaquePointer {
    let context = try unsafe OpenSSL.make("EVP_PKEY_CTX_new") {
      unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil)
    }
    do throws(CryptographyError) {
      try OpenSSL.check(function) { unsafe prepare(context) }
    } catch {
      unsafe EVP_PKEY_CTX_free(context)
      throw error
    }
    return unsafe context
  }

  static let notOnCurve = "no point of the curve P-256; check the key"

  /// A P-256 key from its uncompressed point and, for a private key, its scalar.
  ///
  /// libcrypto checks that the point lies on the curve. A tenth of the cost of reading an SPKI.
  static func p256(
    point: [UInt8], scalar: [UInt8]?
  ) throws(CryptographyError) -> KeyHandle {
    let context = try unsafe OpenSSL.make("EVP_PKEY_CTX_new_from_name") {
      unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
    }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var point = point
    // OSSL_PARAM integers are in native order: x86-64 and arm64 are little-endian.
    var scalar = Array((scalar ?? []).reversed())
    defer { ConstantTime.wipe(&scalar) }
    var key: OpaquePointer?
    let kind = scalar.isEmpty ? kanhe_EVP_PKEY_PUBLIC_KEY() : kanhe_EVP_PKEY_KEYPAIR()
    ERR_clear_error()
    let done = unsafe groupName.withUnsafeBufferPointer { group in
      unsafe point.withUnsafeMutableBytes { point in
        unsafe withScalar(&scalar) { scalar in
          var parameters = unsafe [
            OSSL_PARAM_construct_utf8_string(
              kanhe_PARAM_GROUP_NAME(), UnsafeMutablePointer(mutating: group.baseAddress), 0),
            OSSL_PARAM_construct_octet_string(
              kanhe_PARAM_PUB_KEY(), point.baseAddress, point.count),
          ]
          if let scalar = unsafe scalar {
            unsafe parameters.append(
              OSSL_PARAM_construct_BN(
                kanhe_PARAM_PRIV_KEY(),
                scalar.baseAddress?.assumingMemoryBound(to: UInt8.self), scalar.count))
          }
          unsafe parameters.append(OSSL_PARAM_construct_end())
          return unsafe EVP_PKEY_fromdata_init(context) == 1
            && EVP_PKEY_fromdata(context, &key, kind, &parameters) == 1
        }
      }
    }
    guard done, let key = unsafe key else {
      throw OpenSSL.failure("EVP_PKEY_fromdata", code: .invalidKey, notOnCurve)
    }
    return unsafe KeyHandle(owning: key)
  }

  private static let groupName: [CChar] = "prime256v1\0".utf8.map { CChar(bitPattern: $0) }

  private static func withScalar<Result>(
    _ scalar: inout [UInt8], _ body: (UnsafeMutableRawBufferPointer?) -> Result
  ) -> Result {
    if scalar.isEmpty { return body(nil) }
    return unsafe scalar.withUnsafeMutableBytes { unsafe body($0) }
  }
}
