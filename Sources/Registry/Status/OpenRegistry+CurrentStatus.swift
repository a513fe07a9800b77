import Certificates
import Cryptography
import Rules

extension OpenRegistry {
  /// What a copy's status is now, published or not: 0 valid, 1 ended, 2 suspended; nil for a list
  /// that is not this registry's.
  ///
  /// Throws `damagedVault`, and what opening the vault throws.
  public func currentStatus(_ place: StatusReference) throws(RegistryError) -> UInt8? {
    guard let list = try vault.statusLists().first(where: { $0.uri == place.uri }) else {
      return nil
    }
    let key = try openCipher().open(list.secret, for: .statusList(list.id))
    let permutation: FeistelPermutation
    do throws(CryptographyError) {
      permutation = try FeistelPermutation(
        key: SecretBytes(copying: key), domain: UInt64(StatusListRow.capacity))
    } catch {
      throw RegistryError(error)
    }
    // Copies that are valid are not kept apart: what is not among these is.
    let changed = try vault.changedCopies(list: list.id).first {
      permutation(UInt64($0.id & (StatusListRow.capacity - 1))) == UInt64(place.index)
    }
    return changed?.state ?? 0
  }
}
