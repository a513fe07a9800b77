internal import COpenSSL

/// Issues identities under one authority or root.
///
/// Every identity issued is judged by `PathValidator`'s own rules before it is handed out, so a
/// host that the authority's name constraint does not admit is refused here and not at a verifier.
/// One thing is left to the validator: a root can issue a department's identity, so that tests can
/// show that no verifier accepts it (`missingAuthority`).
public struct IdentityIssuer: Sendable {
  /// Bytes of a serial number: the bits 01, which keep it positive and of this length, then 126
  /// random bits.
  static let serialByteCount = 16

  /// The issuing authority or root.
  public let identity: Identity
  private let key: P256PrivateKey

  /// An issuer with its key; throws `invalidProfile` when they do not belong together.
  public init(identity: Identity, key: P256PrivateKey) throws(CryptographyError) {
    guard identity.isCA, identity.publicKey == key.publicKey else {
      throw CryptographyError(
        .invalidProfile, "this key does not belong to an identity that may issue others")
    }
    self.identity = identity
    self.key = key
  }

  /// Issues an identity; throws `invalidProfile`, `operationFailed`.
  public func issue(
    _ contents: IdentityContents, random: some RandomSource = SystemRandom()
  ) throws(CryptographyError) -> Identity {
    guard let purpose = contents.profile.purpose else {
      throw CryptographyError(.invalidProfile, "a root issues itself; use `root(_:key:)`")
    }
    guard !purpose.isBelowRoot || PathChecks.isIssued(identity, by: identity) else {
      throw CryptographyError(
        .invalidProfile, "only the root issues authorities and list signers; use its key")
    }
    guard contents.notBefore >= identity.notBefore, contents.notAfter <= identity.notAfter else {
      throw CryptographyError(
        .invalidProfile,
        "the identity would outlast its authority; shorten it or make a new authority")
    }
    let issued = try IdentityIssuer.build(contents, issuer: identity, key: key, random: random)
    let failures =
      PathChecks.link(from: issued, to: identity) + PathChecks.intrinsic(issued, for: purpose)
    guard failures.isEmpty else {
      let reasons = failures.map(\.message).joined(separator: "; ")
      throw CryptographyError(.invalidProfile, "the identity would not validate: \(reasons)")
    }
    return issued
  }

  /// Makes a self-signed root; throws `invalidProfile`, `operationFailed`.
  public static func root(
    _ contents: IdentityContents, key: P256PrivateKey, random: some RandomSource = SystemRandom()
  ) throws(CryptographyError) -> Identity {
    guard contents.profile == .root, contents.publicKey == key.publicKey else {
      throw CryptographyError(.invalidProfile, "a root certifies its own key, as profile root")
    }
    return try build(contents, issuer: nil, key: key, random: random)
  }

  private static func build(
    _ contents: IdentityContents, issuer: Identity?, key: P256PrivateKey,
    random: some RandomSource
  ) throws(CryptographyError) -> Identity {
    try contents.check()
    let x509 = try unsafe OpenSSL.make("X509_new") { unsafe X509_new() }
    let handle = unsafe X509Handle(owning: x509)
    var serial = try random.bytes(serialByteCount)
    // Positive, and never a leading zero byte: all serial numbers have the same length.
    serial[0] = serial[0] & 0x7f | 0x40
    try unsafe handle.withPointer { x509 throws(CryptographyError) in
      try OpenSSL.check("X509_set_version") { unsafe X509_set_version(x509, 2) }
      try unsafe setSerial(serial, of: x509)
      try unsafe setValidity(contents, of: x509)
      let subject = try unsafe Naming.makeName(contents.subject)
      defer { unsafe X509_NAME_free(subject) }
      try OpenSSL.check("X509_set_subject_name") { unsafe X509_set_subject_name(x509, subject) }
      try unsafe setIssuer(issuer, subject: subject, of: x509)
      try unsafe contents.publicKey.withHandle { key throws(CryptographyError) in
        try OpenSSL.check("X509_set_pubkey") { unsafe X509_set_pubkey(x509, key) }
      }
      try unsafe IdentityExtensions.add(contents, issuer: issuer, to: x509)
      try unsafe key.withHandle { key throws(CryptographyError) in
        ERR_clear_error()
        guard unsafe X509_sign(x509, key, EVP_sha256()) > 0 else {
          throw OpenSSL.failure("X509_sign", "cannot sign the identity")
        }
      }
    }
    return try Identity(der: handle.der())
  }

  private static func setSerial(
    _ serial: [UInt8], of x509: OpaquePointer
  ) throws(CryptographyError) {
    let number = try unsafe OpenSSL.make("BN_bin2bn") {
      unsafe BN_bin2bn(serial, Int32(serial.count), nil)
    }
    defer { unsafe BN_free(number) }
    ERR_clear_error()
    guard unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != nil else {
      throw OpenSSL.failure("BN_to_ASN1_INTEGER", "cannot write the serial number")
    }
  }

  private static func setValidity(
    _ contents: IdentityContents, of x509: OpaquePointer
  ) throws(CryptographyError) {
    ERR_clear_error()
    // ASN1_TIME_set chooses UTCTime before 2050 and GeneralizedTime after (RFC 5280 §4.1.2.5).
    guard unsafe ASN1_TIME_set(X509_getm_notBefore(x509), time_t(contents.notBefore)) != nil,
      unsafe ASN1_TIME_set(X509_getm_notAfter(x509), time_t(contents.notAfter)) != nil
    else { throw OpenSSL.failure("ASN1_TIME_set", code: .invalidProfile, "a time is out of range") }
  }

  private static func setIssuer(
    _ issuer: Identity?, subject: OpaquePointer, of x509: OpaquePointer
  ) throws(CryptographyError) {
    guard let issuer else {
      try OpenSSL.check("X509_set_issuer_name") { unsafe X509_set_issuer_name(x509, subject) }
      return
    }
    try unsafe issuer.handle.withPointer { parent throws(CryptographyError) in
      try OpenSSL.check("X509_set_issuer_name") {
        unsafe X509_set_issuer_name(x509, X509_get_subject_name(parent))
      }
    }
  }
}
