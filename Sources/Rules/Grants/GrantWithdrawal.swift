import Cryptography
import Encoding

/// A holder's signed withdrawal of a grant, `kanhe-grant-withdrawal+jwt`: well formed, and no more.
///
/// Spec: grant.md, "Withdrawal".
public struct GrantWithdrawal: Sendable {
  /// The `typ` of the header.
  public static let type = "kanhe-grant-withdrawal+jwt"

  /// The origin of the ledger that it is meant for.
  public let audience: String
  /// The number of the grant.
  public let grant: Digest
  /// When it was signed, in seconds since 1970.
  public let issuedAt: Int64
  private let token: HolderToken

  /// Reads a withdrawal in its only form.
  /// - Throws: `malformedGrant`.
  public init(parsing text: String) throws(RulesError) {
    try self.init(
      HolderToken(parsing: text, type: GrantWithdrawal.type, payload: GrantWithdrawal.form))
  }

  private init(_ token: HolderToken) throws(RulesError) {
    guard let audience = token.payload["aud"]?.stringValue,
      let issuedAt = token.payload["iat"]?.integerValue,
      let grant = token.payload["grant"]?.stringValue.flatMap(Digest.init(canonicalText:))
    else { throw RulesError(.malformedGrant, "the withdrawal lacks a member") }
    self.audience = audience
    self.grant = grant
    self.issuedAt = issuedAt
    self.token = token
  }

  /// Signs the withdrawal of a grant with the key that signed the grant.
  /// - Throws: `invalidDraft`, `signingFailed`.
  public static func sign(
    grant: Digest, for audience: String, at seconds: Int64, with key: P256PrivateKey
  ) throws(RulesError) -> GrantWithdrawal {
    let payload: JSONValue = [
      "aud": .string(audience), "grant": .string(grant.base64url), "iat": .integer(seconds),
    ]
    return try GrantWithdrawal(
      HolderToken.sign(payload, type: type, form: form, with: key))
  }

  /// The token.
  public var text: String { token.text }
  /// The holder's key, as the token names it.
  public var key: P256PublicKey { token.key }
  /// Whether that key signed it.
  public var isSigned: Bool { token.isSigned }

  private static let form = MemberForm.object([
    "aud": .text(max: 256), "grant": .digest, "iat": .seconds,
  ])
}
