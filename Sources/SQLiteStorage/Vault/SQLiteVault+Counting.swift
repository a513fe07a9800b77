import Registry

extension SQLiteVault {
  package func census() throws(RegistryError) -> VaultCensus {
    try read { connection throws(StorageFault) in
      var census = VaultCensus()
      census.isSound = try Counting.isSound(connection)
      guard census.isSound else { return census }
      census.subjects = try Counting.value("SELECT count(*) FROM subject", connection)
      census.certificates = try Counting.value("SELECT count(*) FROM certificate", connection)
      census.holdings = try Counting.value("SELECT count(*) FROM holding", connection)
      census.copies = try Counting.value("SELECT count(*) FROM copy", connection)
      census.records = try Counting.value(
        "SELECT count(*) FROM record WHERE certificate > 0", connection)
      census.otherRecords = try Counting.value(
        "SELECT count(*) FROM record WHERE certificate <= 0 AND matter = 0", connection)
      census.matterRecords = try Counting.value(
        "SELECT count(*) FROM record WHERE matter <> 0", connection)
      census.matters = try Counting.value("SELECT count(*) FROM matter", connection)
      try connection.query("SELECT DISTINCT space FROM item ORDER BY space").forEach {
        row throws(StorageFault) in
        census.spaces.append(try row.string(0))
        return true
      }
      try connection.query("SELECT name FROM meta ORDER BY name").forEach {
        row throws(StorageFault) in
        census.settings.append(try row.string(0))
        return true
      }
      for table in SQLiteVault.undoTables {
        census.undoRows += try Counting.value("SELECT count(*) FROM undo_\(table)", connection)
      }
      return census
    }
  }
}
