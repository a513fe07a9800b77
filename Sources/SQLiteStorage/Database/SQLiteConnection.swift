import GRDB

/// One open connection with its prepared statements; lent by `SQLiteDatabase.withConnection` only.
final class SQLiteConnection {
  private let database: Database
  private var queries: [String: SQLiteQuery] = [:]

  init(_ database: Database) {
    self.database = database
  }

  /// The prepared statement for a text, made at its first use and kept.
  func query(_ sql: String) throws(StorageFault) -> SQLiteQuery {
    if let query = queries[sql] { return query }
    do {
      let query = SQLiteQuery(try database.makeStatement(sql: sql))
      queries[sql] = query
      return query
    } catch {
      throw StorageFault(mapping: error, doing: sql)
    }
  }

  /// Runs statements that have no result and no parameters.
  func execute(_ sql: String) throws(StorageFault) {
    do { try database.execute(sql: sql) } catch { throw StorageFault(mapping: error, doing: sql) }
  }

  /// One write transaction: durable when this returns, without effect when `body` throws.
  ///
  /// When the commit itself fails the outcome is unknown: the caller must not write again.
  func transaction<T>(
    _ body: (SQLiteConnection) throws(StorageFault) -> T
  ) throws(StorageFault) -> T {
    try begin(.immediate)
    let result: T
    do throws(StorageFault) {
      result = try body(self)
    } catch {
      rollback()
      throw error
    }
    do {
      try database.commit()
    } catch {
      rollback()
      throw StorageFault(mapping: error, doing: "COMMIT")
    }
    return result
  }

  /// Several reads of one moment, under one taking of the file's locks; without effect on it.
  ///
  /// Throws what `body` throws, and what beginning or ending to read does.
  func snapshot<T>(
    _ body: (SQLiteConnection) throws(StorageFault) -> T
  ) throws(StorageFault) -> T {
    try begin(.deferred)
    defer { rollback() }
    return try body(self)
  }

  /// `PRAGMA name` as an integer.
  func pragma(_ name: String) throws(StorageFault) -> Int64 {
    try query("PRAGMA \(name)").first { row throws(StorageFault) in try row.integer(0) } ?? 0
  }

  /// Drops all prepared statements: before closing.
  func forgetQueries() { queries = [:] }

  /// Lifts what held while the file was looked at.
  func finishOpening() { DatabaseGuard.finishOpening(database) }

  private func begin(_ kind: Database.TransactionKind) throws(StorageFault) {
    do {
      try database.beginTransaction(kind)
    } catch {
      throw StorageFault(mapping: error, doing: "BEGIN \(kind.rawValue)")
    }
  }

  private func rollback() {
    // SQLite has rolled back already after most errors of a full or failing disk; a second
    // rollback is then refused, which changes nothing.
    if database.isInsideTransaction { _ = Result { try database.rollback() } }
  }
}

extension StorageFault {
  /// The fault for an error of GRDB.
  init(mapping error: any Error, doing text: String) {
    guard let error = error as? DatabaseError else {
      self.init(.other, text)
      return
    }
    self.init(code: error.extendedResultCode.rawValue, doing: text)
  }
}
