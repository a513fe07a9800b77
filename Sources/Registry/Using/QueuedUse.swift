import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// A use that waited with a counter off line, and that it was entered: an item of the vault.
///
/// Spec: presentation.md, "Recording"; registry-on-disk.md, "vault.sqlite".
public struct QueuedUse: Sendable {
  /// The space of the vault's items.
  static let space = "use-queued"

  /// SHA-256 of the name, of the request's digest and of the answer's.
  let key: Digest
  /// SHA-256 of the answer.
  let presentation: Digest

  /// The use that waited under a name: of one answer there may be several.
  public init(name: String, request: PresentationRequest, answer: [UInt8]) {
    presentation = SHA256.hash(answer)
    key = SHA256.hash(Array(name.utf8) + request.digest.bytes + presentation.bytes)
  }

  /// What enters with the use.
  var change: VaultChange {
    .putItem(space: QueuedUse.space, key: key.bytes, value: presentation.bytes)
  }
}

extension OpenRegistry {
  /// What became of a use that waited: its entry, and why it is refused, empty if it was accepted;
  /// nil where it was not entered. Throws `damagedVault`, `damagedLedger`.
  public func entered(
    _ queued: QueuedUse
  ) throws(RegistryError) -> (index: LeafIndex, codes: [String])? {
    guard let item = try vault.item(QueuedUse.space, queued.key.bytes) else { return nil }
    let index = LeafIndex(UInt64(item.entry))
    do {
      guard let bytes = try reader.entries(from: index, count: 1).first else {
        throw RegistryError(.damagedLedger, "the entry of a use is not there", at: "entry \(index)")
      }
      let event = try Event(parsing: try Entry(parsing: bytes).event)
      let codes = event.clear["codes"]?.arrayValue?.compactMap(\.stringValue)
      guard let codes, event.kind == (codes.isEmpty ? .useAccepted : .useRefused) else {
        throw RegistryError(.damagedLedger, "the entry is of no such use", at: "entry \(index)")
      }
      return (index, codes)
    } catch let error as RegistryError {
      throw error
    } catch {
      throw RegistryError(
        .damagedLedger, "the entry of a use cannot be read", cause: error, at: "entry \(index)")
    }
  }
}
