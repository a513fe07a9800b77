import GRDB
internal import GRDBSQLite

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is asked of a database file before anything in it is used: it may be a stranger's.
///
/// Spec: registry-on-disk.md, "A database from elsewhere"; SQLite, "Defense Against The Dark Arts".
enum DatabaseGuard {
  /// Steps of SQLite's machine that opening may take: our schema needs some hundred.
  private static let openingStepsMax: Int32 = 1_000_000

  /// The file and the logs beside it must be themselves: a link would make us read, and lock, other
  /// files, and a pipe would make us wait. Throws `notRegular` and `foreign`.
  static func checkFiles(_ path: String) throws(StorageFault) {
    for suffix in ["", "-wal", "-shm"] {
      guard let status = status(path + suffix) else { continue }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw StorageFault(.notRegular, "opening \(path)\(suffix)")
      }
    }
    // Ours have a write-ahead log. A rollback journal may name another file that SQLite deletes.
    guard status(path + "-journal") == nil else {
      throw StorageFault(.foreign, "opening \(path), beside which lies a rollback journal")
    }
  }

  /// Sets what SQLite may be asked for by the file, before it reads the first page.
  static func limit(_ database: Database, rowBytesMax: Int32) throws {
    let connection = unsafe database.sqliteConnection
    let limits = [
      (SQLITE_LIMIT_LENGTH, rowBytesMax), (SQLITE_LIMIT_SQL_LENGTH, 100_000),
      (SQLITE_LIMIT_COLUMN, 100), (SQLITE_LIMIT_EXPR_DEPTH, 20), (SQLITE_LIMIT_VDBE_OP, 25_000),
      (SQLITE_LIMIT_COMPOUND_SELECT, 3), (SQLITE_LIMIT_TRIGGER_DEPTH, 1),
      (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
    ]
    for (limit, value) in limits { _ = unsafe sqlite3_limit(connection, limit, value) }
    unsafe sqlite3_progress_handler(connection, openingStepsMax, { _ in 1 }, nil)
    try database.execute(
      sql: """
        PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0
        """)
  }

  /// Lets statements take as long as they need: what they read was looked at.
  static func finishOpening(_ database: Database) {
    unsafe sqlite3_progress_handler(database.sqliteConnection, 0, nil, nil)
  }

  /// Tables and indices as this program makes them, and nothing else: a view or trigger under their
  /// names would run a stranger's code. Throws `foreign`.
  static func checkSchema(
    _ connection: SQLiteConnection, _ schema: [String], _ path: String
  ) throws(StorageFault) {
    var wanted: [String: String] = [:]
    for statement in schema { wanted[Schema.name(of: statement)] = statement }
    let query = try connection.query("SELECT name, sql FROM sqlite_master")
    try query.forEach { row throws(StorageFault) in
      let name = try row.string(0)
      // SQLite's own index of a UNIQUE column has no text.
      if row.isNull(1), Schema.automaticIndices.contains(name) { return true }
      guard !row.isNull(1), try row.string(1) == wanted.removeValue(forKey: name) else {
        throw StorageFault(.foreign, "opening \(path)")
      }
      return true
    }
    guard wanted.isEmpty else { throw StorageFault(.foreign, "opening \(path)") }
  }

  /// The file must have exactly the bytes of its pages, unless a log holds some of them. Throws
  /// `cut`.
  static func checkLength(_ connection: SQLiteConnection, _ path: String) throws(StorageFault) {
    // In one read transaction: nobody can move pages into the file meanwhile.
    try connection.snapshot { connection throws(StorageFault) in
      let bytes = try connection.pragma("page_count") * connection.pragma("page_size")
      guard status(path + "-wal")?.st_size ?? 0 == 0, let file = status(path) else { return }
      guard Int64(file.st_size) == bytes else {
        throw StorageFault(.cut, "\(path): \(file.st_size) bytes where its pages have \(bytes)")
      }
    }
  }

  /// What stands under a name, itself and not what it leads to.
  private static func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status : nil
  }
}
