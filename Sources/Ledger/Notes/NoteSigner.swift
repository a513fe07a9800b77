import Cryptography

/// Signs notes with an Ed25519 key: for a ledger, its checkpoints.
///
/// Ed25519 is deterministic: the same text gets the same bytes, also after a crash.
public struct NoteSigner: Sendable {
  /// What the signatures are verified with.
  public let verifierKey: VerifierKey
  private let key: Ed25519PrivateKey

  /// Signs under a name; throws `invalidKey` for a name that no key may have.
  public init(name: String, key: Ed25519PrivateKey) throws(LedgerError) {
    verifierKey = try VerifierKey(name: name, key: key.publicKey)
    self.key = key
  }

  /// The note over a text; throws `invalidNote` for a text that no note may have, `invalidKey` when
  /// the key fails.
  public func sign(_ text: [UInt8]) throws(LedgerError) -> SignedNote {
    let signature: [UInt8]
    do {
      signature = try key.sign(text)
    } catch {
      throw LedgerError(.invalidKey, "the key could not sign", cause: error)
    }
    return try SignedNote(
      text: text,
      signatures: [
        SignedNote.Signature(
          name: verifierKey.name, keyID: verifierKey.keyID, bytes: signature)
      ])
  }
}
