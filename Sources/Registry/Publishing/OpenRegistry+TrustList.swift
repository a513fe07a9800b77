import Certificates
import Cryptography
import Ledger
import Rules

extension OpenRegistry {
  /// The list that says what the facts say, with sequence 0. Throws `damagedLedger`,
  /// `damagedVault`.
  func makeTrustList(at seconds: Int64) throws(RegistryError) -> TrustList {
    guard let ledger = try readFacts({ facts throws(RulesError) in try facts.ledger() }) else {
      throw RegistryError(.damagedLedger, "the ledger has no first entry")
    }
    let admitted = try admittedRegistries().map {
      TrustList.AdmittedRegistry(
        origin: $0.origin, name: $0.name, root: $0.root.sha256, types: $0.types)
    }
    var departments: [TrustList.Department] = []
    for department in try self.departments() {
      departments.append(try entry(of: department))
    }
    var types: [TrustList.TypeEntry] = []
    for type in try self.types() { types.append(try entry(of: type)) }
    return TrustList(
      sequence: 0, issuedAt: seconds, issuer: settings.departmentURI(settings.code),
      departments: departments, types: types,
      ledger: TrustList.LedgerKeys(
        origin: ledger.origin,
        keys: ledger.keys.map {
          TrustList.LedgerKey(from: Int64(clamping: $0.from), verifierKey: $0.vkey)
        }),
      statusURIs: try vault.statusLists().map(\.uri).sorted(), admitted: admitted)
  }

  private func entry(
    of department: Department
  ) throws(RegistryError) -> TrustList.Department {
    TrustList.Department(
      code: try read { try USCC(department.code) }, name: department.fact.name,
      uri: department.fact.uri, level: department.fact.level.rawValue,
      state: department.isEnrolled ? .active : .retired,
      successor: try read { try department.fact.successor.map { try USCC($0) } },
      identities: department.identities.map { identity, fact in
        TrustList.IdentityEntry(
          id: identity.sha256, use: OpenRegistry.use(fact.use), from: fact.from,
          state: OpenRegistry.state(fact))
      })
  }

  private func entry(of type: PublishedType) throws(RegistryError) -> TrustList.TypeEntry {
    TrustList.TypeEntry(
      code: type.code, version: type.version, digest: type.fact.digest,
      issuers: try read {
        Set(try type.fact.issuers.map { $0 == "*" ? .any : .department(try USCC($0)) })
      }, state: type.fact.isWithdrawn ? .withdrawn : .active)
  }

  private static func use(_ use: IdentityUse) -> TrustList.IdentityEntry.Use {
    switch use {
    case .act: .act
    case .seal: .seal
    case .open: .open
    }
  }

  private static func state(_ fact: IdentityFact) -> TrustList.IdentityEntry.State {
    switch fact.state {
    case .active: .active
    case .retired: .retired(at: fact.at ?? fact.from)
    case .compromised: .compromised(since: fact.at ?? fact.from)
    }
  }

  /// Codes in facts were judged when they entered: one that cannot be read is damage.
  private func read<T>(_ body: () throws -> T) throws(RegistryError) -> T {
    do {
      return try body()
    } catch {
      throw RegistryError(.damagedLedger, "a stored code cannot be read", cause: error)
    }
  }
}
