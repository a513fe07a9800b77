internal import COpenSSL

/// Bytes encrypted to one identity: CMS AuthEnvelopedData with AES-256-GCM, ECDH over P-256 with
/// the SHA-256 key derivation, and AES-256 key wrap. `openssl cms -decrypt` opens it.
///
/// Weaker forms that libcrypto makes by default or takes without a word are refused: CBC, a
/// derivation by SHA-1, a tag under 16 bytes, several receivers. Spec: material.md, "Enclosing";
/// RFC 5083, RFC 5084, RFC 5753.
public enum EnclosedMessage {
  /// The most bytes that are enclosed.
  public static let contentByteCountMax = 32 << 20
  /// The most bytes that are opened.
  public static let byteCountMax = contentByteCountMax + 4096

  /// Encrypts `content` to the holder of an `open` identity. Each time the bytes are others.
  ///
  /// Throws `invalidProfile` where the identity is not one for receiving only, `invalidLength`,
  /// `operationFailed`.
  public static func enclose(
    _ content: [UInt8], to receiver: Identity
  ) throws(CryptographyError) -> [UInt8] {
    try checkReceiver(receiver)
    guard !content.isEmpty, content.count <= contentByteCountMax else {
      throw CryptographyError(
        .invalidLength, "1 to \(contentByteCountMax) bytes are enclosed at a time")
    }
    let flags = UInt32(CMS_BINARY | CMS_PARTIAL)
    let made = try unsafe OpenSSL.make("CMS_encrypt") {
      unsafe CMS_encrypt(nil, nil, EVP_aes_256_gcm(), flags)
    }
    let message = unsafe CMSHandle(owning: made)
    try unsafe message.withPointer { message throws(CryptographyError) in
      try unsafe receiver.handle.withPointer { receiver throws(CryptographyError) in
        let entry = try unsafe OpenSSL.make("CMS_add1_recipient_cert") {
          unsafe CMS_add1_recipient_cert(message, receiver, UInt32(CMS_KEY_PARAM))
        }
        try OpenSSL.check("EVP_PKEY_CTX_set_ecdh_kdf_md") {
          unsafe EVP_PKEY_CTX_set_ecdh_kdf_md(
            CMS_RecipientInfo_get0_pkey_ctx(entry), EVP_sha256())
        }
      }
      try unsafe MemoryBIO.reading(content) { source throws(CryptographyError) in
        try OpenSSL.check("CMS_final") {
          unsafe CMS_final(message, source, nil, UInt32(CMS_BINARY))
        }
      }
    }
    let bytes = try message.der()
    try checkForm(bytes)
    return bytes
  }

  /// Decrypts what was enclosed to an identity; nothing is given out unless all of it is genuine.
  ///
  /// Throws `invalidMessage`; `unsupportedAlgorithm` for another form; `authenticationFailed` where
  /// the bytes were changed or enclosed to somebody else; `invalidProfile`.
  public static func open(
    _ bytes: [UInt8], as receiver: Identity, with key: P256PrivateKey
  ) throws(CryptographyError) -> [UInt8] {
    try checkReceiver(receiver)
    guard receiver.publicKey == key.publicKey else {
      throw CryptographyError(.invalidKey, "the key is not the one of the identity")
    }
    let message = try CMSHandle(parsing: bytes, byteCountMax: byteCountMax)
    try checkForm(bytes)
    let output = try MemoryBIO()
    try unsafe message.withPointer { message throws(CryptographyError) in
      try unsafe receiver.handle.withPointer { receiver throws(CryptographyError) in
        try unsafe key.withHandle { key throws(CryptographyError) in
          try unsafe output.withPointer { output throws(CryptographyError) in
            try OpenSSL.check(
              "CMS_decrypt", code: .authenticationFailed,
              "the message was changed, or was enclosed to another identity"
            ) {
              unsafe CMS_decrypt(message, key, receiver, nil, output, UInt32(CMS_BINARY))
            }
          }
        }
      }
    }
    return output.bytes
  }

  private static func checkReceiver(_ identity: Identity) throws(CryptographyError) {
    guard identity.keyUsages == IdentityProfile.open.keyUsages, !identity.isCA else {
      throw CryptographyError(
        .invalidProfile,
        "the identity is not one for receiving: its only usage must be "
          + "keyAgreement")
    }
  }

  /// The one form that is made and taken.
  private static func checkForm(_ bytes: [UInt8]) throws(CryptographyError) {
    guard let parts = DERElement(first: bytes[...])?.parts, parts.count == 2,
      parts[0].bytes.elementsEqual(authEnvelopedData), parts[1].tag == 0xA0,
      let envelope = parts[1].parts, envelope.count == 1, let fields = envelope[0].parts,
      fields.count == 4, fields[0].content.elementsEqual([0]), fields[1].tag == 0x31,
      let receivers = fields[1].parts, receivers.count == 1, receivers[0].tag == 0xA1,
      let agreement = receivers[0].parts, agreement.count == 4,
      agreement[0].bytes.elementsEqual([0x02, 0x01, 0x03]),
      agreement[2].bytes.elementsEqual(keyAgreement),
      let keys = agreement[3].parts, keys.count == 1,
      let encrypted = fields[2].parts, encrypted.count == 3,
      encrypted[0].bytes.elementsEqual(data), isGCM(encrypted[1]),
      fields[3].tag == 0x04, fields[3].content.count == 16
    else {
      throw CryptographyError(
        .unsupportedAlgorithm,
        "the message is not enclosed as ours are: AES-256-GCM, ECDH with "
          + "SHA-256 and AES-256 key wrap, to one receiver")
    }
  }

  /// AES-256-GCM with a nonce of 12 bytes and a tag of 16.
  private static func isGCM(_ algorithm: DERElement) -> Bool {
    guard let parts = algorithm.parts, parts.count == 2,
      parts[0].bytes.elementsEqual(aes256GCM),
      let parameters = parts[1].parts, parameters.count == 2
    else { return false }
    return parameters[0].tag == 0x04 && parameters[0].content.count == 12
      && parameters[1].bytes.elementsEqual([0x02, 0x01, 0x10])
  }

  // Object identifiers as DER; see RFC 5083 §2, RFC 5652 §4, RFC 5084 §3.2.
  private static let authEnvelopedData: [UInt8] = [
    0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17,
  ]
  private static let data: [UInt8] = [
    0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01,
  ]
  private static let aes256GCM: [UInt8] = [
    0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2E,
  ]
  /// dhSinglePass-stdDH-sha256kdf-scheme with id-aes256-wrap (RFC 5753 §7.1.4).
  private static let keyAgreement: [UInt8] = [
    0x30, 0x15, 0x06, 0x06, 0x2B, 0x81, 0x04, 0x01, 0x0B, 0x01,
    0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2D,
  ]
}
