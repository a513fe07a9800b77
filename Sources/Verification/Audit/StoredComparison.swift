import Cryptography
import Ledger
import Rules

/// Holds what a registry keeps beside its entries against what they say.
struct StoredComparison {
  /// Size, root and facts of one moment.
  struct Snapshot {
    let head: TreeHead
    let facts: [(key: [UInt8], value: [UInt8])]
  }

  private static let step = 1000
  /// How often a growing ledger is read again for one moment's facts.
  private static let attemptCountMax = 10

  let projection: any LedgerProjection

  /// Facts and head that belong together; nil if the ledger never stood still.
  ///
  /// Throws what the store throws, also `damagedRow`.
  func snapshot() throws(LedgerError) -> Snapshot? {
    for _ in 0..<Self.attemptCountMax {
      let before = try projection.head()
      let facts = try projection.facts(prefix: [])
      if try projection.head() == before { return Snapshot(head: before, facts: facts) }
    }
    return nil
  }

  /// The faults of a snapshot, taken at the size that was audited.
  func compare(_ snapshot: Snapshot, head: TreeHead, facts: FactOverlay) -> [(AuditCode, String)] {
    var faults: [(AuditCode, String)] = []
    if snapshot.head != head {
      faults.append((.storedTree, "the stored size or root is not that of the entries"))
    }
    var wanted: [[UInt8]: [UInt8]] = [:]
    for (key, fact) in facts.known() { wanted[key.bytes] = fact.bytes }
    for (key, value) in snapshot.facts {
      let name = StoredComparison.name(key)
      guard let computed = wanted.removeValue(forKey: key) else {
        faults.append((.fact, "the fact \(name) is stored, and no entry says it"))
        continue
      }
      if computed != value {
        faults.append((.fact, "the fact \(name) is stored with another value"))
      }
    }
    for key in wanted.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      faults.append((.fact, "the fact \(StoredComparison.name(key)) is not stored"))
    }
    return faults
  }

  /// Whether the index of events has exactly one row for each entry; each entry's own row was
  /// looked up before.
  func hasOneRowEach(entryCount: UInt64) throws(LedgerError) -> Bool {
    var count: UInt64 = 0
    var last: EventIDRecord?
    while true {
      let records = try projection.eventIDs(after: last, limit: Self.step)
      count += UInt64(records.count)
      guard let next = records.last, count <= entryCount else { break }
      last = next
    }
    return count == entryCount
  }

  /// Calls `body` with every stored checkpoint from size 1 on, in the order of their sizes.
  func forEachCheckpoint(
    _ body: (TreeSize, [UInt8]) throws(LedgerError) -> Void
  ) throws(LedgerError) {
    var next = TreeSize(1)
    while true {
      let stored = try projection.checkpoints(from: next, limit: Self.step)
      for (size, note) in stored { try body(size, note) }
      guard let last = stored.last else { return }
      next = last.size.advanced(by: 1)
    }
  }

  /// A key is ASCII and public; a damaged one is shown as far as it is.
  private static func name(_ key: [UInt8]) -> String {
    String(decoding: key.prefix(100).map { (0x20..<0x7F).contains($0) ? $0 : 0x3F }, as: UTF8.self)
  }
}
