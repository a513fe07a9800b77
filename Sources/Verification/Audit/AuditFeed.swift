import Ledger

/// What stands at an index of a ledger.
enum AuditSlot: Sendable {
  case bytes([UInt8])
  /// Nothing that can be read, for this reason.
  case missing(LedgerError)
}

/// Reads a ledger's entries in order and goes on past places that cannot be read.
struct AuditFeed<Reader: LedgerReader> {
  /// Entries that are prepared at once: two such chunks are in memory.
  static var chunkCount: UInt64 { 512 }

  let reader: Reader
  /// How far there are entries to read; may grow.
  var size: TreeSize
  private(set) var next: LeafIndex
  /// Whether so many in a row could not be read that no more are asked for.
  private(set) var hasGivenUp = false
  private var missingCount = 0

  /// Sixteen bundles: a size that nobody signed may name 2^53 entries that never were.
  private static var missingCountMax: Int { 4096 }

  init(reader: Reader, size: TreeSize, from start: LeafIndex = LeafIndex(0)) {
    self.reader = reader
    self.size = size
    next = start
  }

  /// The next entries; empty at the end, and after very many in a row that cannot be read.
  ///
  /// Throws what the reader throws when the fault is not the ledger's but the machine's.
  mutating func chunk() throws(LedgerError) -> [AuditSlot] {
    let end = min(size.value, next.value + Self.chunkCount)
    var slots: [AuditSlot] = []
    slots.reserveCapacity(Int(end - next.value))
    // One by one after a fault: its neighbours are read all the same.
    var isCareful = false
    while next.value < end, !hasGivenUp {
      let wanted = isCareful ? 1 : Int(end - next.value)
      do throws(LedgerError) {
        let entries = try reader.entries(from: next, count: wanted)
        guard !entries.isEmpty, entries.count <= wanted else {
          throw LedgerError(.missingEntry, "the reader gave no entry", location: "entry \(next)")
        }
        for entry in entries { slots.append(.bytes(entry)) }
        next = next.advanced(by: entries.count)
        missingCount = 0
      } catch {
        guard Self.isOfTheLedger(error) else { throw error }
        if wanted == 1 {
          slots.append(.missing(error))
          next = next.advanced(by: 1)
          missingCount += 1
          hasGivenUp = missingCount == Self.missingCountMax
        }
        isCareful = true
      }
    }
    return slots
  }

  /// Whether an error tells of what was stored, and not of the disk or the database.
  static func isOfTheLedger(_ error: LedgerError) -> Bool {
    let codes: Set<LedgerError.Code> = [
      .missingEntry, .invalidBundle, .invalidExport, .damagedRow, .missingTile, .invalidTile,
    ]
    return codes.contains(error.code)
  }
}
