import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Another registry whose certificates of some types count here.
public struct AdmittedRegistry: Sendable, Equatable {
  /// Its ledger's origin.
  public let origin: String
  /// Its name.
  public let name: String
  /// Its root identity.
  public let root: Identity
  /// The types for which it is admitted.
  public let types: [TypeCode]

  /// The host that it speaks for.
  public var host: String { RegistryNames.host(ofOrigin: origin) }
}

extension OpenRegistry {
  /// The registries that are admitted, in the order of their origins. Throws `damagedLedger`.
  public func admittedRegistries() throws(RegistryError) -> [AdmittedRegistry] {
    var admitted: [AdmittedRegistry] = []
    for (key, fact) in try storedFacts("registry/") {
      guard case .registry(let origin) = key, case .registry(let registry) = fact,
        !registry.types.isEmpty
      else { continue }
      do {
        admitted.append(
          AdmittedRegistry(
            origin: origin, name: registry.name, root: try Identity(der: registry.root),
            types: try registry.types.map { try TypeCode($0) }))
      } catch {
        throw RegistryError(
          .damagedLedger, "an admitted registry cannot be read", cause: error, at: origin)
      }
    }
    return admitted
  }

  /// Admits the registry of a trust list that was verified under its root, for some of its types.
  /// An earlier admission of the registry gives way; nil where all of it stands already.
  ///
  /// Throws `invalidInput` for a registry that speaks for our own host, or for the host of another
  /// that is admitted; `unknownType` for a type that it does not have; `refused`, `readOnly`, and
  /// what keys and appends throw. Spec: decisions/0023.
  public func admit(
    _ list: TrustList, root: Identity, name: String, types: [TypeCode]
  ) throws(RegistryError) -> LedgerChange? {
    for type in types where !list.types.contains(where: { $0.code == type }) {
      throw RegistryError(.unknownType, "the other registry has no such type", at: type.text)
    }
    return try enter(
      AdmittedRegistry(
        origin: list.ledger.origin, name: name, root: root,
        types: Set(types).sorted { $0.text < $1.text }))
  }

  /// Ends the admission of the registry with a root: nothing of the other registry is needed. Nil
  /// where none is admitted; throws what `admit` throws.
  public func endAdmission(root: Identity) throws(RegistryError) -> LedgerChange? {
    guard let known = try admittedRegistries().first(where: { $0.root == root }) else {
      return nil
    }
    return try enter(
      AdmittedRegistry(origin: known.origin, name: known.name, root: root, types: []))
  }

  private func enter(_ new: AdmittedRegistry) throws(RegistryError) -> LedgerChange? {
    let signer = try signer(settings.code, use: .act)
    return try write { writer throws(RegistryError) -> LedgerChange? in
      // Under the lock: of two at once the second sees the first.
      let all = try admittedRegistries()
      if all.contains(new) { return nil }
      guard new.host != settings.host else {
        throw RegistryError(
          .invalidInput, "the registry speaks for the host of this one; nobody else may",
          at: new.origin)
      }
      if let other = all.first(where: { $0.host == new.host && $0.origin != new.origin }) {
        throw RegistryError(
          .invalidInput, "\(other.origin) is admitted for that host; end its admission first",
          at: new.origin)
      }
      _ = try writer.recordWaitingRefusals(by: signer)
      let draft = writer.draft(
        .registryAdmitted, by: signer,
        [
          "registry": [
            "name": .string(new.name), "origin": .string(new.origin),
            "root": .string(Base64.encode(new.root.der)),
          ],
          "types": .array(new.types.map { .string($0.text) }),
        ])
      let result = try writer.append(
        [Proposal(try writer.sign(draft, by: signer))], registrar: signer)
      return LedgerChange(entry: try result.required()[0], checkpoint: result.checkpoint)
    }
  }
}
