import Cryptography
import Encoding

/// A use that waited with a counter off line, and that it was entered: an item of the vault.
///
/// Spec: presentation.md, "Recording"; registry-on-disk.md, "vault.sqlite".
public struct QueuedUse: Sendable {
  /// The space of the vault's items.
  static let space = "use-queued"

  /// SHA-256 of the name and of the answer's digest.
  let key: Digest
  /// SHA-256 of the answer.
  let presentation: Digest

  /// The use that waited under a name: of one answer there may be several.
  public init(name: String, answer: [UInt8]) {
    presentation = SHA256.hash(answer)
    key = SHA256.hash(Array(name.utf8) + presentation.bytes)
  }

  /// What enters with the use.
  var change: VaultChange {
    .putItem(space: QueuedUse.space, key: key.bytes, value: presentation.bytes)
  }
}
