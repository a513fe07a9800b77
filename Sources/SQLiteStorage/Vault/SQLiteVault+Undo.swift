import Ledger
import Registry

/// What the one pending batch covers: the row `pending` of `meta`.
struct Pending {
  let first: Int64
  let end: Int64
  let firstSubject: Int64
  let firstCertificate: Int64
  let firstMatter: Int64

  var bytes: [UInt8] {
    Packed.bytes([first, end, firstSubject, firstCertificate, firstMatter])
  }

  init(
    first: Int64, end: Int64, firstSubject: Int64, firstCertificate: Int64, firstMatter: Int64
  ) {
    self.first = first
    self.end = end
    self.firstSubject = firstSubject
    self.firstCertificate = firstCertificate
    self.firstMatter = firstMatter
  }

  init?(_ bytes: [UInt8]) {
    guard let values = Packed.integers(bytes), values.count == 5, values[0] >= 0,
      values[1] > values[0], values[2...].allSatisfy({ $0 > 0 })
    else { return nil }
    self.init(
      first: values[0], end: values[1], firstSubject: values[2], firstCertificate: values[3],
      firstMatter: values[4])
  }
}

extension SQLiteVault {
  package func undo(from size: TreeSize) throws(RegistryError) -> Bool {
    try write { connection throws(StorageFault) in
      guard let bytes = try Meta.value("pending", connection) else { return false }
      guard let pending = Pending(bytes) else {
        throw StorageFault(.damagedRow, "table meta, row pending: not five integers")
      }
      let size = Int64(clamping: size.value)
      // The ledger commits a batch whole: it is below the size, or it never entered.
      if pending.end <= size { return false }
      guard pending.first >= size else {
        throw StorageFault(.damagedRow, "table meta, row pending: half of a batch entered")
      }
      try SQLiteVault.requireBeyond(pending, connection)
      try SQLiteVault.removeNew(pending, connection)
      try SQLiteVault.restoreOld(connection)
      try connection.query("DELETE FROM meta WHERE name = 'pending'").run()
      return true
    }
  }

  /// What would be taken back must be of the pending batch: a note or an undo row that somebody
  /// changed must not take back what entered.
  private static func requireBeyond(
    _ pending: Pending, _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let first = pending.first
    let earlier = [
      "certificate WHERE id >= \(pending.firstCertificate) AND entry < \(first)",
      "subject WHERE id >= \(pending.firstSubject) AND entry < \(first)",
      "certificate JOIN undo_certificate USING (id) WHERE certificate.changed < \(first)",
      "undo_certificate WHERE changed >= \(first) AND id < \(pending.firstCertificate)",
      "matter WHERE id >= \(pending.firstMatter) AND entry < \(first)",
      "matter JOIN undo_matter USING (id) WHERE matter.changed < \(first)",
      "undo_matter WHERE changed >= \(first) AND id < \(pending.firstMatter)",
      "undo_subject WHERE entry >= \(first) AND id < \(pending.firstSubject)",
      "item JOIN undo_item USING (space, key) WHERE item.space <> 'erased' "
        + "AND item.entry BETWEEN 0 AND \(first - 1)",
    ]
    for rows in earlier
    where try Counting.value("SELECT count(*) FROM \(rows)", connection) > 0 {
      throw StorageFault(.damagedRow, "table meta, row pending: it names rows that entered before")
    }
  }

  private static func removeNew(
    _ pending: Pending, _ connection: SQLiteConnection
  ) throws(StorageFault) {
    var holdings: [(subject: Int64, certificate: Int64)] = []
    var copies: [Int64] = []
    let added = try connection.query("SELECT id, subjects, copies FROM certificate WHERE id >= ?")
    try added.bind(pending.firstCertificate, at: 1)
    try added.forEach { row throws(StorageFault) in
      let id = try row.integer(0)
      holdings += try packed(row, 1).map { ($0, id) }
      copies += try packed(row, 2)
      return true
    }
    copies += try listedCopies(connection)
    let holding = try connection.query("DELETE FROM holding WHERE subject = ? AND certificate = ?")
    for (subject, certificate) in holdings {
      try holding.bind(subject, at: 1)
      try holding.bind(certificate, at: 2)
      try holding.run()
    }
    try run("DELETE FROM copy WHERE id = ?", copies, connection)
    try run("DELETE FROM certificate WHERE id >= ?", [pending.firstCertificate], connection)
    try run("DELETE FROM subject WHERE id >= ?", [pending.firstSubject], connection)
    try run("DELETE FROM matter WHERE id >= ?", [pending.firstMatter], connection)
    try run("DELETE FROM record WHERE entry >= ?", [pending.first], connection)
  }

  /// Copies that the batch added to earlier certificates: those that the rows before it lack.
  private static func listedCopies(
    _ connection: SQLiteConnection
  ) throws(StorageFault) -> [Int64] {
    var copies: [Int64] = []
    let query = try connection.query(
      """
      SELECT certificate.copies, undo_certificate.copies FROM undo_certificate
      JOIN certificate USING (id)
      """)
    try query.forEach { row throws(StorageFault) in
      copies += try packed(row, 0).dropFirst(try packed(row, 1).count)
      return true
    }
    return copies
  }

  private static func restoreOld(_ connection: SQLiteConnection) throws(StorageFault) {
    for table in ["subject", "certificate", "copy", "matter"] {
      // A row that was new in the batch may have been saved when it changed again: the values
      // before the batch are only those of rows that still exist.
      try connection.query(
        """
        INSERT OR REPLACE INTO \(table) SELECT * FROM undo_\(table)
        WHERE id IN (SELECT id FROM \(table))
        """
      ).run()
      try connection.query("DELETE FROM undo_\(table)").run()
    }
    try connection.query(
      """
      DELETE FROM item WHERE EXISTS (SELECT 1 FROM undo_item
      WHERE undo_item.space = item.space AND undo_item.key = item.key)
      """
    ).run()
    try connection.query("INSERT INTO item SELECT * FROM undo_item WHERE entry <> -2").run()
    try connection.query("DELETE FROM undo_item").run()
  }

  private static func run(
    _ sql: String, _ ids: [Int64], _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let query = try connection.query(sql)
    for id in ids {
      try query.bind(id, at: 1)
      try query.run()
    }
  }
}
