import Cryptography
import Encoding

/// P-256 public keys as JWK (RFC 7517, RFC 7518 §6.2).
public enum JWK {
  private static let memberNames: Set<String> = [
    "kty", "crv", "x", "y", "alg", "use", "key_ops", "kid",
  ]

  /// Reads a public P-256 key for signatures.
  ///
  /// `kty`, `crv`, `x`, `y` are required; `alg`, `use`, `key_ops` must allow ES256 verification
  /// where they are there; `kid` is ignored. Throws `privateKeyExposed` if there is a `d`, else
  /// `keyRefused`.
  public static func publicKey(_ value: JSONValue) throws(CertificatesError) -> P256PublicKey {
    guard case .object(let jwk) = value else {
      throw CertificatesError(.keyRefused, "a JWK is an object", at: "jwk")
    }
    guard !jwk.contains("d") else {
      throw CertificatesError(
        .privateKeyExposed, "the JWK holds a private key; give the public one and make a new key",
        at: "jwk.d")
    }
    guard jwk["kty"] == "EC", jwk["crv"] == "P-256" else {
      throw CertificatesError(.keyRefused, "only P-256 keys (kty EC) are accepted", at: "jwk")
    }
    try checkUse(jwk)
    guard jwk.allSatisfy({ memberNames.contains($0.name) }) else {
      throw CertificatesError(.keyRefused, "the JWK has a foreign member", at: "jwk")
    }
    guard case .string(let x)? = jwk["x"], case .string(let y)? = jwk["y"] else {
      throw CertificatesError(.keyRefused, "x and y are required texts", at: "jwk")
    }
    do {
      return try P256PublicKey(x: try Base64URL.decode(x), y: try Base64URL.decode(y))
    } catch {
      throw CertificatesError(
        .keyRefused, "x and y are no point of P-256 in base64url", cause: error, at: "jwk")
    }
  }

  /// The canonical JSON of a key's required members: `{"crv":"P-256","kty":"EC","x":…,"y":…}`.
  public static func canonicalBytes(_ key: P256PublicKey) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 140)
    writer.raw("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":")
    writer.string(plain: Base64URL.encodeBytes(key.x963[1..<33]))
    writer.raw(",\"y\":")
    writer.string(plain: Base64URL.encodeBytes(key.x963[33..<65]))
    writer.raw("}")
    return writer.bytes
  }

  private static func checkUse(_ jwk: JSONObject) throws(CertificatesError) {
    if let algorithm = jwk["alg"], algorithm != "ES256" {
      throw CertificatesError(.keyRefused, "the key is for another algorithm", at: "jwk.alg")
    }
    if let use = jwk["use"], use != "sig" {
      throw CertificatesError(.keyRefused, "the key is not for signatures", at: "jwk.use")
    }
    if let operations = jwk["key_ops"] {
      guard let list = operations.arrayValue, list.contains("verify") else {
        throw CertificatesError(.keyRefused, "the key may not verify", at: "jwk.key_ops")
      }
    }
  }
}
