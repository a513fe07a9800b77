import Cryptography

extension FactOverlay {
  /// What leads from an identity for acting to the root: the authority that issued it, which may no
  /// longer be the newest. Nil for an identity that no authority of this ledger issued.
  package mutating func signerPath(_ keyID: Digest) throws(RulesError) -> SignerPath? {
    guard let leaf = try identity(keyID), let path = try trustPath() else { return nil }
    for authority in path.authorities {
      let result = path.validator.validate(
        leaf: leaf, intermediates: [authority], purpose: .act, at: leaf.notBefore,
        expectedURI: nil)
      if result.isValid { return try SignerPath([leaf.der, authority.der]) }
    }
    return nil
  }
}
