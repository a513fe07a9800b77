import Cryptography

/// That a request for a presentation was answered and the answer accepted: an item of the vault.
///
/// The key is the request's nonce: two requests of one nonce are one question.
/// Spec: registry-on-disk.md, "vault.sqlite".
struct UseItem: Sendable, Equatable {
  /// The space of the vault's items.
  static let space = "use"

  /// The request's nonce.
  let nonce: Digest
  /// SHA-256 of the request's signing input.
  let request: Digest
  /// SHA-256 of the answer.
  let presentation: Digest

  /// An answer to a request.
  init(nonce: Digest, request: Digest, presentation: Digest) {
    self.nonce = nonce
    self.request = request
    self.presentation = presentation
  }

  /// Reads an item; throws `damagedVault`.
  init(_ item: ItemRow) throws(RegistryError) {
    do throws(CryptographyError) {
      nonce = try Digest(bytes: item.key)
      request = try Digest(bytes: item.value.prefix(Digest.byteCount))
      presentation = try Digest(bytes: item.value.dropFirst(Digest.byteCount))
    } catch {
      throw RegistryError(.damagedVault, "a use cannot be read", cause: error, at: "item")
    }
  }

  /// What enters with the use.
  var change: VaultChange {
    .putItem(
      space: UseItem.space, key: nonce.bytes, value: request.bytes + presentation.bytes)
  }
}
