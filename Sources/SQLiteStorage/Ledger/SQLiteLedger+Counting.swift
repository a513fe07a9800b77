import Ledger
import Registry

extension SQLiteLedger {
  package func entryCount() throws(LedgerError) -> TreeSize {
    try read { connection throws(StorageFault) in
      // Pages that belong to two tables could be counted for ever.
      guard try Counting.isSound(connection) else {
        throw StorageFault(.damagedRow, "the database is damaged")
      }
      let count = try Counting.value("SELECT count(*) FROM entry WHERE id >= 0", connection)
      return TreeSize(UInt64(max(0, count)))
    }
  }

  package func strayEntry() throws(LedgerError) -> Int64? {
    try read { connection throws(StorageFault) in
      // Size and rows of one moment: another process may append.
      try connection.snapshot { connection throws(StorageFault) in
        let size = try SQLiteLedger.head(connection).size
        let query = try connection.query("SELECT id FROM entry WHERE id < 0 OR id >= ? LIMIT 1")
        try query.bind(Int64(clamping: size.value), at: 1)
        return try query.first { row throws(StorageFault) in try row.integer(0) }
      }
    }
  }

  package func strayCheckpoint() throws(LedgerError) -> Int64? {
    try read { connection throws(StorageFault) in
      let query = try connection.query("SELECT size FROM checkpoint WHERE size < 1 LIMIT 1")
      return try query.first { row throws(StorageFault) in try row.integer(0) }
    }
  }

  package func census() throws(LedgerError) -> LedgerCensus {
    try read { connection throws(StorageFault) in
      let size = Int64(clamping: try SQLiteLedger.head(connection).size.value)
      var census = LedgerCensus()
      census.isSound = try Counting.isSound(connection)
      // Pages that belong to two tables, or to one twice, could be counted for ever.
      guard census.isSound else { return census }
      census.entries = try Counting.value("SELECT count(*) FROM entry", connection)
      census.strayEntries = try Counting.value(
        "SELECT count(*) FROM entry WHERE id < 0 OR id >= \(size)", connection)
      census.tiles = try Counting.value("SELECT count(*) FROM tile", connection)
      census.tileBytes = try Counting.value(
        "SELECT sum(length(CAST(hashes AS BLOB))) FROM tile", connection)
      census.eventIDs = try Counting.value("SELECT count(*) FROM event_id", connection)
      census.strayCheckpoints = try Counting.value(
        "SELECT count(*) FROM checkpoint WHERE size < 1 OR size > \(size)", connection)
      census.settings = try Counting.value("SELECT count(*) FROM meta", connection)
      return census
    }
  }
}
