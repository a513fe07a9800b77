/// What one kind of JWS looks like: which header is expected.
///
/// Each kind of token has its own `typ`, so that none can be used in place of another
/// (RFC 8725 §3.11). The algorithm is ES256 in all of them, by policy and never by the token.
public struct JWSForm: Sendable, Hashable {
  /// How the header names the key.
  public enum KeyReference: Sendable, Hashable {
    /// `x5c`: the identities, leaf first.
    case identities
    /// `kid`: the base64url SHA-256 of the signer's identity.
    case identifier
    /// Neither: the key is known from elsewhere. `kid` is allowed and ignored.
    case none
  }

  /// The expected `typ`; nil where the token need not have one.
  public let type: String?
  /// How the header names the key.
  public let keyReference: KeyReference
  /// The most bytes of the whole token.
  public let byteCountMax: Int

  /// Makes a form.
  public init(type: String?, keyReference: KeyReference, byteCountMax: Int) {
    self.type = type
    self.keyReference = keyReference
    self.byteCountMax = byteCountMax
  }

  /// The issuer's JWT of a certificate, `dc+sd-jwt`, at most 128 KiB (64 KiB of JSON and `x5c`).
  public static let certificate = JWSForm(
    type: "dc+sd-jwt", keyReference: .identities, byteCountMax: 128 << 10)
  /// A trust list, `kanhe-trust+jwt`, at most 4 MiB.
  public static let trustList = JWSForm(
    type: "kanhe-trust+jwt", keyReference: .identities, byteCountMax: 4 << 20)
  /// An event, `kanhe-event+jwt`, at most 64 KiB.
  public static let event = JWSForm(
    type: "kanhe-event+jwt", keyReference: .identifier, byteCountMax: 64 << 10)
}
