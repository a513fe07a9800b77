internal import COpenSSL

/// Owns one `CMS_ContentInfo`.
@safe final class CMSHandle {
  private let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) {
    unsafe self.pointer = unsafe pointer
  }

  deinit {
    unsafe CMS_ContentInfo_free(pointer)
  }

  /// Parses exactly one DER structure; throws `invalidMessage`.
  convenience init(parsing der: [UInt8], byteCountMax: Int) throws(CryptographyError) {
    guard !der.isEmpty, der.count <= byteCountMax else {
      throw CryptographyError(
        .invalidMessage, "a message has 1 to \(byteCountMax) bytes; check the file")
    }
    let (pointer, isWhole) = try unsafe OpenSSL.parse(
      der, "d2i_CMS_ContentInfo", code: .invalidMessage, "CMS message"
    ) { unsafe d2i_CMS_ContentInfo(nil, $0, $1) }
    unsafe self.init(owning: pointer)
    guard isWhole, try self.der() == der else {
      throw CryptographyError(
        .invalidMessage,
        "a message is one DER structure with nothing after it; "
          + "openssl cms writes it so with -binary -nostream -outform DER, signing with -nodetach")
    }
  }

  /// Lends the pointer; it must not leave `body`.
  func withPointer<Result, Failure: Error>(
    _ body: (OpaquePointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(pointer)
  }

  /// The encoding.
  func der() throws(CryptographyError) -> [UInt8] {
    try unsafe X509Handle.encode("i2d_CMS_ContentInfo") {
      unsafe i2d_CMS_ContentInfo(pointer, $0)
    }
  }
}
