internal import COpenSSL

/// AES-256-GCM (NIST SP 800-38D): authenticated encryption with a 12-byte nonce and 16-byte tag.
///
/// A nonce must never be used twice under one key.
public enum AESGCM {
  /// Bytes of a key.
  public static let keyByteCount = 32
  /// Bytes of a nonce.
  public static let nonceByteCount = 12
  /// Bytes of the tag that follows the ciphertext.
  public static let tagByteCount = 16

  /// Encrypts; returns ciphertext ‖ tag. Throws `invalidLength`, `operationFailed`.
  public static func seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], additionalData: [UInt8]
  ) throws(CryptographyError) -> [UInt8] {
    try seal(plaintext, key: key, nonce: nonce, additionalData: additionalData, prefix: [])
  }

  /// The same with the nonce before: nonce ‖ ciphertext ‖ tag.
  public static func sealWithNonce(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], additionalData: [UInt8]
  ) throws(CryptographyError) -> [UInt8] {
    try seal(plaintext, key: key, nonce: nonce, additionalData: additionalData, prefix: nonce)
  }

  private static func seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], additionalData: [UInt8],
    prefix: [UInt8]
  ) throws(CryptographyError) -> [UInt8] {
    let size = try checkedLength(plaintext.count)
    return try unsafe encryption.withContext { context throws(CryptographyError) in
      try unsafe prepare(context, key, nonce, additionalData, encrypting: true)
      var done = false
      let total = prefix.count + plaintext.count + tagByteCount
      let output = unsafe [UInt8](unsafeUninitializedCapacity: total) { output, count in
        guard let start = output.baseAddress else { return }
        unsafe start.initialize(from: prefix, count: prefix.count)
        let text = unsafe start + prefix.count
        var length: Int32 = 0
        guard
          unsafe plaintext.isEmpty
            || EVP_EncryptUpdate(context, text, &length, plaintext, size) == 1,
          unsafe EVP_EncryptFinal_ex(context, text + Int(length), &length) == 1,
          unsafe EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), text + plaintext.count) == 1
        else { return }
        count = total
        done = true
      }
      guard done else { throw OpenSSL.failure("EVP_EncryptUpdate", "cannot encrypt") }
      try unsafe forgetKey(context)
      return output
    }
  }

  /// Decrypts ciphertext ‖ tag; nothing is returned unless the tag is right.
  ///
  /// Throws `invalidLength`, `authenticationFailed`, `operationFailed`.
  public static func open(
    _ sealed: [UInt8], key: SecretBytes, nonce: [UInt8], additionalData: [UInt8]
  ) throws(CryptographyError) -> [UInt8] {
    guard sealed.count >= tagByteCount else {
      throw CryptographyError(.invalidLength, "sealed bytes are shorter than their tag")
    }
    let size = try checkedLength(sealed.count) - Int32(tagByteCount)
    return try unsafe decryption.withContext { context throws(CryptographyError) in
      try unsafe prepare(context, key, nonce, additionalData, encrypting: false)
      let output = try unsafe open(sealed, size, context)
      try unsafe forgetKey(context)
      return output
    }
  }

  private static func open(
    _ sealed: [UInt8], _ size: Int32, _ context: OpaquePointer
  ) throws(CryptographyError) -> [UInt8] {
    var tag = Array(sealed[Int(size)...])
    // One byte more than needed, so that even an empty plaintext has an address.
    var output = [UInt8](repeating: 0, count: Int(size) + 1)
    let done = unsafe output.withUnsafeMutableBufferPointer { output in
      var length: Int32 = 0
      guard let start = output.baseAddress,
        unsafe EVP_CIPHER_CTX_ctrl(
          context, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag) == 1,
        unsafe size == 0 || EVP_DecryptUpdate(context, start, &length, sealed, size) == 1
      else { return false }
      return unsafe EVP_DecryptFinal_ex(context, start + Int(length), &length) == 1
    }
    guard done else {
      ConstantTime.wipe(&output)
      ERR_clear_error()
      throw CryptographyError(
        .authenticationFailed, "the encrypted bytes were changed, or this is not their key")
    }
    output.removeLast()
    return output
  }

  private static func checkedLength(_ count: Int) throws(CryptographyError) -> Int32 {
    guard let size = Int32(exactly: count), size < Int32.max - 64 else {
      throw CryptographyError(.invalidLength, "cannot encrypt \(count) bytes in one piece")
    }
    return size
  }

  private static func prepare(
    _ context: OpaquePointer, _ key: SecretBytes, _ nonce: [UInt8], _ additionalData: [UInt8],
    encrypting: Bool
  ) throws(CryptographyError) {
    guard key.count == keyByteCount, nonce.count == nonceByteCount else {
      throw CryptographyError(.invalidLength, "AES-256-GCM takes a 32-byte key, a 12-byte nonce")
    }
    let dataSize = try checkedLength(additionalData.count)
    let done = key.withBytes { key in
      unsafe key.withUnsafeBufferPointer { key in
        var length: Int32 = 0
        return unsafe EVP_CipherInit_ex2(
          context, nil, key.baseAddress, nonce, encrypting ? 1 : 0, nil) == 1
          && (additionalData.isEmpty
            || EVP_CipherUpdate(context, nil, &length, additionalData, dataSize) == 1)
      }
    }
    guard done else {
      throw OpenSSL.failure("EVP_CipherInit_ex2", "cannot prepare AES-256-GCM")
    }
  }

  /// Puts a key of zeros in the place of the last one: an idle context lives to the end of the
  /// process, and no key shall outlive its owner. A tenth of a microsecond.
  ///
  /// After a failure the pool frees the context, and libcrypto wipes it.
  private static func forgetKey(_ context: OpaquePointer) throws(CryptographyError) {
    let zeros = [UInt8](repeating: 0, count: keyByteCount)
    guard unsafe EVP_CipherInit_ex2(context, nil, zeros, nil, -1, nil) == 1 else {
      throw OpenSSL.failure("EVP_CipherInit_ex2", "cannot wipe a key of AES-256-GCM")
    }
  }

  // A context costs more than a short encryption.
  private static let encryption = pool(encrypting: true)
  private static let decryption = pool(encrypting: false)

  private static func pool(encrypting: Bool) -> ContextPool {
    unsafe ContextPool(
      make: { () throws(CryptographyError) in
        let cipher = try unsafe Ciphers.gcm.pointer()
        let context = try unsafe OpenSSL.make("EVP_CIPHER_CTX_new") { unsafe EVP_CIPHER_CTX_new() }
        guard
          unsafe EVP_CipherInit_ex2(context, cipher, nil, nil, encrypting ? 1 : 0, nil) == 1
        else {
          unsafe EVP_CIPHER_CTX_free(context)
          throw OpenSSL.failure("EVP_CipherInit_ex2", "cannot prepare AES-256-GCM")
        }
        return unsafe context
      }, free: { unsafe EVP_CIPHER_CTX_free($0) })
  }
}
