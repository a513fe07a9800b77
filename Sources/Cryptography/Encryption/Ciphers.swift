internal import COpenSSL

/// Ciphers fetched once for the life of the process: a fetch per call costs more than a block.
///
/// `@unchecked Sendable`: a fetched `EVP_CIPHER` is immutable and counted (EVP_CIPHER_fetch(3)).
@safe struct Ciphers: @unchecked Sendable {
  static let gcm = Ciphers("AES-256-GCM")
  static let ecb = Ciphers("AES-256-ECB")

  private let cipher: OpaquePointer?

  private init(_ name: String) {
    unsafe cipher = unsafe EVP_CIPHER_fetch(nil, name, nil)
  }

  func pointer() throws(CryptographyError) -> OpaquePointer {
    guard let cipher = unsafe cipher else {
      throw CryptographyError(
        .unsupportedAlgorithm, "libcrypto has no AES-256 here; load its default provider")
    }
    return unsafe cipher
  }
}
