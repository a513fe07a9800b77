import Cryptography
import Ledger

extension SQLiteLedger {
  package func latestCheckpoint() throws(LedgerError) -> [UInt8]? {
    try read { connection throws(StorageFault) in
      try connection.query("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").first {
        row throws(StorageFault) in try row.blob(0)
      }
    }
  }

  package func checkpoints(
    from: TreeSize, limit: Int
  ) throws(LedgerError) -> [(size: TreeSize, note: [UInt8])] {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT size, note FROM checkpoint WHERE size >= ? ORDER BY size LIMIT ?")
      try query.bind(Int64(clamping: from.value), at: 1)
      try query.bind(Int64(limit), at: 2)
      var result: [(size: TreeSize, note: [UInt8])] = []
      try query.forEach { row throws(StorageFault) in
        let size = try row.integer(0)
        guard size >= 0 else { throw row.damaged(0, "a size is not negative") }
        let place = TreeSize(UInt64(size))
        // Pages that lead back to one another would never end.
        guard place >= result.last?.size.advanced(by: 1) ?? from else {
          throw row.damaged(0, "sizes that do not grow")
        }
        result.append((place, try row.blob(1, maximum: SignedNote.byteCountMaximum)))
        return true
      }
      return result
    }
  }

  package func size() throws(LedgerError) -> TreeSize { try head().size }

  package func head() throws(LedgerError) -> TreeHead {
    try read { connection throws(StorageFault) in try SQLiteLedger.head(connection) }
  }

  package func entries(from index: LeafIndex, count: Int) throws(LedgerError) -> [[UInt8]] {
    let (size, entries) = try read { connection throws(StorageFault) in
      let size = try SQLiteLedger.size(connection, ifDamaged: index, count)
      guard size.contains(index), count > 0 else { return (size, [[UInt8]]()) }
      let wanted = Int(min(UInt64(count), size.value - index.value))
      let query = try connection.query(
        "SELECT id, bytes FROM entry WHERE id >= ? ORDER BY id LIMIT ?")
      try query.bind(Int64(clamping: index.value), at: 1)
      try query.bind(Int64(wanted), at: 2)
      var entries: [[UInt8]] = []
      entries.reserveCapacity(wanted)
      try query.forEach { row throws(StorageFault) in
        // A gap ends the answer; what is missing is named below.
        guard try row.integer(0) == Int64(clamping: index.value) + Int64(entries.count) else {
          return false
        }
        entries.append(try row.blob(1, maximum: Entry.byteCountMaximum))
        return true
      }
      return (size, entries)
    }
    guard size.contains(index), count > 0 else {
      throw LedgerError(
        .sizeOutOfRange, "the ledger has \(size) entries", location: "entry \(index)")
    }
    guard !entries.isEmpty else {
      throw LedgerError(
        .missingEntry, "an entry below the ledger's size is not there; restore a backup",
        location: "entry \(index)")
    }
    return entries
  }

  /// The ledger's size; where the note of it is damaged the entries may be whole, and whoever asks
  /// for them counted them.
  private static func size(
    _ connection: SQLiteConnection, ifDamaged index: LeafIndex, _ count: Int
  ) throws(StorageFault) -> TreeSize {
    do throws(StorageFault) { return try head(connection).size } catch {
      guard error.kind == .damagedRow else { throw error }
      return TreeSize(index.value + UInt64(max(0, count)))
    }
  }

  package func tile(
    level: Int, index: UInt64, width: Int
  ) throws(LedgerError) -> [Digest] {
    guard let id = SQLiteLedger.tileID(level: level, index: index), width > 0,
      width <= Tile.widthMaximum
    else { throw LedgerError(.missingTile, "there is no such tile", location: "level \(level)") }
    let bytes = try read { connection throws(StorageFault) in
      let query = try connection.query("SELECT hashes FROM tile WHERE id = ?")
      try query.bind(id, at: 1)
      return try query.first { row throws(StorageFault) in try row.blob(0) }
    }
    guard let bytes else {
      throw LedgerError(
        .missingTile, "a tile of the tree is not there; restore a backup",
        location: "level \(level) tile \(index)")
    }
    let needed = width * Digest.byteCount
    guard bytes.count >= needed else {
      throw LedgerError(
        .invalidTile, "a stored tile is too short; restore a backup",
        location: "level \(level) tile \(index)")
    }
    // A narrower tile is the beginning of the one that is stored.
    return try Tile.hashes(parsing: bytes[..<needed], width: width)
  }

  package func fact(_ key: [UInt8]) throws(LedgerError) -> [UInt8]? {
    try read { connection throws(StorageFault) in
      let query = try connection.query("SELECT value FROM fact WHERE key = ?")
      try query.bind(key, at: 1)
      return try query.first { row throws(StorageFault) in try row.blob(0) }
    }
  }

  package func facts(
    prefix: [UInt8]
  ) throws(LedgerError) -> [(key: [UInt8], value: [UInt8])] {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT key, value FROM fact WHERE key >= ? ORDER BY key")
      try query.bind(prefix, at: 1)
      var result: [(key: [UInt8], value: [UInt8])] = []
      try query.forEach { row throws(StorageFault) in
        let key = try row.blob(0)
        guard key.starts(with: prefix) else { return false }
        guard result.last.map({ $0.key.lexicographicallyPrecedes(key) }) ?? true else {
          throw row.damaged(0, "keys that do not grow")
        }
        result.append((key, try row.blob(1)))
        return true
      }
      return result
    }
  }

  package func eventIDs(since milliseconds: Int64) throws(LedgerError) -> [EventIDRecord] {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT milliseconds, id, entry FROM event_id WHERE milliseconds >= ?")
      try query.bind(milliseconds, at: 1)
      return try SQLiteLedger.records(query)
    }
  }

  package func eventIDs(
    after record: EventIDRecord?, limit: Int
  ) throws(LedgerError) -> [EventIDRecord] {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        """
        SELECT milliseconds, id, entry FROM event_id
        WHERE (milliseconds, id) > (?, ?) ORDER BY milliseconds, id LIMIT ?
        """)
      try query.bind(record?.milliseconds ?? Int64.min, at: 1)
      try query.bind(record?.id.bytes ?? [], at: 2)
      try query.bind(Int64(limit), at: 3)
      return try SQLiteLedger.records(query)
    }
  }

  package func indices(
    of ids: [(milliseconds: Int64, id: Digest)]
  ) throws(LedgerError) -> [LeafIndex?] {
    try readMany { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT entry FROM event_id WHERE milliseconds = ? AND id = ?")
      var indices: [LeafIndex?] = []
      indices.reserveCapacity(ids.count)
      for (milliseconds, id) in ids {
        try query.bind(milliseconds, at: 1)
        try query.bind(id.bytes, at: 2)
        let found = try query.first { row throws(StorageFault) in
          let entry = try row.integer(0)
          guard entry >= 0 else { throw row.damaged(0, "an index is not negative") }
          return LeafIndex(UInt64(entry))
        }
        indices.append(found)
      }
      return indices
    }
  }

  private static func records(_ query: SQLiteQuery) throws(StorageFault) -> [EventIDRecord] {
    var records: [EventIDRecord] = []
    try query.forEach { row throws(StorageFault) in
      guard let id = digest(try row.blob(1)) else { throw row.damaged(1, "no 32 bytes") }
      let entry = try row.integer(2)
      guard entry >= 0 else { throw row.damaged(2, "an index is not negative") }
      records.append(
        EventIDRecord(
          milliseconds: try row.integer(0), id: id, index: LeafIndex(UInt64(entry))))
      return true
    }
    return records
  }
}
