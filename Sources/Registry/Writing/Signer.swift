import Cryptography

/// A department's identity with its opened key: who acts.
///
/// Made by `OpenRegistry.signer` only, which compares key and identity once: events that it signs
/// are not verified again (decisions/0006).
public struct Signer: Sendable {
  /// The USCC.
  public let code: String
  /// The department's URI, the `iss` of its events.
  public let uri: String
  /// The identity.
  public let identity: Identity
  /// Its key.
  public let key: P256PrivateKey

  init(code: String, uri: String, identity: Identity, key: P256PrivateKey) {
    self.code = code
    self.uri = uri
    self.identity = identity
    self.key = key
  }

  /// The key id, the `kid` of its events.
  public var keyID: Digest { identity.sha256 }
}
