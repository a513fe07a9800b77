import Cryptography
import Encoding

extension JWSForm {
  /// A status token, `statuslist+jwt`, at most 2 MiB.
  public static let statusToken = JWSForm(
    type: "statuslist+jwt", keyReference: .identities, byteCountMax: 2 << 20)
}

/// A signed status list: read, but nobody has vouched for it until its signature and path are
/// checked.
///
/// Spec: status.md, "Token"; Token Status List, section 5.1.
public struct StatusToken: Sendable {
  /// Seconds from `iat` to `exp` of our own tokens, and the most that any reader accepts: 7 days,
  /// for verifiers off line. Whoever signs chooses both times, and who held a key once must not
  /// be able to say "in force" for ever.
  public static let lifetimeSeconds: Int64 = 7 * 86_400
  /// `ttl` of our own tokens: after an hour a verifier on line fetches anew.
  public static let refreshSeconds: Int64 = 3_600

  /// The token.
  public let token: JWS
  /// `sub`: the list's name, the same as `uri` in a certificate, byte for byte.
  public let uri: String
  /// `iat`, seconds.
  public let issuedAt: Int64
  /// `exp`, seconds.
  public let expiresAt: Int64?
  /// `ttl`, seconds.
  public let refreshAfter: Int64?
  /// The list.
  public let list: StatusList

  /// Reads a token and unpacks its list.
  ///
  /// Throws the codes of ``JWS/init(parsing:as:)`` and of ``StatusList/init(width:compressed:)``,
  /// `status_bits`, `status_lifetime`, `numeric_date`, `missing_member`, `wrong_member` and
  /// `unknown_member`.
  public init(parsing bytes: [UInt8]) throws(CertificatesError) {
    token = try JWS(parsing: bytes, as: .statusToken)
    let claims = try token.unverifiedClaims()
    try Self.refuseUnknown(claims, ["sub", "iat", "exp", "ttl", "status_list"], "payload")
    uri = try Self.text(claims, "sub")
    guard let issuedAt = try Self.seconds(claims, "iat") else {
      throw CertificatesError(.missingMember, "the claim is required", at: "iat")
    }
    self.issuedAt = issuedAt
    expiresAt = try Self.seconds(claims, "exp")
    if let expiresAt, expiresAt - issuedAt > Self.lifetimeSeconds {
      throw CertificatesError(
        .statusLifetime,
        "a status token holds for at most 7 days from iat; get one that its signer made anew",
        at: "exp")
    }
    refreshAfter = try Self.seconds(claims, "ttl")
    if refreshAfter == 0 {
      throw CertificatesError(.numericDate, "ttl is a positive number of seconds", at: "ttl")
    }
    guard case .object(let list)? = claims["status_list"] else {
      throw CertificatesError(
        claims.contains("status_list") ? .wrongMember : .missingMember,
        "an object with bits and lst is needed", at: "status_list")
    }
    try Self.refuseUnknown(list, ["bits", "lst", "aggregation_uri"], "status_list")
    guard case .integer(let bits)? = list["bits"], let width = StatusList.Width(rawValue: Int(bits))
    else {
      throw CertificatesError(.statusBits, "bits is 1, 2, 4 or 8", at: "status_list.bits")
    }
    let text = try Self.text(list, "lst")
    let compressed: [UInt8]
    do {
      compressed = try Base64URL.decode(text)
    } catch {
      throw CertificatesError(
        .notBase64URL, "lst is not canonical base64url", cause: error, at: "status_list.lst")
    }
    self.list = try StatusList(width: width, compressed: compressed)
  }

  /// The state at an index; nil outside the list.
  public func value(at index: Int) -> UInt8? { list[index] }

  /// Whether half of the life is over, so that the issuer signs anew.
  public func isAgeing(at seconds: Int64) -> Bool {
    guard let expiresAt else { return false }
    return seconds - issuedAt > (expiresAt - issuedAt) / 2
  }

  /// Signs a list; ASCII. The key is that of the first identity, a `seal`; the others lead to the
  /// root, which is left out. Throws `cryptography` and what compressing throws.
  public static func sign(
    _ list: StatusList, uri: String, issuedAt: Int64, identities: [Identity], key: P256PrivateKey
  ) throws(CertificatesError) -> [UInt8] {
    let payload = try payload(of: list, uri: uri, issuedAt: issuedAt)
    return try JWSSigner(
      type: "statuslist+jwt", identities: identities.map(\.der), key: key
    ).sign(payload: payload)
  }

  /// The canonical payload of our own tokens. Throws what compressing throws.
  public static func payload(
    of list: StatusList, uri: String, issuedAt: Int64
  ) throws(CertificatesError) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 1_024)
    writer.raw("{\"exp\":")
    writer.integer(issuedAt + lifetimeSeconds)
    writer.raw(",\"iat\":")
    writer.integer(issuedAt)
    writer.raw(",\"status_list\":{\"bits\":")
    writer.integer(Int64(list.width.rawValue))
    writer.raw(",\"lst\":")
    writer.string(plain: Base64URL.encodeBytes(try list.compressed()))
    writer.raw("},\"sub\":")
    writer.string(uri)
    writer.raw(",\"ttl\":")
    writer.integer(refreshSeconds)
    writer.raw("}")
    return writer.bytes
  }

  private static func text(
    _ object: JSONObject, _ name: String
  ) throws(CertificatesError) -> String {
    guard let value = object[name] else {
      throw CertificatesError(.missingMember, "the claim is required", at: name)
    }
    guard case .string(let text) = value, !text.isEmpty else {
      throw CertificatesError(.wrongMember, "the claim is a text", at: name)
    }
    return text
  }

  /// A whole number of seconds up to the year 9999.
  private static func seconds(
    _ object: JSONObject, _ name: String
  ) throws(CertificatesError) -> Int64? {
    guard let value = object[name] else { return nil }
    guard case .integer(let seconds) = value, (0...253_402_300_799).contains(seconds) else {
      throw CertificatesError(
        .numericDate, "a time is a whole number of seconds, at most that of the year 9999",
        at: name)
    }
    return seconds
  }

  private static func refuseUnknown(
    _ object: JSONObject, _ known: Set<String>, _ path: String
  ) throws(CertificatesError) {
    guard object.names.allSatisfy(known.contains) else {
      throw CertificatesError(
        .unknownMember,
        "a status token has no such member; it has "
          + known.sorted().joined(separator: ", "), at: path)
    }
  }
}
