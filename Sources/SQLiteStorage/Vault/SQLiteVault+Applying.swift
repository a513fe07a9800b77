import Ledger
import Registry

extension SQLiteVault {
  static let undoTables = ["subject", "certificate", "copy", "matter", "item"]

  package func apply(_ batch: VaultBatch) throws(RegistryError) {
    try write { connection throws(StorageFault) in
      let highest = try SQLiteVault.highestIDs(connection)
      for table in SQLiteVault.undoTables {
        try connection.query("DELETE FROM undo_\(table)").run()
      }
      let pending = Pending(
        first: Int64(clamping: batch.first.value), end: Int64(clamping: batch.end.value),
        firstSubject: highest.subject + 1, firstCertificate: highest.certificate + 1,
        firstMatter: highest.matter + 1)
      try Meta.set("pending", pending.bytes, connection)
      try SQLiteVault.insert(batch.newSubjects, connection)
      try SQLiteVault.update(batch.subjectCounts, connection)
      let inserts = try Inserts(connection)
      for (entry, change) in batch.changes {
        try SQLiteVault.apply(change, entry: entry, inserts, connection)
      }
      try SQLiteVault.update(batch.certificateCounts, connection)
    }
  }

  package func settle() throws(RegistryError) {
    try write { connection throws(StorageFault) in
      for table in SQLiteVault.undoTables {
        try connection.query("DELETE FROM undo_\(table)").run()
      }
      try connection.query("DELETE FROM meta WHERE name = 'pending'").run()
      // An erased certificate has no secret: what was sealed under it goes too.
      try connection.query(
        """
        UPDATE record SET content = NULL, disclosures = x''
        WHERE certificate > 0 AND certificate IN
        (SELECT certificate.id FROM item JOIN certificate ON certificate.id = item.entry
        WHERE item.space = 'erased')
        """
      ).run()
      try connection.query("DELETE FROM item WHERE space = 'erased'").run()
    }
  }

  // MARK: Rows

  private static func insert(
    _ subjects: [(entry: Int64, row: SubjectRow)], _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let query = try connection.query(
      "INSERT INTO subject (id, lookup, count, entry, secret) VALUES (?, ?, ?, ?, ?)")
    for (entry, row) in subjects {
      try query.bind(row.id, at: 1)
      try query.bind(row.lookup, at: 2)
      try query.bind(Int64(clamping: row.count), at: 3)
      try query.bind(entry, at: 4)
      try query.bind(row.secret, at: 5)
      try query.run()
    }
  }

  private static func update(
    _ counts: [(id: Int64, count: UInt64)], _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let save = try connection.query(
      "INSERT OR IGNORE INTO undo_subject SELECT * FROM subject WHERE id = ?")
    let query = try connection.query("UPDATE subject SET count = ? WHERE id = ?")
    for (id, count) in counts {
      try save.bind(id, at: 1)
      try save.run()
      try query.bind(Int64(clamping: count), at: 1)
      try query.bind(id, at: 2)
      try query.run()
    }
  }

  private static func update(
    _ counts: [(id: Int64, count: UInt64, changed: Int64)], _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let query = try connection.query(
      "UPDATE certificate SET count = ?, changed = ? WHERE id = ?")
    for (id, count, changed) in counts {
      try saveCertificate(id, connection)
      try query.bind(Int64(clamping: count), at: 1)
      try query.bind(changed, at: 2)
      try query.bind(id, at: 3)
      try query.run()
    }
  }

  private static func apply(
    _ change: VaultChange, entry: Int64, _ inserts: Inserts, _ connection: SQLiteConnection
  ) throws(StorageFault) {
    switch change {
    case .insertCertificate(let row): try inserts.insert(row)
    case .setState(let certificate, let state):
      try saveCertificate(certificate, connection)
      let query = try connection.query("UPDATE certificate SET state = ? WHERE id = ?")
      try query.bind(state, at: 1)
      try query.bind(certificate, at: 2)
      try query.run()
    case .setCopyState(let copy, let state):
      try saveCopy(copy, connection)
      // What ended never comes back: a copy that was stopped alone stays so.
      let query = try connection.query("UPDATE copy SET state = ? WHERE id = ? AND state <> 1")
      try query.bind(Int64(state), at: 1)
      try query.bind(copy, at: 2)
      try query.run()
    case .insertCopy(let row, let listed):
      try inserts.insert(row)
      if listed { try list(row, connection) }
    case .insertRecord(let certificate, let matter, let disclosures, let content):
      try inserts.insert(
        RecordRow(
          entry: entry, certificate: certificate, matter: matter, disclosures: disclosures,
          content: content))
    case .insertMatter(let row): try insert(row, entry: entry, connection)
    case .setMatter(let id, let state, let certificate):
      try setMatter(id, state, certificate, entry: entry, connection)
    case .erase(let certificate): try erase(certificate, connection)
    case .putItem(let space, let key, let value):
      try saveItem(space, key, connection)
      try put(space, key, value, entry: entry, connection)
    }
  }

  /// Adds a later copy to its certificate's row.
  private static func list(
    _ row: CopyRow, _ connection: SQLiteConnection
  ) throws(StorageFault) {
    try saveCertificate(row.certificate, connection)
    let query = try connection.query(
      "UPDATE certificate SET copies = CAST(copies || ? AS BLOB) WHERE id = ?")
    try query.bind(Packed.bytes([row.id]), at: 1)
    try query.bind(row.certificate, at: 2)
    try query.run()
  }

  private static func erase(
    _ certificate: Int64, _ connection: SQLiteConnection
  ) throws(StorageFault) {
    try saveCertificate(certificate, connection)
    let query = try connection.query("UPDATE certificate SET secret = x'' WHERE id = ?")
    try query.bind(certificate, at: 1)
    try query.run()
    // Remembered until `settle`, which may come after a crash: `entry` holds the certificate.
    let key = Packed.bytes([certificate])
    try saveItem("erased", key, connection)
    try put("erased", key, [], entry: certificate, connection)
  }

  // MARK: Values before the batch

  private static func saveCertificate(
    _ id: Int64, _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let save = try connection.query(
      "INSERT OR IGNORE INTO undo_certificate SELECT * FROM certificate WHERE id = ?")
    try save.bind(id, at: 1)
    try save.run()
  }

  private static func saveCopy(
    _ id: Int64, _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let save = try connection.query(
      "INSERT OR IGNORE INTO undo_copy SELECT * FROM copy WHERE id = ?")
    try save.bind(id, at: 1)
    try save.run()
  }

  private static func saveItem(
    _ space: String, _ key: [UInt8], _ connection: SQLiteConnection
  ) throws(StorageFault) {
    // An item that was not there is noted with the one entry that no item has.
    let save = try connection.query(
      """
      INSERT OR IGNORE INTO undo_item
      SELECT space, key, entry, value FROM item WHERE space = ?1 AND key = ?2
      UNION ALL SELECT ?1, ?2, -2, x''
      WHERE NOT EXISTS (SELECT 1 FROM item WHERE space = ?1 AND key = ?2)
      """)
    try save.bind(space, at: 1)
    try save.bind(key, at: 2)
    try save.run()
  }
}
