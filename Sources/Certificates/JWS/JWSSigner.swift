import Cryptography
import Encoding

/// Signs tokens of one form with one key; the header is encoded once.
public struct JWSSigner: Sendable {
  /// The encoded header and a point.
  private let prefix: [UInt8]
  private let key: P256PrivateKey

  /// Signs with `x5c`: header `{"alg":"ES256","typ":…,"x5c":[…]}`, identities as DER, leaf first.
  public init(type: String, identities: [[UInt8]], key: P256PrivateKey) {
    var writer = JSONWriter()
    writer.raw("{\"alg\":\"ES256\",\"typ\":")
    writer.string(type)
    writer.raw(",\"x5c\":[")
    for (index, identity) in identities.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(Base64.encode(identity))
    }
    writer.raw("]}")
    self.init(header: writer.bytes, key: key)
  }

  /// Signs with `kid`: header `{"alg":"ES256","kid":…,"typ":…}`.
  public init(type: String, keyIdentifier: String, key: P256PrivateKey) {
    var writer = JSONWriter()
    writer.raw("{\"alg\":\"ES256\",\"kid\":")
    writer.string(keyIdentifier)
    writer.raw(",\"typ\":")
    writer.string(type)
    writer.raw("}")
    self.init(header: writer.bytes, key: key)
  }

  /// Signs with a header given as JSON text; for tests of broken headers, and for holders' tokens.
  public init(header: [UInt8], key: P256PrivateKey) {
    prefix = Base64URL.encodeBytes(header) + [UInt8(ascii: ".")]
    self.key = key
  }

  /// The header in base64url, ASCII, without the point after it.
  var encodedHeader: [UInt8] { Array(prefix.dropLast()) }

  /// What is signed: header and payload in base64url with a point between, ASCII.
  public func signingInput(payload: [UInt8]) -> [UInt8] {
    signingInput(payload: payload, roomFor: 0)
  }

  /// The same in an array with room for the signature and `count` bytes after it.
  func signingInput(payload: [UInt8], roomFor count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(prefix.count + payload.count * 4 / 3 + 96 + count)
    bytes.append(contentsOf: prefix)
    Base64URL.append(payload.span, to: &bytes)
    return bytes
  }

  /// The compact token over a payload, ASCII. Throws `cryptography`.
  public func sign(payload: [UInt8]) throws(CertificatesError) -> [UInt8] {
    try sign(signingInput: signingInput(payload: payload))
  }

  /// The compact token over a signing input of this signer, ASCII. Throws `cryptography`.
  public func sign(signingInput: [UInt8]) throws(CertificatesError) -> [UInt8] {
    var bytes = signingInput
    _ = try complete(&bytes)
    return bytes
  }

  /// Appends point and signature to a signing input; returns the SHA-256 of the whole token.
  /// Throws `cryptography`.
  func complete(_ token: inout [UInt8]) throws(CertificatesError) -> Digest {
    // What was signed is the token's beginning: hashed once for both.
    var hash = SHA256()
    hash.update(token)
    let inputCount = token.count
    let signature: [UInt8]
    do {
      signature = try key.sign(digest: hash.finish())
    } catch {
      throw CertificatesError(error, in: "signature")
    }
    token.append(UInt8(ascii: "."))
    Base64URL.append(signature.span, to: &token)
    hash.update(token[inputCount...])
    return hash.finish()
  }
}
