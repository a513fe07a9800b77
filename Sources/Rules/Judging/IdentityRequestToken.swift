import Cryptography
import Encoding

/// A department's own request for further identities: a JWS by one of its acting identities.
///
/// Payload: `aud` (the ledger's origin), `iat`, `keys` (RFC 7638 thumbprints of the new keys).
/// Spec: event.md, "Identity requests".
public struct IdentityRequestToken: Sendable {
  /// The key id of the acting identity.
  public let keyID: Digest
  /// The ledger's origin.
  public let audience: String
  /// The thumbprints of the keys to be certified.
  public let keys: Set<Digest>
  private let signingInput: [UInt8]
  private let signature: [UInt8]

  /// `typ` of its header.
  public static let type = "kanhe-identity-request+jwt"
  private static let start = #"{"alg":"ES256","kid":""#
  private static let end = #"","typ":""# + type + #""}"#

  /// Reads a token in its only form; nil if it has another.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    do {
      let header = String(decoding: try Base64URL.decode(parts[0]), as: UTF8.self)
      let payload = try Base64URL.decode(parts[1])
      let value = try JSONValue(parsing: payload, maximumBytes: 8192)
      var reader = try ObjectReader(value, at: "request")
      let audience = try reader.requireString("aud")
      _ = try reader.requireInteger("iat")
      let keys = try reader.requireStrings("keys").compactMap(Digest.init(canonicalText:))
      try reader.finish()
      let signature = try Base64URL.decode(parts[2])
      guard value.canonicalBytes() == payload, signature.count == 64, !keys.isEmpty,
        header.hasPrefix(Self.start), header.hasSuffix(Self.end),
        let keyID = Digest(
          canonicalText: String(
            header.dropFirst(Self.start.count).dropLast(Self.end.count)))
      else { return nil }
      self.keyID = keyID
      self.audience = audience
      self.keys = Set(keys)
      self.signature = signature
      signingInput = Array("\(parts[0]).\(parts[1])".utf8)
    } catch {
      return nil
    }
  }

  /// Makes and signs the text of a request.
  /// - Throws: `signingFailed`.
  public static func sign(
    keys: [P256PublicKey], audience: String, at seconds: Int64, keyID: Digest,
    key: P256PrivateKey
  ) throws(RulesError) -> String {
    let payload: JSONValue = [
      "aud": .string(audience), "iat": .integer(seconds),
      "keys": .array(keys.map { .string($0.thumbprint.base64url) }),
    ]
    let header = Base64URL.encode(Array((start + keyID.base64url + end).utf8))
    let input = header + "." + Base64URL.encode(payload.canonicalBytes())
    do {
      return input + "." + Base64URL.encode(try key.sign(Array(input.utf8)))
    } catch {
      throw RulesError(.signingFailed, "the request could not be signed", cause: error)
    }
  }

  /// Whether the key signed it.
  public func isSigned(by key: P256PublicKey) -> Bool {
    key.verify(signature: signature, message: signingInput)
  }
}
