import Cryptography
import Ledger

/// That a counter refused an answer and whoever presented it was told no: an item of the vault.
///
/// The key is the tag of the use, which an answer has in common with its twin.
/// Spec: presentation.md, "Recording"; registry-on-disk.md, "vault.sqlite".
struct RefusedUse {
  /// The space of the vault's items.
  static let space = "use-refused"

  let key: [UInt8]
  /// SHA-256 of the answer.
  let presentation: Digest

  /// What is kept of an answer; nil where its key binding cannot be read: that is never accepted.
  init?(_ use: JudgedUse) {
    guard let input = use.certificate.keyBindingInput else { return nil }
    key = Tag(useOf: input).digest.bytes
    presentation = SHA256.hash(use.answer)
  }

  /// What enters with the use.
  var change: VaultChange {
    .putItem(space: RefusedUse.space, key: key, value: presentation.bytes)
  }
}
