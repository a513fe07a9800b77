import Cryptography

/// A fresh random order of so many things.
enum RandomOrder {
  /// What stands at each position.
  static func of(_ count: Int) throws(RegistryError) -> (Int) -> Int {
    guard count > 1 else { return { $0 } }
    do throws(CryptographyError) {
      let permutation = try FeistelPermutation(
        key: SecretBytes(randomCount: 32), domain: UInt64(count))
      return { Int(permutation(UInt64($0))) }
    } catch {
      throw RegistryError(error)
    }
  }
}
