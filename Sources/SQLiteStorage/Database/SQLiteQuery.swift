import GRDB
internal import GRDBSQLite

/// A prepared statement that binds and reads byte arrays directly.
///
/// GRDB prepares and owns the statement; binding and stepping go to SQLite, because blobs through
/// `Data` and argument arrays would cost more than the insert itself.
@safe final class SQLiteQuery {
  private let statement: Statement
  private let raw: OpaquePointer
  private let text: String

  // SQLITE_TRANSIENT is a macro with a cast and is not imported: SQLite copies the bytes at once.
  private static var transient: sqlite3_destructor_type {
    unsafe unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)
  }

  init(_ statement: Statement) {
    self.statement = statement
    unsafe raw = statement.sqliteStatement
    text = statement.sql
  }

  // MARK: Binding; parameters count from 1

  func bind(_ value: Int64, at index: Int32) throws(StorageFault) {
    try check(unsafe sqlite3_bind_int64(raw, index, value))
  }

  func bind(_ value: Int64?, at index: Int32) throws(StorageFault) {
    guard let value else { return try check(unsafe sqlite3_bind_null(raw, index)) }
    try bind(value, at: index)
  }

  func bind(_ bytes: [UInt8], at index: Int32) throws(StorageFault) {
    let code = unsafe bytes.withUnsafeBufferPointer { buffer in
      // A null pointer would bind NULL: an empty blob is a zero blob.
      unsafe buffer.isEmpty
        ? sqlite3_bind_zeroblob(raw, index, 0)
        : sqlite3_bind_blob64(
          raw, index, buffer.baseAddress, UInt64(buffer.count), SQLiteQuery.transient)
    }
    try check(code)
  }

  func bind(_ bytes: [UInt8]?, at index: Int32) throws(StorageFault) {
    guard let bytes else { return try check(unsafe sqlite3_bind_null(raw, index)) }
    try bind(bytes, at: index)
  }

  func bind(_ string: String, at index: Int32) throws(StorageFault) {
    var copy = string
    let code = copy.withUTF8 { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
        unsafe sqlite3_bind_text64(
          raw, index, characters.baseAddress, UInt64(characters.count), SQLiteQuery.transient,
          UInt8(SQLITE_UTF8))
      }
    }
    try check(code)
  }

  // MARK: Running

  /// Runs a statement without result and makes it ready for the next time.
  func run() throws(StorageFault) {
    let code = unsafe sqlite3_step(raw)
    unsafe sqlite3_reset(raw)
    guard code == SQLITE_DONE else { throw fault(code) }
  }

  /// Steps through the rows; `body` returns false to stop.
  func forEach(_ body: (SQLiteQuery) throws(StorageFault) -> Bool) throws(StorageFault) {
    defer { unsafe sqlite3_reset(raw) }
    while true {
      let code = unsafe sqlite3_step(raw)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else { throw fault(code) }
      if try !body(self) { return }
    }
  }

  /// The first row, read by `body`, if there is one.
  func first<T>(_ body: (SQLiteQuery) throws(StorageFault) -> T) throws(StorageFault) -> T? {
    defer { unsafe sqlite3_reset(raw) }
    let code = unsafe sqlite3_step(raw)
    if code == SQLITE_DONE { return nil }
    guard code == SQLITE_ROW else { throw fault(code) }
    return try body(self)
  }

  // MARK: Reading; columns count from 0, and a column of another type is damage

  func integer(_ column: Int32) throws(StorageFault) -> Int64 {
    guard unsafe sqlite3_column_type(raw, column) == SQLITE_INTEGER else {
      throw damaged(column, "no integer")
    }
    return unsafe sqlite3_column_int64(raw, column)
  }

  func optionalInteger(_ column: Int32) throws(StorageFault) -> Int64? {
    if isNull(column) { return nil }
    return try integer(column)
  }

  /// Bytes, at most `maximum`: more are damage, and not copied.
  func blob(_ column: Int32, maximum: Int = .max) throws(StorageFault) -> [UInt8] {
    guard unsafe sqlite3_column_type(raw, column) == SQLITE_BLOB else {
      throw damaged(column, "no bytes")
    }
    guard let start = unsafe sqlite3_column_blob(raw, column) else { return [] }
    let count = Int(unsafe sqlite3_column_bytes(raw, column))
    guard count <= maximum else { throw damaged(column, "more than \(maximum) bytes") }
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  func optionalBlob(_ column: Int32) throws(StorageFault) -> [UInt8]? {
    if isNull(column) { return nil }
    return try blob(column)
  }

  func string(_ column: Int32) throws(StorageFault) -> String {
    guard unsafe sqlite3_column_type(raw, column) == SQLITE_TEXT,
      let start = unsafe sqlite3_column_text(raw, column)
    else { throw damaged(column, "no text") }
    let count = Int(unsafe sqlite3_column_bytes(raw, column))
    let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
    guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
      throw damaged(column, "no valid text")
    }
    return text
  }

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(raw, column) == SQLITE_NULL
  }

  /// A fault naming the column, for values that have the right type and are wrong all the same.
  func damaged(_ column: Int32, _ what: String) -> StorageFault {
    let name = unsafe sqlite3_column_name(raw, column).map { unsafe String(cString: $0) }
    return StorageFault(.damagedRow, "column \(name ?? String(column)): \(what)")
  }

  private func check(_ code: Int32) throws(StorageFault) {
    if code != SQLITE_OK { throw fault(code) }
  }

  private func fault(_ code: Int32) -> StorageFault {
    let extended = unsafe sqlite3_extended_errcode(sqlite3_db_handle(raw))
    return StorageFault(code: extended == 0 ? code : extended, doing: text)
  }
}
