import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Testing
import Verification

/// What a registry keeps, changed behind its back: the audit names it and goes on.
@Suite struct StoredAuditTests {
  /// A registry with some hundred entries and several stored checkpoints, to be copied.
  private static func city() throws -> TestCity {
    let city = try TestCity()
    _ = try city.issueCards(2)
    try city.grow(by: 300)
    return city
  }

  private func places(_ city: TestCity, after sql: String) throws -> [String] {
    try RawDatabase.execute(city.base.directory + "/ledger.sqlite", sql)
    let report = try city.auditRegistry()
    #expect(report.verdict == .no, "\(sql)")
    return report.places
  }

  @Test func `a faultless registry passes every check`() throws {
    let city = try Self.city()
    let registry = try city.base.open()
    _ = try RunPublisher(registry).publish(.now)
    try registry.close()
    let report = try city.auditRegistry()
    #expect(report.places == [])
    #expect(report.verdict == .yes)
    let names = report.checks.checks.map { "\($0.name)" }
    #expect(
      names == [
        "checkpoint", "tree", "chain", "signatures", "rules", "facts", "runs", "disclosed",
        "tail",
      ])
    #expect(report.checks.checks.allSatisfy { $0.result == .passed })
  }

  @Test func `one flipped byte in an entry is found there, and accuses no other`() throws {
    let places = try places(
      try Self.city(),
      after: """
        UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '"index":9,', '"index":8,')
        AS BLOB) WHERE id = 9
        """)
    #expect(places == ["9 entry-index", "9 entry-altered"])
  }

  @Test func `an entry deleted, doubled or moved is found`() throws {
    let deleted = try places(try Self.city(), after: "DELETE FROM entry WHERE id = 100")
    #expect(deleted == ["100 entry-missing"])
    let text = "UPDATE entry SET bytes = CAST(bytes AS TEXT) WHERE id IN (100, 102)"
    #expect(try places(try Self.city(), after: text) == ["100 entry-missing", "102 entry-missing"])
    let doubled = try places(
      try Self.city(),
      after: "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE id = 99) WHERE id = 100")
    #expect(Set(doubled).isSuperset(of: ["100 entry-index", "100 chain", "100 replayed"]))
    let moved = try places(
      try Self.city(),
      after: """
        UPDATE entry SET id = -1 WHERE id = 100; UPDATE entry SET id = 100 WHERE id = 101;
        UPDATE entry SET id = 101 WHERE id = -1
        """)
    #expect(Set(moved).isSuperset(of: ["100 entry-index", "101 entry-index", "root-mismatch"]))
  }

  @Test func `a tail cut off with its tiles and size is found by the checkpoint`() throws {
    let city = try Self.city()
    let backup = city.file("backup")
    try TemporaryDirectory.copy(city.base.directory, to: backup)
    let note = try BoundedFile.read(
      path: city.base.directory + ".state/state.json", maximumBytes: 1 << 20)
    let text = try #require(try JSONValue(parsing: Array(note.dropLast()))["checkpoint"])
    try city.grow(by: 3)
    let registry = try city.base.open(backup, writing: false)
    #expect(Array((text.stringValue ?? "").utf8) == (try registry.reader.latestCheckpoint()))
    let newest = try city.base.open(writing: false)
    let later = try #require(try newest.reader.latestCheckpoint())
    let report = try LedgerAudit(
      reader: WithCheckpoint(reader: registry.reader, note: later), root: try city.root()
    ).run()
    #expect(report.places == ["truncated"])
    try registry.close()
    try newest.close()
  }

  @Test func `a changed, lost or invented fact is named by its key`() throws {
    let key = "CAST('thread/\(TestCity.police)' AS BLOB)"
    let changed = try Self.city()
    #expect(
      try places(changed, after: #"UPDATE fact SET value = '{"count":1}' WHERE key = \#(key)"#)
        == ["fact"])
    let blob = #"UPDATE fact SET value = CAST('{"count":1}' AS BLOB) WHERE key = \#(key)"#
    #expect(try places(try Self.city(), after: blob) == ["fact"])
    #expect(try places(try Self.city(), after: "DELETE FROM fact WHERE key = \(key)") == ["fact"])
    let invented = "INSERT INTO fact VALUES (CAST('thread/x' AS BLOB), CAST('{}' AS BLOB))"
    #expect(try places(try Self.city(), after: invented) == ["fact"])
  }

  @Test func `the index of events must lead to every entry, and to no other`() throws {
    let moved = try places(try Self.city(), after: "UPDATE event_id SET entry = 7 WHERE entry = 8")
    #expect(moved == ["8 event-index"])
    let lost = try places(try Self.city(), after: "DELETE FROM event_id WHERE entry = 8")
    #expect(lost == ["8 event-index", "event-index"])
    let more = try places(
      try Self.city(), after: "INSERT INTO event_id VALUES (1, zeroblob(32), 8)")
    #expect(more == ["event-index"])
  }

  @Test func `an older stored checkpoint must be of this key and tree too`() throws {
    let city = try Self.city()
    let oldest = "(SELECT min(size) FROM checkpoint)"
    let beyond = "UPDATE checkpoint SET size = 5000 WHERE size = \(oldest)"
    let moved = try places(city, after: beyond)
    #expect(moved == ["1 checkpoint-stored", "checkpoint-stored"])
    let cut = "UPDATE checkpoint SET note = substr(note, 1, 40) WHERE size = \(oldest)"
    #expect(try places(try Self.city(), after: cut) == ["checkpoint-stored"])
  }

  @Test func `a checkpoint stored for a size that no ledger signs is found`() throws {
    for size in ["-1", "0"] {
      let copy = "INSERT INTO checkpoint SELECT \(size), note FROM checkpoint LIMIT 1"
      #expect(try places(try Self.city(), after: copy) == ["checkpoint-stored"])
    }
  }

  @Test func `a checkpoint that somebody saw, and that is not stored any more, is missed`() throws {
    for size in ["min(size)", "max(size)"] {
      let city = try Self.city()
      try city.grow(by: 1)
      let registry = try city.base.open(writing: false)
      // The first actor after the registry was opened, and the last of all.
      let entry = size.hasPrefix("min") ? 1 : try registry.reader.size().value - 1
      try registry.close()
      let seen = size.hasPrefix("min") ? size : "(SELECT max(size) FROM checkpoint) - 1"
      let deleted = "DELETE FROM checkpoint WHERE size = (SELECT \(seen) FROM checkpoint)"
      let places = try places(city, after: deleted)
      #expect(places == ["\(entry) checkpoint-stored"])
    }
  }

  @Test func `where an entry stands is counted, not believed, when its checkpoint is looked for`()
    throws
  {
    let city = try Self.city()
    try city.grow(by: 1)
    let registry = try city.base.open(writing: false)
    let last = try registry.reader.size().value - 1
    try registry.close()
    let places = try places(
      city,
      after: """
        UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '"index":\(last),', '"index":1,')
        AS BLOB) WHERE id = \(last); DELETE FROM checkpoint WHERE size = \(last)
        """)
    #expect(places.contains("\(last) entry-index"))
    #expect(places.contains("\(last) checkpoint-stored"), "\(places)")
  }

  @Test func `entries stored outside the size are found`() throws {
    for place in ["-1", "5000"] {
      let more = "INSERT INTO entry SELECT \(place), bytes FROM entry WHERE id = 3"
      #expect(try places(try Self.city(), after: more) == ["stored-tree"])
    }
  }

  @Test func `a stored size and root that are not the entries' are found`() throws {
    let city = try Self.city()
    let report = try places(
      city,
      after: """
        UPDATE meta SET value = CAST(substr(value, 1, 39) || x'00' AS BLOB) WHERE name = 'tree'
        """)
    #expect(report.contains("stored-tree"))
  }
}

/// A reader that shows another checkpoint.
private struct WithCheckpoint: LedgerReader {
  let reader: RegistryReader
  let note: [UInt8]

  func latestCheckpoint() throws(LedgerError) -> [UInt8]? { note }
  func size() throws(LedgerError) -> TreeSize { try reader.size() }
  func entries(from index: LeafIndex, count: Int) throws(LedgerError) -> [[UInt8]] {
    try reader.entries(from: index, count: count)
  }
  func tile(level: Int, index: UInt64, width: Int) throws(LedgerError) -> [Digest] {
    try reader.tile(level: level, index: index, width: width)
  }
}
