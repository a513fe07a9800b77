import Cryptography
import Ledger

extension SQLiteLedger {
  package func commit(_ batch: LedgerBatch) throws(LedgerError) {
    try write { connection throws(StorageFault) in
      let head = try SQLiteLedger.head(connection)
      guard head == batch.expected else {
        throw StorageFault(.conflict, "the ledger has grown to \(head.size) since it was read")
      }
      try SQLiteLedger.insert(batch.entries, connection)
      try SQLiteLedger.insert(batch.eventIDs, connection)
      try SQLiteLedger.insert(batch.tiles, connection)
      try SQLiteLedger.apply(batch.changes, connection)
      if let note = batch.previousCheckpoint {
        try SQLiteLedger.insert(note, size: batch.expected.size, connection)
      }
      try Meta.set("tree", SQLiteLedger.treeBytes(batch.head), connection)
    }
  }

  package func store(checkpoint note: [UInt8]) throws(LedgerError) {
    try write { connection throws(StorageFault) in
      // Only the durable head is ever signed: its size is the note's.
      let head = try SQLiteLedger.head(connection)
      try SQLiteLedger.insert(note, size: head.size, connection)
    }
  }

  private static func insert(
    _ entries: [Entry], _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let query = try connection.query("INSERT INTO entry (id, bytes) VALUES (?, ?)")
    for entry in entries {
      try query.bind(Int64(clamping: entry.index.value), at: 1)
      try query.bind(entry.bytes, at: 2)
      try query.run()
    }
  }

  private static func insert(
    _ records: [EventIDRecord], _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let query = try connection.query(
      "INSERT INTO event_id (milliseconds, id, entry) VALUES (?, ?, ?)")
    for record in records {
      try query.bind(record.milliseconds, at: 1)
      try query.bind(record.id.bytes, at: 2)
      try query.bind(Int64(clamping: record.index.value), at: 3)
      try query.run()
    }
  }

  private static func insert(
    _ tiles: [Tile], _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let query = try connection.query("INSERT OR REPLACE INTO tile (id, hashes) VALUES (?, ?)")
    for tile in tiles {
      guard let id = tileID(level: tile.level, index: tile.index) else {
        throw StorageFault(.other, "a tile beyond the largest tree")
      }
      try query.bind(id, at: 1)
      try query.bind(tile.bytes, at: 2)
      try query.run()
    }
  }

  private static func apply(
    _ changes: [LedgerBatch.Change], _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let put = try connection.query("INSERT OR REPLACE INTO fact (key, value) VALUES (?, ?)")
    let remove = try connection.query("DELETE FROM fact WHERE key = ?")
    for change in changes {
      guard let value = change.value else {
        try remove.bind(change.key, at: 1)
        try remove.run()
        continue
      }
      try put.bind(change.key, at: 1)
      try put.bind(value, at: 2)
      try put.run()
    }
  }

  private static func insert(
    _ note: [UInt8], size: TreeSize, _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let query = try connection.query(
      "INSERT OR REPLACE INTO checkpoint (size, note) VALUES (?, ?)")
    try query.bind(Int64(clamping: size.value), at: 1)
    try query.bind(note, at: 2)
    try query.run()
  }
}
