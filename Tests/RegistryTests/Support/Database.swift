import GRDB

/// Raw access to a database, as a thief, a tool or a failing disk has it.
enum RawDatabase {
  static func execute(_ path: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
  }

  /// The first column of every row.
  static func texts(_ path: String, _ sql: String) throws -> [String] {
    let queue = try DatabaseQueue(path: path)
    let texts = try queue.read { try String.fetchAll($0, sql: sql) }
    try queue.close()
    return texts
  }

  /// Every row of every table but the undo tables and the pending note, as text.
  static func dump(_ path: String) throws -> [String] {
    let queue = try DatabaseQueue(path: path)
    let lines = try queue.read { database in
      var lines: [String] = []
      let tables = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      for table in tables where !table.hasPrefix("undo_") && !table.hasPrefix("sqlite_") {
        for row in try Row.fetchAll(database, sql: "SELECT * FROM \(table) ORDER BY 1, 2") {
          let line = "\(table): \(row)"
          if !line.contains("pending") { lines.append(line) }
        }
      }
      return lines
    }
    try queue.close()
    return lines
  }
}
