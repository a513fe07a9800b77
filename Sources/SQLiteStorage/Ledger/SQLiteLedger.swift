import Cryptography
import Encoding
import Ledger
import Registry

/// The ledger in one SQLite file. Spec: registry-on-disk.md, "ledger.sqlite".
package final class SQLiteLedger: RegistryLedger {
  let database: SQLiteDatabase

  private init(_ database: SQLiteDatabase) { self.database = database }

  /// Makes an empty ledger; throws `storage` when the file is there already.
  package static func create(path: String, instance: [UInt8]) throws(LedgerError) -> SQLiteLedger {
    do throws(StorageFault) {
      let database = try SQLiteDatabase(
        path: path, mode: .create, kind: .ledger)
      let ledger = SQLiteLedger(database)
      try database.transaction { connection throws(StorageFault) in
        try Meta.set("instance", instance, connection)
        try Meta.set("tree", SQLiteLedger.treeBytes(.empty), connection)
      }
      return ledger
    } catch {
      throw LedgerError(error)
    }
  }

  /// Opens a ledger for reading and writing, or for reading only.
  ///
  /// Throws `storage` (no such file, not a ledger, damaged, not permitted).
  package static func open(path: String, forWriting: Bool) throws(LedgerError) -> SQLiteLedger {
    do throws(StorageFault) {
      return SQLiteLedger(
        try SQLiteDatabase(
          path: path, mode: forWriting ? .write : .read, kind: .ledger))
    } catch {
      throw LedgerError(error)
    }
  }

  package func instance() throws(LedgerError) -> [UInt8] {
    try read { connection throws(StorageFault) in try Meta.require("instance", connection) }
  }

  package func setInstance(_ instance: [UInt8]) throws(LedgerError) {
    try write { connection throws(StorageFault) in
      try Meta.set("instance", instance, connection)
    }
  }

  package func settleLog() throws(LedgerError) {
    do throws(StorageFault) { try database.checkpointWAL() } catch { throw LedgerError(error) }
  }

  package func close() throws(LedgerError) {
    do throws(StorageFault) { try database.close() } catch { throw LedgerError(error) }
  }

  // MARK: Helpers

  func read<T>(
    _ body: (SQLiteConnection) throws(StorageFault) -> T
  ) throws(LedgerError) -> T {
    do throws(StorageFault) {
      return try database.withConnection(body)
    } catch {
      throw LedgerError(error)
    }
  }

  /// As `read`, for many look-ups at once; throws as it does.
  func readMany<T>(
    _ body: (SQLiteConnection) throws(StorageFault) -> T
  ) throws(LedgerError) -> T {
    try read { connection throws(StorageFault) in try connection.snapshot(body) }
  }

  func write<T>(
    _ body: (SQLiteConnection) throws(StorageFault) -> T
  ) throws(LedgerError) -> T {
    do throws(StorageFault) {
      return try database.transaction(body)
    } catch {
      throw LedgerError(error)
    }
  }

  /// Level · 2^52 + number: one integer key, so that a tile is one row of a plain table.
  static func tileID(level: Int, index: UInt64) -> Int64? {
    guard level >= 0, level < 64, index < 1 << 52, level < Tile.levelCount else { return nil }
    return Int64(level) << 52 | Int64(index)
  }

  static func treeBytes(_ head: TreeHead) -> [UInt8] {
    Packed.bytes([Int64(bitPattern: head.size.value)]) + head.root.bytes
  }

  static func head(_ connection: SQLiteConnection) throws(StorageFault) -> TreeHead {
    let bytes = try Meta.require("tree", connection)
    guard bytes.count == 40, let size = Packed.integers(Array(bytes[..<8]))?.first,
      let root = SQLiteLedger.digest(Array(bytes[8...])), size >= 0,
      UInt64(size) <= TreeSize.maximum
    else { throw StorageFault(.damagedRow, "table meta, row tree: not a size and a root") }
    return TreeHead(size: TreeSize(UInt64(size)), root: root)
  }

  static func digest(_ bytes: [UInt8]) -> Digest? {
    guard bytes.count == Digest.byteCount else { return nil }
    do { return try Digest(bytes: bytes) } catch { return nil }
  }
}

extension LedgerError {
  /// Maps what SQLite or a row refused.
  init(_ fault: StorageFault) {
    let code: Code =
      switch fault.kind {
      case .conflict: .conflict
      case .readOnly: .readOnly
      case .damagedRow, .notRegular, .foreign, .cut: .damagedRow
      default: .storage
      }
    self.init(code, "the ledger's database failed: \(fault.remedy)", cause: fault)
  }
}
