internal import COpenSSL

/// Owns one parsed `X509`.
///
/// `@unchecked Sendable`: never changed after its extensions were cached in `init(parsing:)`;
/// libcrypto locks what it caches later, and counts references atomically.
@safe final class X509Handle: @unchecked Sendable {
  private let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) {
    unsafe self.pointer = unsafe pointer
  }

  deinit {
    unsafe X509_free(pointer)
  }

  /// Parses exactly one DER structure; anything after it, or any encoding but DER, is refused.
  convenience init(parsing der: [UInt8]) throws(CryptographyError) {
    guard !der.isEmpty, der.count <= Identity.byteCountMax else {
      throw CryptographyError(
        .invalidIdentity, "an identity has 1 to \(Identity.byteCountMax) bytes; check the file")
    }
    let (pointer, isWhole) = try unsafe OpenSSL.parse(
      der, "d2i_X509", code: .invalidIdentity, "X.509 identity; check the file"
    ) { unsafe d2i_X509(nil, $0, $1) }
    unsafe self.init(owning: pointer)
    guard isWhole, try self.der() == der else {
      throw CryptographyError(
        .invalidIdentity, "an identity is one DER structure with nothing after it")
    }
    // Fills the caches that later calls from many threads only read.
    _ = unsafe X509_check_purpose(pointer, -1, -1)
    ERR_clear_error()
  }

  /// Lends the pointer; it must not leave `body`.
  func withPointer<Result, Failure: Error>(
    _ body: (OpaquePointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(pointer)
  }

  /// The encoding as libcrypto writes it.
  func der() throws(CryptographyError) -> [UInt8] {
    try unsafe X509Handle.encode("i2d_X509") { unsafe i2d_X509(pointer, $0) }
  }

  /// Runs an `i2d_` function twice: for the size, then into a buffer of it.
  static func encode(
    _ function: String,
    _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
  ) throws(CryptographyError) -> [UInt8] {
    ERR_clear_error()
    let size = write(nil)
    guard size > 0 else { throw OpenSSL.failure(function, "cannot encode") }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    let written = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var next = buffer.baseAddress
      return unsafe write(&next)
    }
    guard written == size else { throw OpenSSL.failure(function, "cannot encode") }
    return bytes
  }
}
