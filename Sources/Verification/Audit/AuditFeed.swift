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

  init(reader: Reader, size: TreeSize, from start: LeafIndex = LeafIndex(0)) {
    self.reader = reader
    self.size = size
    next = start
  }

  /// The next entries; empty at the end.
  ///
  /// Throws what the reader throws when the fault is not the ledger's but the machine's.
  mutating func chunk() throws(LedgerError) -> [AuditSlot] {
    let end = min(size.value, next.value + Self.chunkCount)
    var slots: [AuditSlot] = []
    slots.reserveCapacity(Int(end - next.value))
    // One by one after a fault: its neighbours are read all the same.
    var isCareful = false
    while next.value < end {
      let wanted = isCareful ? 1 : Int(end - next.value)
      do throws(LedgerError) {
        let entries = try reader.entries(from: next, count: wanted)
        guard !entries.isEmpty, entries.count <= wanted else {
          throw LedgerError(.missingEntry, "the reader gave no entry", location: "entry \(next)")
        }
        for entry in entries { slots.append(.bytes(entry)) }
        next = next.advanced(by: entries.count)
      } catch {
        guard Self.isOfTheLedger(error) else { throw error }
        if wanted == 1 {
          slots.append(.missing(error))
          next = next.advanced(by: 1)
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
