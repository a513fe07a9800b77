import Cryptography

/// The ledger's own root and authorities, made ready once: all identities are judged under them.
struct TrustPath: Sendable {
  let authorities: [Identity]
  let validator: PathValidator

  init(root: Identity, authorities: [Identity]) throws(CryptographyError) {
    self.authorities = authorities
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
      leaf: leaf, intermediates: authorities, purpose: purpose, at: seconds, expectedURI: uri
    ).isValid
  }

  /// Whether an identity directly below the root serves a purpose at a time, in seconds.
  func admits(_ identity: Identity, _ purpose: IdentityPurpose, at seconds: Int64) -> Bool {
    validator.validate(leaf: identity, purpose: purpose, at: seconds, expectedURI: nil).isValid
  }
}

extension FactOverlay {
  /// The ledger's root and authority; nil before the first entry.
  mutating func trustPath() throws(RulesError) -> TrustPath? {
    if let paths { return paths }
    guard let ledger = try ledger() else { return nil }
    do {
      // The newest first: it issued what is being judged now.
      paths = try TrustPath(
        root: try Identity(der: ledger.root),
        authorities: try ledger.authorities.reversed().map { try Identity(der: $0) })
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
