internal import COpenSSL

/// Owns a `BIO` that writes into memory.
@safe final class MemoryBIO {
  private let pointer: OpaquePointer

  /// An empty one.
  init() throws(CryptographyError) {
    unsafe pointer = try unsafe OpenSSL.make("BIO_new") { unsafe BIO_new(BIO_s_mem()) }
  }

  deinit {
    unsafe BIO_free_all(pointer)
  }

  /// What was written.
  var bytes: [UInt8] {
    var start: UnsafeMutablePointer<CChar>?
    let count = unsafe kanhe_BIO_get_mem_data(pointer, &start)
    guard count > 0, let start = unsafe start else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  /// Lends the pointer; it must not leave `body`.
  func withPointer<Result, Failure: Error>(
    _ body: (OpaquePointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(pointer)
  }

  /// Lends a `BIO` that reads the bytes.
  static func reading<Result>(
    _ bytes: [UInt8], _ body: (OpaquePointer) throws(CryptographyError) -> Result
  ) throws(CryptographyError) -> Result {
    let outcome: Swift.Result<Result, CryptographyError> = unsafe bytes.withUnsafeBytes { buffer in
      do throws(CryptographyError) {
        let source = try unsafe OpenSSL.make("BIO_new_mem_buf") {
          unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count))
        }
        defer { unsafe BIO_free_all(source) }
        return .success(try unsafe body(source))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }
}
