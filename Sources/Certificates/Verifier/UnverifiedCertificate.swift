import Cryptography
import Encoding

/// A certificate that has the right form; nobody knows yet whether it is true.
///
/// Spec: certificate.md, "Payload".
public struct UnverifiedCertificate: Sendable {
  /// The issuer's token.
  public let token: JWS
  /// The disclosures in order.
  public let disclosures: [Disclosure]
  /// The key binding token, ASCII, if one was demanded.
  public let keyBinding: [UInt8]?
  /// SHA-256 of the issuer's token: the copy's name in the ledger.
  public let digest: Digest
  /// SHA-256 of all up to and with the last `~`: what `sd_hash` must be.
  let boundDigest: Digest
  /// Visible and disclosed claims.
  public let claims: JSONObject
  /// For each disclosure, what it opened.
  public let disclosedPaths: [[SDJWT.PathStep]]
  /// `iss`.
  public let issuer: String
  /// `vct`.
  public let type: String
  /// `vct#integrity`.
  public let integrity: String
  /// `iat`, seconds.
  public let issuedAt: Int64
  /// `nbf`, seconds.
  public let notBefore: Int64
  /// `exp`, seconds; nil for a certificate without end.
  public let expiresAt: Int64?
  /// `cnf.jwk`; nil for a copy that can never be presented.
  public let holderKey: P256PublicKey?
  /// `status.status_list`.
  public let status: StatusReference

  /// Reads a certificate.
  ///
  /// Throws the first fault of the combined form, the token, the disclosures or a visible claim:
  /// the codes of ``UnverifiedSDJWT``, ``JWS`` and ``SDJWT/process(_:disclosures:visible:)``, and
  /// `numeric_date`, `confirmation_refused`, `key_refused`, `private_key_exposed`,
  /// `status_reference`, `missing_member`, `wrong_member`, `unknown_member`.
  public init(
    parsing bytes: [UInt8], keyBinding: UnverifiedSDJWT.KeyBinding
  ) throws(CertificatesError) {
    try self.init(parsing: bytes, keyBinding: keyBinding, headers: nil)
  }

  /// The same, with headers that were read before.
  init(
    parsing bytes: [UInt8], keyBinding: UnverifiedSDJWT.KeyBinding, headers: JWSHeaders?
  ) throws(CertificatesError) {
    let parts = try UnverifiedSDJWT(parsing: bytes, keyBinding: keyBinding)
    let token = try JWS(parsing: parts.token, as: .certificate, headers: headers)
    let payload = try token.unverifiedClaims()
    let processed = try SDJWT.process(
      payload, disclosures: parts.disclosures, visible: CertificateProfile.visibleNames)
    self.token = token
    disclosures = parts.disclosures
    self.keyBinding = parts.keyBinding
    var hash = SHA256()
    hash.update(parts.token)
    digest = hash.finish()
    hash.update(bytes[parts.token.count..<parts.boundByteCount])
    boundDigest = hash.finish()
    claims = processed.claims
    disclosedPaths = processed.paths
    let allowed = Self.visible
    for member in payload where !allowed.contains(member.name) {
      throw CertificatesError(
        .unknownMember, "the payload shows a claim that it must not show", at: "payload")
    }
    issuer = try Self.text(payload, "iss")
    type = try Self.text(payload, "vct")
    integrity = try Self.text(payload, "vct#integrity")
    issuedAt = try Self.required(Self.date(payload, "iat"), "iat")
    notBefore = try Self.required(Self.date(payload, "nbf"), "nbf")
    expiresAt = try Self.date(payload, "exp")
    holderKey = try Self.holderKey(payload["cnf"])
    status = try Self.status(payload["status"])
  }

  /// `identifier`, if it is disclosed; a broken one is found by the check of the type.
  public var identifier: String? { claims["identifier"]?.stringValue }

  /// The type's own claims that were shown.
  public var ownClaims: JSONObject {
    var own = JSONObject()
    for member in claims
    where !CertificateProfile.standardNames.contains(member.name)
      && !CertificateProfile.visibleNames.contains(member.name)
    {
      own.append(member.name, member.value)
    }
    return own
  }

  /// The names of claims that every certificate of its type has, and that were not shown; sorted.
  ///
  /// Without the type file those that every certificate has. Claims that a type leaves optional are
  /// not among them: decoys hide whether there are any.
  public func withheldNames(type: TypeFile?) -> [String] {
    var wanted = CertificateProfile.standardNames.subtracting([
      "valid_until", "previous_identifier",
    ])
    if expiresAt != nil { wanted.insert("valid_until") }
    wanted.formUnion(type?.schema.requiredNames ?? [])
    // A list in which every holder stayed closed shows nobody.
    let shown = claims.names.filter { $0 != "holders" || claims[$0] != .array([]) }
    return wanted.subtracting(shown).sorted()
  }

  private static let visible: Set<String> = [
    "_sd", "_sd_alg", "cnf", "exp", "iat", "iss", "nbf", "status", "vct", "vct#integrity",
  ]

  private static func text(
    _ payload: JSONObject, _ name: String
  ) throws(CertificatesError) -> String {
    guard let value = payload[name] else {
      throw CertificatesError(.missingMember, "the claim is required", at: name)
    }
    guard case .string(let text) = value, !text.isEmpty else {
      throw CertificatesError(.wrongMember, "the claim is a text", at: name)
    }
    return text
  }

  private static func required(
    _ date: Int64?, _ name: String
  ) throws(CertificatesError) -> Int64 {
    guard let date else {
      throw CertificatesError(.missingMember, "the claim is required", at: name)
    }
    return date
  }

  /// Whole seconds up to the year 9999; a text, a fraction or a boolean is no NumericDate of ours.
  private static func date(
    _ payload: JSONObject, _ name: String
  ) throws(CertificatesError) -> Int64? {
    guard let value = payload[name] else { return nil }
    guard case .integer(let seconds) = value, (0...253_402_300_799).contains(seconds) else {
      throw CertificatesError(
        .numericDate, "a time is a whole number of seconds since 1970", at: name)
    }
    return seconds
  }

  private static func holderKey(_ value: JSONValue?) throws(CertificatesError) -> P256PublicKey? {
    guard let value else { return nil }
    guard case .object(let confirmation) = value, confirmation.count == 1,
      let jwk = confirmation["jwk"]
    else {
      throw CertificatesError(
        .confirmationRefused, "cnf holds a jwk and nothing else; no key is fetched", at: "cnf")
    }
    return try JWK.publicKey(jwk)
  }

  private static func status(_ value: JSONValue?) throws(CertificatesError) -> StatusReference {
    guard let value else {
      throw CertificatesError(.missingMember, "the claim is required", at: "status")
    }
    guard case .object(let status) = value, status.count == 1,
      case .object(let list)? = status["status_list"], list.count == 2,
      case .integer(let index)? = list["idx"], (0..<(1 << 26)).contains(index),
      case .string(let uri)? = list["uri"], uri.hasPrefix("https://")
    else {
      throw CertificatesError(
        .statusReference, "status is a status_list with idx from 0 and an https uri",
        at: "status")
    }
    return StatusReference(index: Int(index), uri: uri)
  }
}
