import GRDB
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One SQLite file, opened as a registry needs it: WAL, `synchronous=FULL`, and that asserted.
///
/// `@unchecked Sendable`: `connection` is touched inside the queue's serial access only.
final class SQLiteDatabase: @unchecked Sendable {
  /// How to open.
  enum Mode: Sendable {
    case create, write, read
  }

  /// "KANH".
  static let applicationID: Int64 = 0x4B41_4E48
  static let formatVersion: Int64 = 1
  /// Pages in the WAL before SQLite moves them to the main file: 64 MB. The default of 1,000
  /// would cost two fsyncs every 4 MB of a bulk job.
  private static let checkpointPages = 16_000

  let path: String
  private let mode: Mode
  private let queue: DatabaseQueue
  private var connection: SQLiteConnection?

  /// Opens or creates the file; its schema is run once, when created.
  ///
  /// SQLite gives its log the permissions of the file. Throws also `notRegular`, `foreign` and
  /// `cut`, for a file that this program never leaves behind.
  init(
    path: String, mode: Mode, kind: DatabaseKind, busySeconds: Double = 20
  ) throws(StorageFault) {
    let exists = unsafe access(path, F_OK) == 0
    switch mode {
    case .create:
      if exists { throw StorageFault(.exists, "creating \(path)") }
      let refusal = makeFile(path, permissions: kind.isPrivate ? 0o600 : 0o644)
      if refusal != 0 {
        throw StorageFault(
          [ENOSPC, EDQUOT].contains(refusal)
            ? .full : [EACCES, EPERM, EROFS].contains(refusal) ? .readOnly : .inputOutput,
          "creating \(path)")
      }
    case .write, .read:
      try DatabaseGuard.checkFiles(path)
      if !exists { throw StorageFault(.missing, "opening \(path)") }
    }
    self.path = path
    self.mode = mode
    var configuration = Configuration()
    configuration.readonly = mode == .read
    configuration.busyMode = .timeout(busySeconds)
    configuration.maximumReaderCount = 1
    configuration.label = "kanhe"
    configuration.prepareDatabase {
      try DatabaseGuard.limit($0, rowBytesMax: kind.rowBytesMax)
    }
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw StorageFault(mapping: error, doing: "opening \(path)")
    }
    try withConnection { connection throws(StorageFault) in
      if mode != .create { try SQLiteDatabase.checkFormat(connection, kind, path) }
      try SQLiteDatabase.prepare(connection, mode, secureDelete: kind.isPrivate)
      if mode == .create {
        try connection.transaction { connection throws(StorageFault) in
          for statement in kind.schema { try connection.execute(statement) }
          try connection.execute("PRAGMA application_id = \(SQLiteDatabase.applicationID)")
          try connection.execute("PRAGMA user_version = \(SQLiteDatabase.formatVersion)")
        }
      }
      if mode == .create { try SQLiteDatabase.checkFormat(connection, kind, path) }
      connection.finishOpening()
    }
  }

  /// Lends the connection; calls are serialised and must not be nested.
  func withConnection<T>(
    _ body: (SQLiteConnection) throws(StorageFault) -> T
  ) throws(StorageFault) -> T {
    let result: Result<T, StorageFault> = queue.writeWithoutTransaction { database in
      let connection = self.connection ?? SQLiteConnection(database)
      self.connection = connection
      do throws(StorageFault) {
        return .success(try body(connection))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// One durable write transaction.
  func transaction<T>(
    _ body: (SQLiteConnection) throws(StorageFault) -> T
  ) throws(StorageFault) -> T {
    try withConnection { connection throws(StorageFault) in try connection.transaction(body) }
  }

  /// Moves the whole WAL into the main file and truncates it; throws `busy` when another
  /// connection's read transaction is in the way, and `inputOutput` when the disk fails.
  func checkpointWAL() throws(StorageFault) {
    try withConnection { connection throws(StorageFault) in
      let busy = try connection.query("PRAGMA wal_checkpoint(TRUNCATE)").first {
        row throws(StorageFault) in try row.integer(0)
      }
      if busy != 0 { throw StorageFault(.busy, "wal_checkpoint(TRUNCATE)") }
    }
  }

  /// Closes the connection; SQLite moves the WAL into the main file when it was the last one.
  func close() throws(StorageFault) {
    try withConnection { connection throws(StorageFault) in connection.forgetQueries() }
    connection = nil
    do { try queue.close() } catch { throw StorageFault(mapping: error, doing: "closing \(path)") }
  }

  private static func prepare(
    _ connection: SQLiteConnection, _ mode: Mode, secureDelete: Bool
  ) throws(StorageFault) {
    // Kibibytes: enough for the inner pages of a large file. More would let the memory of a long
    // job grow for as long as the cache fills.
    try connection.execute("PRAGMA cache_size = -\(secureDelete ? 16_384 : 8_192)")
    if mode == .read { return }
    if mode == .create { try connection.execute("PRAGMA page_size = 4096") }
    let journal = try connection.query("PRAGMA journal_mode = WAL").first {
      row throws(StorageFault) in try row.string(0)
    }
    guard journal == "wal" else {
      throw StorageFault(.inputOutput, "this file system cannot keep a write-ahead log")
    }
    // GRDB sets NORMAL with WAL, and SQLite may be compiled with another default: what is not
    // read back as FULL (2) would lose acknowledged entries in a power cut.
    try connection.execute("PRAGMA synchronous = FULL")
    guard try connection.pragma("synchronous") == 2 else {
      throw StorageFault(.other, "PRAGMA synchronous = FULL had no effect")
    }
    try connection.execute("PRAGMA wal_autocheckpoint = \(checkpointPages)")
    try connection.execute("PRAGMA foreign_keys = OFF")
    if secureDelete { try connection.execute("PRAGMA secure_delete = ON") }
  }

  private static func checkFormat(
    _ connection: SQLiteConnection, _ kind: DatabaseKind, _ path: String
  ) throws(StorageFault) {
    guard try connection.pragma("application_id") == applicationID,
      try connection.pragma("user_version") == formatVersion
    else { throw StorageFault(.wrongFile, "opening \(path)") }
    try DatabaseGuard.checkSchema(connection, kind.schema, path)
    try DatabaseGuard.checkLength(connection, path)
  }
}

/// Makes an empty file; 0, or the reason in `errno`.
private func makeFile(_ path: String, permissions: mode_t) -> Int32 {
  let file = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
  guard file >= 0 else { return errno }
  close(file)
  return 0
}
