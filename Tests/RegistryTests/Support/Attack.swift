import Foundation
import GRDB

/// One changed value in a database, made by a thief, a tool or a failing disk.
struct Attack: CustomStringConvertible {
  enum Mutation: String, CaseIterable {
    case flipped, null, otherType, empty, neighbour
  }

  let table: String
  let column: String
  let row: Int
  let mutation: Mutation

  var description: String { "\(table).\(column), row \(row), \(mutation.rawValue)" }

  /// Every mutation of every column of every row.
  static func all(_ path: String) throws -> [Attack] {
    let queue = try DatabaseQueue(path: path)
    defer { _ = Result { try queue.close() } }
    return try queue.read { database in
      var attacks: [Attack] = []
      for table in try tables(database) {
        let columns = try database.columns(in: table).map(\.name)
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
        for row in 0..<count {
          for column in columns {
            for mutation in Mutation.allCases where mutation != .neighbour || count > 1 {
              attacks.append(Attack(table: table, column: column, row: row, mutation: mutation))
            }
          }
        }
      }
      return attacks
    }
  }

  private static func tables(_ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
  }

  /// Changes the value; false if the schema refuses it or nothing would change.
  func apply(_ path: String) throws -> Bool {
    let queue = try DatabaseQueue(path: path)
    defer { _ = Result { try queue.close() } }
    return try queue.writeWithoutTransaction { database in
      let all = "SELECT * FROM \(table) ORDER BY \(try order(database))"
      let rows = try Row.fetchAll(database, sql: all)
      let keys = try database.primaryKey(table).columns
      let old = rows[row][column] as DatabaseValue
      let new = mutated(old, rows[(row + 1) % rows.count][column])
      guard new != old else { return false }
      let condition = keys.map { "\($0) IS ?" }.joined(separator: " AND ")
      do {
        try database.execute(
          sql: "UPDATE \(table) SET \(column) = ? WHERE \(condition)",
          arguments: StatementArguments([new] + keys.map { rows[row][$0] as DatabaseValue }))
      } catch let error as DatabaseError
        where error.resultCode == .SQLITE_CONSTRAINT
        || error.resultCode == .SQLITE_MISMATCH
      {
        return false
      }
      return try Row.fetchAll(database, sql: all) != rows
    }
  }

  private func order(_ database: Database) throws -> String {
    try database.primaryKey(table).columns.joined(separator: ", ")
  }

  private func mutated(_ old: DatabaseValue, _ other: DatabaseValue) -> DatabaseValue {
    switch mutation {
    case .null: return .null
    case .neighbour: return other
    case .empty:
      switch old.storage {
      case .blob: return Data().databaseValue
      case .string: return "".databaseValue
      default: return 0.databaseValue
      }
    case .otherType:
      switch old.storage {
      case .blob: return "text".databaseValue
      case .string: return Data([1]).databaseValue
      default: return "text".databaseValue
      }
    case .flipped: return flipped(old)
    }
  }

  /// One bit in the middle is another.
  private func flipped(_ old: DatabaseValue) -> DatabaseValue {
    switch old.storage {
    case .int64(let value): return (value ^ 1).databaseValue
    case .string(let text):
      var bytes = Array(text.utf8)
      if bytes.isEmpty { return old }
      bytes[bytes.count / 2] ^= 1
      return String(decoding: bytes, as: UTF8.self).databaseValue
    case .blob(var data):
      if data.isEmpty { return old }
      data[data.startIndex + data.count / 2] ^= 1
      return data.databaseValue
    default: return 1.databaseValue
    }
  }
}

/// The bytes of a file, to be put back in place: the inode stays.
struct SavedFile {
  let path: String
  let bytes: Data

  init(_ path: String) throws {
    self.path = path
    bytes = try Data(contentsOf: URL(fileURLWithPath: path))
  }

  func restore() throws {
    for suffix in ["-wal", "-shm"] {
      _ = Result { try FileManager.default.removeItem(atPath: path + suffix) }
    }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: bytes)
    try handle.close()
  }
}
