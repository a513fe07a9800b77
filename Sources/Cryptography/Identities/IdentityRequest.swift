internal import COpenSSL

/// A PKCS#10 request for an identity, with proof that its maker holds the private key.
public struct IdentityRequest: Sendable {
  /// The exact encoding.
  public let der: [UInt8]
  /// The key to certify.
  public let publicKey: P256PublicKey
  /// The common name asked for; the issuer decides what the identity says.
  public let commonName: String?

  /// Parses DER and checks the signature; throws `invalidRequest`, `weakKey`,
  /// `noPossession`.
  public init(der: [UInt8]) throws(CryptographyError) {
    guard !der.isEmpty, der.count <= Identity.byteCountMax else {
      throw CryptographyError(.invalidRequest, "a request has 1 to \(Identity.byteCountMax) bytes")
    }
    let (request, isWhole) = try unsafe OpenSSL.parse(
      der, "d2i_X509_REQ", code: .invalidRequest, "identity request"
    ) { unsafe d2i_X509_REQ(nil, $0, $1) }
    defer { unsafe X509_REQ_free(request) }
    guard isWhole else {
      throw CryptographyError(.invalidRequest, "a request is one DER structure, nothing after it")
    }
    let structure = unsafe X509_REQ_get_X509_PUBKEY(request)
    let spki = try unsafe X509Handle.encode("i2d_X509_PUBKEY") {
      unsafe i2d_X509_PUBKEY(structure, $0)
    }
    do throws(CryptographyError) {
      publicKey = try P256PublicKey(spkiDER: spki)
    } catch {
      throw CryptographyError(
        .weakKey, "the request is not for a P-256 key; make it anew with one",
        cause: error.description)
    }
    try OpenSSL.check(
      "X509_REQ_verify", code: .noPossession,
      "the request's signature fails: its maker has not shown that the key is theirs"
    ) { unsafe X509_REQ_verify(request, X509_REQ_get0_pubkey(request)) }
    commonName = unsafe X509_REQ_get_subject_name(request).flatMap {
      unsafe IdentityReader.single($0, NID_commonName)
    }
    self.der = der
  }

  /// Parses a file holding exactly one `CERTIFICATE REQUEST` block of PEM; throws
  /// `invalidEncoding`, and what `init(der:)` throws.
  public init(pem: [UInt8]) throws(CryptographyError) {
    let blocks = try PEM.decodeAll(pem, label: "CERTIFICATE REQUEST")
    guard blocks.count == 1 else {
      throw CryptographyError(
        .invalidEncoding, "expected one request in the file, found \(blocks.count)")
    }
    try self.init(der: blocks[0])
  }

  /// Every request in a PEM file, in order.
  public static func all(pem: [UInt8]) throws(CryptographyError) -> [IdentityRequest] {
    var result: [IdentityRequest] = []
    for der in try PEM.decodeAll(pem, label: "CERTIFICATE REQUEST") {
      result.append(try IdentityRequest(der: der))
    }
    return result
  }

  /// One `CERTIFICATE REQUEST` block of PEM, with a final newline.
  public var pem: [UInt8] { PEM.encode(der, label: "CERTIFICATE REQUEST") }

  /// Makes a request signed by `key`; throws `invalidProfile`, `operationFailed`.
  public static func make(
    key: P256PrivateKey, subject: IdentitySubject
  ) throws(CryptographyError) -> IdentityRequest {
    let request = try unsafe OpenSSL.make("X509_REQ_new") { unsafe X509_REQ_new() }
    defer { unsafe X509_REQ_free(request) }
    let name = try unsafe Naming.makeName(subject)
    defer { unsafe X509_NAME_free(name) }
    try OpenSSL.check("X509_REQ_set_version") { unsafe X509_REQ_set_version(request, 0) }
    try OpenSSL.check("X509_REQ_set_subject_name") {
      unsafe X509_REQ_set_subject_name(request, name)
    }
    try unsafe key.withHandle { key throws(CryptographyError) in
      try OpenSSL.check("X509_REQ_set_pubkey") { unsafe X509_REQ_set_pubkey(request, key) }
      ERR_clear_error()
      guard unsafe X509_REQ_sign(request, key, EVP_sha256()) > 0 else {
        throw OpenSSL.failure("X509_REQ_sign", "cannot sign the request")
      }
    }
    return try unsafe IdentityRequest(
      der: X509Handle.encode("i2d_X509_REQ") { unsafe i2d_X509_REQ(request, $0) })
  }
}
