import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import SQLiteStorage
import Testing

@Suite struct SQLiteLedgerTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func entries(
    _ count: Int, after previous: Digest = .zero, from first: UInt64 = 0
  ) throws -> [Entry] {
    var previous = previous
    var entries: [Entry] = []
    for number in 0..<UInt64(count) {
      let entry = try Entry(
        event: Array("eyJhIjoxfQ.eyJhIjoxfQ.AAAA".utf8), index: LeafIndex(first + number),
        previous: previous, received: Timestamp(milliseconds: 1_700_000_000_000), tags: [])
      previous = entry.leafHash
      entries.append(entry)
    }
    return entries
  }

  private func batch(
    _ entries: [Entry], _ tree: inout TreeAppender, note: [UInt8]? = nil
  ) throws -> LedgerBatch {
    try LedgerBatch(
      appending: entries, to: &tree,
      eventIDs: entries.map {
        EventIDRecord(
          milliseconds: Int64($0.index.value), id: SHA256.hash("\($0.index)"), index: $0.index)
      },
      changes: [.init(key: [1, 2], value: [3]), .init(key: [1, 3], value: [4])],
      previousCheckpoint: note)
  }

  @Test func `what was committed is there after reopening`() throws {
    let path = directory.file("ledger.sqlite")
    var tree = TreeAppender()
    let all = try entries(600)
    do {
      let ledger = try SQLiteLedger.create(path: path, instance: [7])
      try ledger.commit(try batch(Array(all[..<300]), &tree))
      let note = Array("note".utf8)
      try ledger.commit(try batch(Array(all[300...]), &tree, note: note))
      try ledger.close()
    }
    let ledger = try SQLiteLedger.open(path: path, forWriting: false)
    #expect(try ledger.instance() == [7])
    #expect(try ledger.head() == tree.head)
    #expect(try ledger.entries(from: LeafIndex(255), count: 4096) == all[255...].map(\.bytes))
    #expect(try TreeAppender(reader: ledger, size: tree.size).root == tree.root)
    #expect(try TreeAppender(reader: ledger, size: TreeSize(300)).size == TreeSize(300))
    #expect(try ledger.checkpoints(from: .zero, limit: 9).map(\.size) == [TreeSize(300)])
    #expect(try ledger.latestCheckpoint() == Array("note".utf8))
    #expect(try ledger.fact([1, 2]) == [3])
    #expect(try ledger.facts(prefix: [1]).count == 2)
    #expect(try ledger.eventIDs(since: 590).count == 10)
    let found = try ledger.indices(of: [(5, SHA256.hash("5")), (5, SHA256.hash("6"))])
    #expect(found == [LeafIndex(5), nil])
    let page = try ledger.eventIDs(after: nil, limit: 2)
    #expect(page.map(\.index.value) == [0, 1])
    #expect(try ledger.eventIDs(after: page.last, limit: 1).map(\.index.value) == [2])
  }

  @Test func `a batch for another head is a conflict and writes nothing`() throws {
    let path = directory.file("ledger.sqlite")
    let ledger = try SQLiteLedger.create(path: path, instance: [7])
    var first = TreeAppender()
    var second = TreeAppender()
    let all = try entries(2)
    try ledger.commit(try batch([all[0]], &first))
    let late = try batch([all[0]], &second)
    #expect(throws: LedgerError(.conflict, "")) { try ledger.commit(late) }
    #expect(try ledger.size() == TreeSize(1))
  }

  @Test func `damaged rows are named errors`() throws {
    let path = directory.file("ledger.sqlite")
    var tree = TreeAppender()
    let ledger = try SQLiteLedger.create(path: path, instance: [7])
    try ledger.commit(try batch(try entries(3), &tree))
    try ledger.close()
    try RawDatabase.execute(path, "UPDATE entry SET bytes = 7 WHERE id = 1")
    try RawDatabase.execute(path, "DELETE FROM entry WHERE id = 2")
    try RawDatabase.execute(path, "UPDATE tile SET hashes = x'00'")
    try RawDatabase.execute(path, "UPDATE meta SET value = x'01' WHERE name = 'tree'")
    let damaged = try SQLiteLedger.open(path: path, forWriting: true)
    #expect(throws: LedgerError(.damagedRow, "")) { try damaged.head() }
    #expect(throws: LedgerError(.invalidTile, "")) {
      try damaged.tile(level: 0, index: 0, width: 3)
    }
    #expect(throws: LedgerError(.missingTile, "")) {
      try damaged.tile(level: 1, index: 0, width: 1)
    }
  }

  @Test func `what is no ledger is refused`() throws {
    let path = directory.file("x")
    try Data("hello, this is no database at all".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: LedgerError(.storage, "")) {
      try SQLiteLedger.open(path: path, forWriting: true)
    }
    #expect(throws: LedgerError(.storage, "")) {
      try SQLiteLedger.open(path: directory.file("absent"), forWriting: true)
    }
    #expect(throws: LedgerError(.storage, "")) {
      try SQLiteLedger.create(path: path, instance: [])
    }
    // The vault is a database of the same family and no ledger.
    let vault = directory.file("vault.sqlite")
    try SQLiteVault.create(path: vault, instance: [1]).close()
    #expect(throws: LedgerError(.damagedRow, "")) {
      try SQLiteLedger.open(path: vault, forWriting: false)
    }
  }
}
