import Cryptography

/// The ledger's own root and authority, made ready once: all identities are judged under them.
struct TrustPath: Sendable {
  let authority: Identity
  let validator: PathValidator

  init(root: Identity, authority: Identity) throws(CryptographyError) {
    self.authority = authority
    validator = try PathValidator(root: root)
  }

  /// Whether an identity of a department leads to the root at a time, in seconds.
  func admits(_ leaf: Identity, use: IdentityUse, uri: String, at seconds: Int64) -> Bool {
    let purpose: IdentityPurpose =
      switch use {
      case .act: .act
      case .seal: .seal
      case .open: .open
      }
    return validator.validate(
      leaf: leaf, intermediates: [authority], purpose: purpose, at: seconds, expectedURI: uri
    ).isValid
  }
}

extension FactOverlay {
  /// The ledger's root and authority; nil before the first entry.
  mutating func trustPath() throws(RulesError) -> TrustPath? {
    if let paths { return paths }
    guard let ledger = try ledger() else { return nil }
    do {
      paths = try TrustPath(
        root: try Identity(der: ledger.root), authority: try Identity(der: ledger.authority))
    } catch {
      throw RulesError(.malformedFact, "the stored root or authority cannot be read", cause: error)
    }
    return paths
  }
}

/// An identity as it stands in a clear member.
struct StatedIdentity {
  let use: IdentityUse
  let identity: Identity
}
