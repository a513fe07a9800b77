import Cryptography
import Encoding

extension JWSForm {
  /// A request for a presentation, `oauth-authz-req+jwt` (RFC 9101 §10.8), at most 64 KiB.
  public static let presentationRequest = JWSForm(
    type: "oauth-authz-req+jwt", keyReference: .identities, byteCountMax: 64 << 10)
}

/// A department's signed request that a holder show something; nobody vouches for it yet.
///
/// A Request Object of OpenID4VP 1.0 without what the network adds. Spec: presentation.md.
public struct PresentationRequest: Sendable {
  /// The longest life, seconds: a day.
  public static let lifetimeSecondsMax: Int64 = 86_400
  static let audience = "https://self-issued.me/v2"

  /// What is asked, by whom, for what.
  public struct Terms: Sendable, Hashable {
    /// The URI of the asking department, `iss`.
    public let issuer: String
    /// What is asked.
    public let query: ClaimQuery
    /// What for.
    public let purpose: Purpose
    /// When it was signed, seconds.
    public let issuedAt: Int64
    /// When it ceases to be answered, seconds.
    public let expiresAt: Int64
    /// 32 random bytes in base64url, used once.
    public let nonce: String

    /// Terms of a new request; the nonce is drawn. Throws `request_expired` for a life that is
    /// none or over a day, `cryptography`.
    public init(
      issuer: String, query: ClaimQuery, purpose: Purpose, issuedAt: Int64, expiresAt: Int64,
      random: some RandomSource
    ) throws(CertificatesError) {
      let nonce: [UInt8]
      do {
        nonce = try random.bytes(32)
      } catch {
        throw CertificatesError(error, in: "nonce")
      }
      try self.init(
        issuer: issuer, query: query, purpose: purpose, issuedAt: issuedAt, expiresAt: expiresAt,
        nonce: Base64URL.encode(nonce))
    }

    fileprivate init(
      issuer: String, query: ClaimQuery, purpose: Purpose, issuedAt: Int64, expiresAt: Int64,
      nonce: String
    ) throws(CertificatesError) {
      guard (1...PresentationRequest.lifetimeSecondsMax).contains(expiresAt - issuedAt) else {
        throw CertificatesError(
          .requestExpired, "a request is answered within a day of iat, and exp is after it",
          at: "exp")
      }
      self.issuer = issuer
      self.query = query
      self.purpose = purpose
      self.issuedAt = issuedAt
      self.expiresAt = expiresAt
      self.nonce = nonce
    }
  }

  /// The token.
  public let token: JWS
  /// What it says.
  public let terms: Terms
  /// The audience of an answer: `client_id`, prefix and all.
  public let clientID: String
  /// SHA-256 of the signing input: its name in the ledger. A signature is malleable.
  public let digest: Digest
  /// The hash of its purpose, which an answer must have signed.
  let purposeHash: String

  /// Reads a request.
  ///
  /// Throws the codes of ``JWS/init(parsing:as:)``, of ``ClaimQuery`` and ``Purpose``,
  /// `client_mismatch`, `request_expired`, `numeric_date`, `missing_member`, `wrong_member` and
  /// `unknown_member`.
  public init(parsing bytes: [UInt8]) throws(CertificatesError) {
    token = try JWS(parsing: bytes, as: .presentationRequest)
    let payload = try token.unverifiedClaims()
    (terms, clientID) = try CertificatesError.reading("request") { try Self.read(payload) }
    guard clientID.hasSameBytes(as: Self.clientID(token.identities[0])) else {
      throw CertificatesError(
        .clientMismatch, "client_id is not the digest of the identity that signed", at: "client_id")
    }
    digest = SHA256.hash(token.signingInput)
    purposeHash = SHA256.hash(terms.purpose.encoded(about: terms.query.id)).base64url
  }

  private static func read(_ payload: JSONObject) throws -> (Terms, String) {
    var reader = ObjectReader(payload, at: "request")
    _ = try reader.requireString("aud", oneOf: [audience])
    _ = try reader.requireString("response_type", oneOf: ["vp_token"])
    let client = try reader.requireString("client_id")
    let query = try ClaimQuery(try reader.require("dcql_query"))
    let nonce = try reader.requireString("nonce")
    guard Digest(canonicalText: nonce) != nil else {
      throw CertificatesError(
        .wrongMember, "a nonce is 32 bytes in base64url", at: reader.path(to: "nonce"))
    }
    let statements = try reader.requireStrings("transaction_data")
    guard statements.count == 1 else {
      throw CertificatesError(
        .purposeInvalid, "a request has one purpose", at: reader.path(to: "transaction_data"))
    }
    let purpose = try Purpose(reading: statements[0], about: query.id)
    let time: ClosedRange<Int64> = 0...253_402_300_799
    let terms = try Terms(
      issuer: try reader.requireString("iss"), query: query, purpose: purpose,
      issuedAt: try reader.requireInteger("iat", in: time),
      expiresAt: try reader.requireInteger("exp", in: time), nonce: nonce)
    try reader.finish()
    return (terms, client)
  }

  /// `client_id` of who signs with an identity: the prefix and SHA-256 of its DER
  /// (OpenID4VP 1.0, §5.9.3).
  static func clientID(_ identity: [UInt8]) -> String {
    "x509_hash:" + SHA256.hash(identity).base64url
  }

  /// The request that a presentation answers: the one of its nonce, or else the first.
  ///
  /// Nothing is believed by that: whether it answers it is judged.
  public static func answered(
    by certificate: UnverifiedCertificate, among requests: [PresentationRequest]
  ) -> PresentationRequest? {
    guard requests.count > 1, let bytes = certificate.keyBinding else { return requests.first }
    do throws(CertificatesError) {
      let nonce = try KeyBinding(parsing: bytes).statement.nonce
      return requests.first { $0.terms.nonce.hasSameBytes(as: nonce) } ?? requests.first
    } catch {
      return requests.first
    }
  }

  /// Signs a request; ASCII. The key is that of the first identity, an `act`, in DER; the others
  /// lead to the root, which is left out. Throws `cryptography`.
  public static func sign(
    _ terms: Terms, identities: [[UInt8]], key: P256PrivateKey
  ) throws(CertificatesError) -> [UInt8] {
    let payload: JSONValue = [
      "aud": .string(audience), "client_id": .string(clientID(identities[0])),
      "dcql_query": terms.query.json, "exp": .integer(terms.expiresAt),
      "iat": .integer(terms.issuedAt), "iss": .string(terms.issuer),
      "nonce": .string(terms.nonce), "response_type": "vp_token",
      "transaction_data": [.string(terms.purpose.encoded(about: terms.query.id))],
    ]
    return try JWSSigner(
      type: "oauth-authz-req+jwt", identities: identities, key: key
    ).sign(payload: payload.canonicalBytes())
  }
}
