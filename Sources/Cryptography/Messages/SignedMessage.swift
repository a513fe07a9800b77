internal import COpenSSL

/// Bytes and a signature over them in one file: CMS SignedData as CAdES-BES, ES256, with the
/// signer's identity and those above it. `openssl cms -verify` reads it.
///
/// Spec: material.md, "Signing"; RFC 5652 §5, ETSI EN 319 122-1 §6.
public struct SignedMessage: Sendable {
  /// The most bytes of a message that is read, what is enclosed in it included.
  public static let byteCountMax = EnclosedMessage.contentByteCountMax
  /// The most bytes that are signed: room is left for identities and signature.
  public static let contentByteCountMax = byteCountMax - (1 << 16)
  /// The most identities that a message brings.
  public static let identityCountMax = 4

  /// What was signed.
  public let content: [UInt8]
  /// Who signed; whether to believe it, `PathValidator` tells.
  public let signer: Identity
  /// The identities that came with it, without the signer's.
  public let others: [Identity]

  /// Signs `content` with a `seal` identity and encloses those of `path`, without the root.
  ///
  /// Throws `invalidProfile` where the identity may not sign contents, `invalidKey`,
  /// `invalidLength`, `operationFailed`.
  public static func sign(
    _ content: [UInt8], as signer: Identity, path: [Identity], with key: P256PrivateKey
  ) throws(CryptographyError) -> [UInt8] {
    guard signer.keyUsages == IdentityProfile.seal.keyUsages,
      signer.extendedKeyUsages == IdentityProfile.seal.extendedKeyUsages
    else {
      throw CryptographyError(.invalidProfile, "the identity is not one for sealing")
    }
    guard signer.publicKey == key.publicKey else {
      throw CryptographyError(.invalidKey, "the key is not the one of the identity")
    }
    guard !content.isEmpty, content.count <= contentByteCountMax else {
      throw CryptographyError(
        .invalidLength, "1 to \(contentByteCountMax) bytes are signed at a time")
    }
    let above = try X509Stack(path)
    let flags = UInt32(CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP)
    let bytes = try unsafe signer.handle.withPointer { signer throws(CryptographyError) in
      try unsafe key.withHandle { key throws(CryptographyError) in
        try unsafe MemoryBIO.reading(content) { source throws(CryptographyError) in
          let made = try unsafe above.withPointer { above throws(CryptographyError) in
            try unsafe OpenSSL.make("CMS_sign") {
              unsafe CMS_sign(signer, key, above, source, flags)
            }
          }
          return try unsafe CMSHandle(owning: made).der()
        }
      }
    }
    return bytes
  }

  /// Reads a message and verifies its signature, its digest and the signer's identity in it.
  ///
  /// `known` gives back an identity by its id where the caller has it: reading one anew takes
  /// longer than the signature. Throws `invalidMessage`; `unsupportedAlgorithm` for anything but
  /// one ES256 signature; `invalidSignature`.
  public init(
    verifying bytes: [UInt8], known: (Digest) -> Identity? = { _ in nil }
  ) throws(CryptographyError) {
    let parts = try MessageParts(bytes)
    let message = try CMSHandle(parsing: parts.message, byteCountMax: Self.byteCountMax)
    let identities = try parts.identities(known)
    let output = try MemoryBIO()
    let signer = try unsafe message.withPointer { message throws(CryptographyError) in
      let info = try unsafe SignedMessage.onlySigner(of: message)
      try unsafe SignedMessage.verify(message, by: identities, into: output)
      return try unsafe SignedMessage.signer(info, of: identities)
    }
    self.signer = signer
    others = identities.filter { $0 != signer }
    content = output.bytes
  }

  private static func verify(
    _ message: OpaquePointer, by identities: [Identity], into output: MemoryBIO
  ) throws(CryptographyError) {
    let stack = try X509Stack(identities)
    // The path is judged by our own rules, at the time that the caller says.
    let flags = UInt32(CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY | CMS_NOINTERN)
    try unsafe output.withPointer { output throws(CryptographyError) in
      try unsafe stack.withPointer { stack throws(CryptographyError) in
        try OpenSSL.check(
          "CMS_verify", code: .invalidSignature, "the signature of the message does not hold"
        ) { unsafe CMS_verify(message, stack, nil, nil, output, flags) }
      }
    }
  }

  private static func onlySigner(
    of message: OpaquePointer
  ) throws(CryptographyError) -> OpaquePointer {
    let infos = unsafe CMS_get0_SignerInfos(message)
    guard unsafe OBJ_obj2nid(CMS_get0_type(message)) == NID_pkcs7_signed,
      unsafe OBJ_obj2nid(CMS_get0_eContentType(message)) == NID_pkcs7_data,
      unsafe kanhe_sk_CMS_SignerInfo_num(infos) == 1,
      let info = unsafe kanhe_sk_CMS_SignerInfo_value(infos, 0)
    else {
      throw CryptographyError(
        .unsupportedAlgorithm, "the message is not data with one signature")
    }
    var digest: UnsafeMutablePointer<X509_ALGOR>?
    var signature: UnsafeMutablePointer<X509_ALGOR>?
    unsafe CMS_SignerInfo_get0_algs(info, nil, nil, &digest, &signature)
    guard let digest = unsafe digest, unsafe OBJ_obj2nid(digest.pointee.algorithm) == NID_sha256,
      let signature = unsafe signature,
      unsafe OBJ_obj2nid(signature.pointee.algorithm) == NID_ecdsa_with_SHA256
    else {
      throw CryptographyError(
        .unsupportedAlgorithm, "the message is not signed with ECDSA and SHA-256")
    }
    // Nothing vouches for the one; the other might name another signer.
    guard unsafe CMS_unsigned_get_attr_count(info) <= 0,
      unsafe CMS_signed_get_attr_by_NID(info, NID_id_smime_aa_signingCertificate, -1) < 0
    else {
      throw CryptographyError(
        .unsupportedAlgorithm, "the message has attributes that ours have not")
    }
    return unsafe info
  }

  /// The signer's identity, which the signed attributes must name.
  private static func signer(
    _ info: OpaquePointer, of identities: [Identity]
  ) throws(CryptographyError) -> Identity {
    var certificate: OpaquePointer?
    unsafe CMS_SignerInfo_get0_algs(info, nil, &certificate, nil, nil)
    guard let certificate = unsafe certificate,
      let signer = identities.first(where: { identity in
        unsafe identity.handle.withPointer { $0 == certificate }
      })
    else {
      throw CryptographyError(.invalidMessage, "the message does not bring its signer's identity")
    }
    try unsafe checkNamed(signer, info)
    guard signer.publicKey != nil else {
      throw CryptographyError(.unsupportedAlgorithm, "the message is not signed with P-256")
    }
    return signer
  }

  /// The signing-certificate-v2 attribute must name the identity (RFC 5035 §3): without it the
  /// signature could be said to be another identity's of the same key.
  private static func checkNamed(
    _ signer: Identity, _ info: OpaquePointer
  ) throws(CryptographyError) {
    ERR_clear_error()
    defer { ERR_clear_error() }
    let value = unsafe CMS_signed_get0_data_by_OBJ(
      info, OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2), -3, V_ASN1_SEQUENCE)
    guard let value = unsafe value?.assumingMemoryBound(to: ASN1_STRING.self) else {
      throw CryptographyError(
        .unsupportedAlgorithm, "the signature does not name the signer's identity (CAdES-BES)")
    }
    var next = unsafe ASN1_STRING_get0_data(UnsafePointer(value))
    let named = unsafe d2i_ESS_SIGNING_CERT_V2(
      nil, &next, Int(ASN1_STRING_length(UnsafePointer(value))))
    defer { unsafe ESS_SIGNING_CERT_V2_free(named) }
    let chain = try X509Stack([signer])
    guard let named = unsafe named,
      unsafe chain.withPointer({ unsafe OSSL_ESS_check_signing_certs(nil, named, $0, 1) }) > 0
    else {
      throw CryptographyError(
        .invalidSignature, "the signature names another identity as the signer's")
    }
  }
}
