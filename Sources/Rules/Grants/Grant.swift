import Cryptography
import Encoding

/// A holder's signed authorisation, `kanhe-grant+jwt`: well formed, and no more.
///
/// Spec: grant.md.
public struct Grant: Sendable {
  /// The `typ` of the header.
  public static let type = "kanhe-grant+jwt"
  /// The most characters of the token.
  public static let byteCountMax = HolderToken.byteCountMax

  /// What it allows.
  public let terms: GrantTerms
  /// The origin of the ledger that it is meant for.
  public let audience: String
  /// SHA-256 of the issuer JWT of the copy whose holder signed.
  public let copy: Digest
  /// Its own number, 32 random bytes.
  public let number: Digest
  /// When it was signed, in seconds since 1970.
  public let issuedAt: Int64
  private let token: HolderToken

  /// Reads a grant in its only form.
  /// - Throws: `malformedGrant`.
  public init(parsing text: String) throws(RulesError) {
    try self.init(HolderToken(parsing: text, type: Grant.type, payload: Grant.form))
  }

  private init(_ token: HolderToken) throws(RulesError) {
    guard case .object(let payload) = token.payload, let terms = GrantTerms(payload),
      let audience = payload["aud"]?.stringValue, let issuedAt = payload["iat"]?.integerValue,
      let copy = payload["copy"]?.stringValue.flatMap(Digest.init(canonicalText:)),
      let number = payload["jti"]?.stringValue.flatMap(Digest.init(canonicalText:))
    else { throw RulesError(.malformedGrant, "the grant lacks a member") }
    self.terms = terms
    self.audience = audience
    self.copy = copy
    self.number = number
    self.issuedAt = issuedAt
    self.token = token
  }

  /// Signs a grant with the key of a copy.
  /// - Throws: `invalidDraft` for terms that no ledger takes, `signingFailed`.
  public static func sign(
    _ terms: GrantTerms, copy: Digest, for audience: String, at seconds: Int64,
    with key: P256PrivateKey, random: some RandomSource = SystemRandom()
  ) throws(RulesError) -> Grant {
    guard terms.isSound else {
      throw RulesError(
        .invalidDraft,
        "a grant names types and claims once each, a purpose code and a period of up to ten years")
    }
    let number: Digest
    do { number = try Digest(bytes: try random.bytes(Digest.byteCount)) } catch {
      throw RulesError(.signingFailed, "no random bytes could be had", cause: error)
    }
    var payload = terms.members
    payload.append("aud", .string(audience))
    payload.append("copy", .string(copy.base64url))
    payload.append("iat", .integer(seconds))
    payload.append("jti", .string(number.base64url))
    return try Grant(HolderToken.sign(.object(payload), type: type, form: form, with: key))
  }

  /// The token.
  public var text: String { token.text }
  /// The holder's key, as the token names it.
  public var key: P256PublicKey { token.key }
  /// Whether that key signed it.
  public var isSigned: Bool { token.isSigned }

  /// Whether a `grant.given` says in its clear members what the holder signed.
  func isStated(in event: Event) -> Bool {
    audience == event.audience && GrantTerms(event.clear) == terms
  }

  private static let form = MemberForm.object([
    "aud": .text(max: 256), "claims": .claimNames, "copy": .digest, "frequency?": .frequency,
    "iat": .seconds, "jti": .digest, "period": .period, "purpose": .code,
    "requester": .department, "types": .grantedTypes,
  ])
}
