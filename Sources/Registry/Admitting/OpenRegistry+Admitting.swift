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
  /// The types for which it is admitted; empty where its admission ended.
  public let types: [TypeCode]

  /// The host that it speaks for.
  public var host: String { String(origin.prefix { $0 != "/" }) }
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

  /// Admits the registry of a trust list that was verified under its root, for some types; with no
  /// types its admission ends. An earlier admission of the registry gives way; nil where all of it
  /// stands already.
  ///
  /// Throws `invalidInput` for a registry that speaks for our own host, or for the host of another
  /// that is admitted; `refused`, `readOnly`, and what keys and appends throw.
  /// Spec: decisions/0023.
  public func admit(
    _ list: TrustList, root: Identity, name: String, types: [TypeCode]
  ) throws(RegistryError) -> LedgerChange? {
    let origin = list.ledger.origin
    let types = Set(types).sorted { $0.text < $1.text }
    guard let host = list.host, host != settings.host else {
      throw RegistryError(
        .invalidInput, "the registry speaks for the host of this one; nobody else may", at: origin)
    }
    if let other = try admittedRegistries().first(where: {
      $0.host == host && $0.origin != origin
    }) {
      throw RegistryError(
        .invalidInput,
        "\(other.origin) is admitted for that host; end its admission first", at: origin)
    }
    let known = try admittedRegistries().first { $0.origin == origin }
    if let known, known.root == root, known.name == name, known.types == types { return nil }
    if known == nil, types.isEmpty { return nil }
    return try append(
      .registryAdmitted, by: try signer(settings.code, use: .act),
      [
        "registry": [
          "name": .string(name), "origin": .string(origin),
          "root": .string(Base64.encode(root.der)),
        ],
        "types": .array(types.map { .string($0.text) }),
      ])
  }
}
