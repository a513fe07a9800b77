import Foundation
import Ledger
import Registry
import SQLiteStorage
import Testing

/// A database file made to harm whoever opens it: refused before anything in it is used.
@Suite struct HostileDatabaseTests {
  private let city: TestCity
  private var ledger: String { city.base.directory + "/ledger.sqlite" }
  private var vault: String { city.base.directory + "/vault.sqlite" }

  init() throws { city = try TestCity() }

  private func refusals() -> [LedgerError.Code?] {
    [true, false].map { forWriting in
      do throws(LedgerError) {
        try SQLiteLedger.open(path: ledger, forWriting: forWriting).close()
        return nil
      } catch {
        return error.code
      }
    }
  }

  @Test(arguments: [
    "ALTER TABLE entry RENAME TO e; CREATE VIEW entry AS SELECT id, bytes FROM e",
    "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM fact; END",
    "CREATE TABLE more (id INTEGER)", "CREATE INDEX i ON checkpoint (note)",
    "CREATE VIRTUAL TABLE v USING fts5(x)", "DROP TABLE event_id",
    "ALTER TABLE tile ADD COLUMN more BLOB", "ANALYZE",
  ]) func `a schema that is not exactly ours is refused`(_ sql: String) throws {
    try RawDatabase.execute(ledger, sql)
    #expect(refusals() == [.damagedRow, .damagedRow])
  }

  @Test func `a view that would never end is not asked`() throws {
    try RawDatabase.execute(
      ledger,
      """
      DROP TABLE meta; CREATE VIEW meta AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1
      FROM n) SELECT 'tree' AS name, zeroblob(40) AS value FROM n WHERE i < 0
      """)
    #expect(refusals() == [.damagedRow, .damagedRow])
  }

  @Test func `a schema that takes a million steps to read is refused before its end`() throws {
    try RawDatabase.execute(
      ledger,
      """
      PRAGMA writable_schema = ON;
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
      INSERT INTO sqlite_master SELECT 'view', 'v' || i, 'v' || i, 0,
      'CREATE VIEW v' || i || ' AS SELECT 1' FROM n
      """)
    #expect(refusals() == [.damagedRow, .damagedRow])
  }

  @Test func `the vault too has its own schema and no other`() throws {
    try RawDatabase.execute(
      vault, "CREATE TRIGGER t AFTER UPDATE ON subject BEGIN DELETE FROM item; END")
    #expect(throws: RegistryError(.damagedVault, "")) {
      try SQLiteVault.open(path: vault, forWriting: false)
    }
  }

  @Test(arguments: [65_536, 2 << 20, 400 << 20])
  func `a row longer than an entry can be is not read`(_ length: Int) throws {
    try RawDatabase.execute(
      ledger, "UPDATE entry SET bytes = zeroblob(\(length)) WHERE id = 1")
    let opened = try SQLiteLedger.open(path: ledger, forWriting: false)
    #expect(throws: LedgerError(.damagedRow, "")) {
      try opened.entries(from: LeafIndex(1), count: 1)
    }
    #expect(try opened.entries(from: LeafIndex(0), count: 1).count == 1)
    try opened.close()
  }

  @Test(arguments: [-4096, -1, 1, 4096])
  func `a file that is longer or shorter than its pages is refused`(_ difference: Int64) throws {
    for path in [ledger, vault] {
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      let size = try file.seekToEnd()
      try file.truncate(atOffset: UInt64(Int64(size) + difference))
      try file.close()
    }
    let codes = refusals()
    #expect(codes.allSatisfy { $0 == .damagedRow || $0 == .storage && difference == -4096 })
    #expect(throws: RegistryError.self) { try SQLiteVault.open(path: vault, forWriting: false) }
  }

  @Test(arguments: ["", "-wal", "-shm"])
  func `a link is not followed, neither to a database nor to a log`(_ suffix: String) throws {
    let elsewhere = city.file("elsewhere")
    if suffix.isEmpty {
      try FileManager.default.moveItem(atPath: ledger, toPath: elsewhere)
    } else {
      try Data().write(to: URL(fileURLWithPath: elsewhere))
    }
    _ = Result { try FileManager.default.removeItem(atPath: ledger + suffix) }
    try FileManager.default.createSymbolicLink(
      atPath: ledger + suffix, withDestinationPath: elsewhere)
    #expect(refusals() == [.damagedRow, .damagedRow])
  }

  @Test func `a rollback journal, which could name a file to be deleted, is refused`() throws {
    try Data([1]).write(to: URL(fileURLWithPath: ledger + "-journal"))
    #expect(refusals() == [.damagedRow, .damagedRow])
  }
}
