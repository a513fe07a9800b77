internal import COpenSSL

/// AES-256 on single blocks: a keyed permutation of 16 bytes, no mode of encryption.
///
/// For identifiers that must neither collide nor tell their order. Safe from many threads.
public struct AESBlock: Sendable {
  /// Bytes of a block.
  public static let blockByteCount = 16

  private let encryption: ContextPool
  private let decryption: ContextPool

  /// With a key of 32 bytes; throws `invalidLength`.
  public init(key: SecretBytes) throws(CryptographyError) {
    guard key.count == 32 else {
      throw CryptographyError(.invalidLength, "AES-256 takes a key of 32 bytes, not \(key.count)")
    }
    encryption = AESBlock.pool(key, encrypting: true)
    decryption = AESBlock.pool(key, encrypting: false)
  }

  /// The image of a 16-byte block; throws `invalidLength`.
  public func encrypt(_ block: [UInt8]) throws(CryptographyError) -> [UInt8] {
    try AESBlock.apply(encryption, block)
  }

  /// The block whose image this is; throws `invalidLength`.
  public func decrypt(_ block: [UInt8]) throws(CryptographyError) -> [UInt8] {
    try AESBlock.apply(decryption, block)
  }

  private static func pool(_ key: SecretBytes, encrypting: Bool) -> ContextPool {
    unsafe ContextPool(
      make: { () throws(CryptographyError) in
        let cipher = try unsafe Ciphers.ecb.pointer()
        let context = try unsafe OpenSSL.make("EVP_CIPHER_CTX_new") { unsafe EVP_CIPHER_CTX_new() }
        let done = key.withBytes { key in
          unsafe key.withUnsafeBufferPointer { key in
            unsafe EVP_CipherInit_ex2(
              context, cipher, key.baseAddress, nil, encrypting ? 1 : 0, nil) == 1
              && EVP_CIPHER_CTX_set_padding(context, 0) == 1
          }
        }
        guard done else {
          unsafe EVP_CIPHER_CTX_free(context)
          throw OpenSSL.failure("EVP_CipherInit_ex2", "cannot prepare AES-256")
        }
        return unsafe context
      }, free: { unsafe EVP_CIPHER_CTX_free($0) })
  }

  private static func apply(
    _ pool: ContextPool, _ block: [UInt8]
  ) throws(CryptographyError) -> [UInt8] {
    guard block.count == blockByteCount else {
      throw CryptographyError(.invalidLength, "a block has 16 bytes, not \(block.count)")
    }
    return try unsafe pool.withContext { context throws(CryptographyError) in
      // Without padding a whole block leaves nothing buffered, so the context stays ready.
      var output = [UInt8](repeating: 0, count: blockByteCount)
      var length: Int32 = 0
      guard
        unsafe EVP_CipherUpdate(context, &output, &length, block, Int32(blockByteCount)) == 1,
        length == Int32(blockByteCount)
      else { throw OpenSSL.failure("EVP_CipherUpdate", "cannot encrypt a block") }
      return output
    }
  }
}
