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
    try unsafe body(pointer)
  }

  /// A new context for one operation, prepared by `prepare` (which returns 1 for success).
  func makeContext(
    _ function: String, _ prepare: (OpaquePointer) -> Int32
  ) throws(CryptographyError) -> OpaquePointer {
    let context = try unsafe OpenSSL.make("EVP_PKEY_CTX_new") {
      unsafe EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil)
    }
    do throws(CryptographyError) {
      try OpenSSL.check(function) { unsafe prepare(context) }
    } catch {
      unsafe EVP_PKEY_CTX_free(context)
      throw error
    }
    return unsafe context
  }

  /// A public P-256 key from its uncompressed point.
  ///
  /// libcrypto checks that the point lies on the curve. The curve is copied from a key that was
  /// made before: to set it up anew costs four times as much as all the rest.
  static func p256(point: [UInt8]) throws(CryptographyError) -> KeyHandle {
    let template = try template.get()
    let key = try unsafe OpenSSL.make("EVP_PKEY_new") { unsafe EVP_PKEY_new() }
    let handle = unsafe KeyHandle(owning: key)
    try OpenSSL.check("EVP_PKEY_copy_parameters") {
      unsafe template.withPointer { unsafe EVP_PKEY_copy_parameters(key, $0) }
    }
    try OpenSSL.check(
      "EVP_PKEY_set1_encoded_public_key", code: .invalidKey, notOnCurve
    ) {
      unsafe point.withUnsafeBufferPointer {
        unsafe EVP_PKEY_set1_encoded_public_key(key, $0.baseAddress, $0.count)
      }
    }
    return handle
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

  private static let notOnCurve = "no point of the curve P-256; check the key"

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
