/// Counting rows for a full check.
enum Counting {
  /// The first column of the only row; 0 where it is NULL.
  static func value(_ sql: String, _ connection: SQLiteConnection) throws(StorageFault) -> Int64 {
    let found = try connection.query(sql).first { row throws(StorageFault) in
      try row.optionalInteger(0)
    }
    return (found ?? nil) ?? 0
  }

  /// Whether SQLite finds pages, indices and NOT NULL columns as they should be.
  static func isSound(_ connection: SQLiteConnection) throws(StorageFault) -> Bool {
    let answer = try connection.query("PRAGMA integrity_check(1)").first {
      row throws(StorageFault) in try row.string(0)
    }
    return answer == "ok"
  }
}
