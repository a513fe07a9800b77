import Encoding
import Ledger
import Rules

/// How a registry stands, for its operator. Public facts and counts, no content.
public struct RegistryStatus: Sendable {
  /// Why it takes no appends; empty if it does.
  public let reasons: [ReadOnlyReason]
  /// The durable size and root.
  public let head: TreeHead
  /// The newest stored checkpoint, unless it cannot be read.
  public let checkpoint: Checkpoint?
  /// When the last entry was received.
  public let lastReceived: Timestamp?
  /// Enrolled departments, the registry's own among them.
  public let departmentCount: Int
  /// Types of which a version is not withdrawn.
  public let typeCount: Int
  /// Certificates issued, each version of one counted.
  public let certificateCount: Int64
  /// The version of the rules in force.
  public let rules: Int64
  /// The number of the newest trust list; 0 before the first.
  public let trustSequence: Int64

  /// Durable entries newer than the newest stored checkpoint.
  public var beyondCount: UInt64 {
    head.size.value - min(head.size.value, checkpoint?.size.value ?? 0)
  }
}

/// Certificates and copies by their coarse state.
public struct CertificateCounts: Sendable, Equatable {
  /// Copies of all certificates.
  public var copies: Int64 = 0
  /// Certificates in each state.
  public var states: [CoarseState: Int64] = [:]
}

extension OpenRegistry {
  /// How the registry stands; needs no passphrase and changes nothing.
  ///
  /// Throws `damagedLedger` and `damagedVault` when it cannot be read.
  public func status() throws(RegistryError) -> RegistryStatus {
    let (ledgerFact, sequence) = try readFacts { facts throws(RulesError) in
      var sequence: Int64 = 0
      if case .trust(let fact)? = try facts.fact(.trust) { sequence = fact.sequence }
      return (try facts.ledger(), sequence)
    }
    let departments = try storedFacts("department/").filter { _, fact in
      if case .department(let department) = fact { return department.retiredAt == nil }
      return false
    }
    let codes = Set(try types().filter { !$0.fact.isWithdrawn }.map(\.code))
    var reasons = reasons
    if reasons.isEmpty,
      ![paths.directory, paths.ledger, paths.vault].allSatisfy(RegistryPaths.isWritable)
    {
      reasons.append(ReadOnlyReason(.notWritable, "\(paths.directory) cannot be written"))
    }
    let certificateCount = try vault.highestIDs().certificate
    do throws(LedgerError) {
      let head = try ledger.head()
      return RegistryStatus(
        reasons: reasons, head: head, checkpoint: try storedCheckpoint(),
        lastReceived: try lastReceived(head), departmentCount: departments.count,
        typeCount: codes.count, certificateCount: certificateCount,
        rules: ledgerFact?.rules ?? 0, trustSequence: sequence)
    } catch {
      throw RegistryError(error)
    }
  }

  private func storedCheckpoint() throws(LedgerError) -> Checkpoint? {
    guard let note = try ledger.latestCheckpoint() else { return nil }
    return try Checkpoint(parsing: try SignedNote(parsing: note).text)
  }

  private func lastReceived(_ head: TreeHead) throws(LedgerError) -> Timestamp? {
    guard head.size > .zero else { return nil }
    let bytes = try ledger.entries(from: LeafIndex(head.size.value - 1), count: 1)
    return try bytes.first.map { bytes throws(LedgerError) in
      try Entry(parsing: bytes).received
    }
  }

  /// Counts certificates and copies; reads all of the vault's certificates, without opening any.
  public func countCertificates() throws(RegistryError) -> CertificateCounts {
    var counts = CertificateCounts()
    var last: Int64 = 0
    while true {
      let rows = try vault.certificates(after: last, limit: 4_096, type: nil, subject: nil)
      guard let newest = rows.last else { return counts }
      last = newest.id
      for row in rows {
        guard let state = CertificateState(number: row.state) else {
          throw RegistryError(
            .damagedVault, "a certificate has an unknown state", at: "certificate")
        }
        counts.copies += Int64(row.copies.count)
        counts.states[state.coarse, default: 0] += 1
      }
    }
  }
}
