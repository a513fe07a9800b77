import Cryptography
import Ledger
import Rules

/// A department as the ledger has it.
public struct Department: Sendable {
  /// The USCC.
  public let code: String
  /// What the ledger says about it.
  public let fact: DepartmentFact
  /// All its identities, in the order they came.
  public let identities: [(identity: Identity, fact: IdentityFact)]
  /// How many entries name it.
  public let threadCount: UInt64

  /// Whether it still acts.
  public var isEnrolled: Bool { fact.retiredAt == nil }
}

extension OpenRegistry {
  /// All departments, in the order of their codes; throws `damagedLedger`.
  public func departments() throws(RegistryError) -> [Department] {
    var departments: [Department] = []
    for (key, _) in try storedFacts("department/") {
      guard case .department(let code) = key else { continue }
      departments.append(try department(code))
    }
    return departments
  }

  /// One department; throws `unknownDepartment`, `damagedLedger`.
  public func department(_ code: String) throws(RegistryError) -> Department {
    let found = try readFacts { facts throws(RulesError) -> Department? in
      guard let fact = try facts.department(code) else { return nil }
      var identities: [(identity: Identity, fact: IdentityFact)] = []
      for keyID in fact.identities {
        guard let known = try facts.identityFact(keyID), let identity = try facts.identity(keyID)
        else { continue }
        identities.append((identity, known))
      }
      return Department(
        code: code, fact: fact, identities: identities,
        threadCount: try facts.threadCount(code))
    }
    guard let found else {
      throw RegistryError(.unknownDepartment, "no such department is enrolled", at: code)
    }
    return found
  }

  /// A department's name; nil if it is not enrolled. Throws `damagedLedger`.
  public func departmentName(_ code: String) throws(RegistryError) -> String? {
    try readFacts { facts throws(RulesError) in try facts.department(code)?.name }
  }

  /// The entry at an index; throws `damagedLedger`.
  func entry(_ index: LeafIndex) throws(RegistryError) -> Entry {
    do throws(LedgerError) {
      guard let bytes = try ledger.entries(from: index, count: 1).first else {
        throw LedgerError(.missingEntry, "the entry is missing", location: "entry \(index)")
      }
      return try Entry(parsing: bytes)
    } catch {
      throw RegistryError(error)
    }
  }

  /// The entry that enrolled a department; throws `damagedLedger`.
  public func enrolment(of department: Department) throws(RegistryError) -> Entry {
    try entry(LeafIndex(department.fact.entry))
  }
}

extension OpenRegistry {
  /// An identity that was enrolled, by its id; nil if there is none. Throws `damagedLedger`.
  public func identity(
    _ keyID: String
  ) throws(RegistryError) -> (identity: Identity, fact: IdentityFact)? {
    guard let keyID = Digest(canonicalText: keyID) else { return nil }
    return try readFacts { facts throws(RulesError) in
      guard let fact = try facts.identityFact(keyID), let identity = try facts.identity(keyID)
      else { return nil }
      return (identity, fact)
    }
  }
}
