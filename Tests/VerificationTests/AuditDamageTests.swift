import Cryptography
import Encoding
import Ledger
import Rules
import Testing
import Verification

/// A reader that refuses some entries and tiles, as a store with missing rows does.
private struct HoledBook: LedgerReader {
  var book: Book
  var holes: Set<UInt64> = []
  /// The size that it claims to have.
  var claimed: UInt64?
  var code: LedgerError.Code = .missingEntry

  func latestCheckpoint() throws(LedgerError) -> [UInt8]? { book.note }
  func size() throws(LedgerError) -> TreeSize {
    if let claimed { return TreeSize(claimed) }
    return try book.size()
  }
  func tile(level: Int, index: UInt64, width: Int) throws(LedgerError) -> [Digest] {
    try book.tile(level: level, index: index, width: width)
  }
  func entries(from index: LeafIndex, count: Int) throws(LedgerError) -> [[UInt8]] {
    if holes.contains(index.value) || index.value >= book.entries.count {
      throw LedgerError(code, "not there")
    }
    let end = (1..<UInt64(count)).first { holes.contains(index.value + $0) } ?? UInt64(count)
    return try book.entries(from: index, count: Int(end))
  }
}

extension AuditReport {
  fileprivate var places: [String] {
    faults.map { ($0.index.map { "\($0) " } ?? "") + $0.code }
  }
}

@Suite("The audit of a damaged ledger")
struct AuditDamageTests {
  private func audit(_ reader: some LedgerReader, _ root: Identity) throws -> AuditReport {
    try LedgerAudit(reader: reader, root: root).run()
  }

  @Test("a book longer than several chunks is audited in order, whatever thread was first")
  func long() throws {
    var maker = try BookMaker.settled(rules: 1600)
    try maker.append(.ledgerRuled, ["rules": 9])
    for _ in 0..<300 { try maker.append(.ledgerRuled, ["rules": 1]) }
    var seen: [(UInt64, UInt64)] = []
    let report = try LedgerAudit(reader: maker.book, root: maker.root).run(progress: {
      seen.append(($0, $1))
    })
    #expect(report.places == ["1602 rules-version"])
    #expect(report.entryCount == 1903 && report.signatureCount == 1903)
    #expect(seen.map(\.0) == [512, 1024, 1536, 1903])
    #expect(seen.allSatisfy { $0.1 == 1903 })
  }

  @Test("entries that are missing are named, and their hashes in the tiles keep the tree whole")
  func missing() throws {
    let maker = try BookMaker.settled(rules: 700)
    for holes in [[3], [255, 256, 257], [701], [512]] as [Set<UInt64>] {
      let report = try audit(HoledBook(book: maker.book, holes: holes), maker.root)
      let named = report.faults.filter { $0.code == "entry-missing" }.compactMap { $0.index?.value }
      #expect(named == holes.sorted())
      #expect(!report.places.contains("root-mismatch"))
      #expect(report.entryCount == 702)
      #expect(report.verdict == .no)
    }
  }

  @Test("a long run of missing entries is one fault with its end, a size that never was too")
  func longRuns() throws {
    let maker = try BookMaker.settled(rules: 700)
    let holes = Set(100..<UInt64(400)).union([500])
    let report = try audit(HoledBook(book: maker.book, holes: holes), maker.root)
    let missing = report.faults.filter { $0.code == "entry-missing" }
    #expect(missing.map(\.index) == [LeafIndex(100), LeafIndex(500)])
    #expect(missing[0].reason.hasPrefix("the entries up to 399 cannot be read"))
    #expect(report.entryCount == 702)
    #expect(report.publicTally.failed == 301 && report.publicTally.passed == 401)
    var told = 0
    let endless = try LedgerAudit(
      reader: HoledBook(book: maker.book, claimed: TreeSize.maximum), root: maker.root
    ).run(found: { _ in told += 1 })
    let rest = endless.faults.filter { $0.code == "entry-missing" }
    #expect(rest.map(\.index) == [LeafIndex(702)])
    #expect(rest[0].reason.hasPrefix("the entries up to \(TreeSize.maximum - 1) cannot be read"))
    #expect(rest[0].reason.hasSuffix("the rest was not asked for"))
    #expect(told < 40 && endless.verdict == .no)
  }

  @Test("an audit says as of when it speaks: the newest entry under the checkpoint")
  func coveredUntil() throws {
    var maker = try BookMaker.settled(rules: 5)
    let note = maker.book.note
    let last = try Entry(parsing: try #require(maker.book.entries.last)).received
    for _ in 0..<3 { try maker.append(.ledgerRuled, ["rules": 1]) }
    maker.book.note = note
    #expect(try audit(maker.book, maker.root).coveredUntil == last)
    maker.book.note = nil
    #expect(try audit(maker.book, maker.root).coveredUntil == nil)
  }

  @Test("a reader that fails is no finding: the audit says that it could not look")
  func failing() throws {
    let maker = try BookMaker.settled(rules: 20)
    let book = HoledBook(book: maker.book, holes: [7], code: .storage)
    #expect(throws: LedgerError(.storage, "")) { try audit(book, maker.root) }
  }

  @Test("a tile that holds another hash, and one that is missing, are named by their paths")
  func tiles() throws {
    let maker = try BookMaker.settled(rules: 700)
    for (name, path) in [
      ("0/0", "tile/0/000"), ("0/1", "tile/0/001"), ("0/2", "tile/0/002.p/190"),
      ("1/0", "tile/1/000.p/2"),
    ] {
      for isMissing in [true, false] {
        var book = maker.book
        if isMissing {
          book.tiles[name] = nil
        } else {
          book.tiles[name]?[1] = .zero
        }
        let report = try audit(book, maker.root)
        #expect(report.places == ["tile"], "\(path)")
        #expect(report.faults.first?.reason.hasPrefix(path) == true, "\(report.faults)")
        #expect(report.checks[.tree]?.result == .failed)
      }
    }
  }

  @Test("a tile is no excuse: the tree that an actor saw is computed from the entries")
  func seenOverChangedTile() throws {
    var maker = try BookMaker.settled(rules: 700)
    let old = maker.book
    // An actor that saw the tree of 40 entries, long ago.
    var tree = TreeAppender()
    _ = tree.append(old.entries.prefix(40).map { MerkleTree.leafHash($0) })
    try maker.append(
      .ledgerRuled, ["rules": 1], seen: SeenTree(size: TreeSize(40), root: tree.root))
    var book = maker.book
    book.tiles["0/0"]?[3] = .zero
    #expect(try audit(book, maker.root).places == ["tile"])
  }

  @Test("with an earlier checkpoint the older signatures are skipped, and only those")
  func since() throws {
    var maker = try BookMaker.settled(rules: 20)
    let note = try #require(maker.book.note)
    for _ in 0..<10 { try maker.append(.ledgerRuled, ["rules": 1]) }
    let report = try LedgerAudit(reader: maker.book, root: maker.root, since: note).run()
    #expect(report.isFaultless)
    #expect(report.since == TreeSize(22))
    #expect(report.entryCount == 32 && report.signatureCount == 10)
    #expect(report.checks[.since]?.result == .passed)
  }

  @Test("older entries that are not those of the earlier checkpoint are found")
  func sinceOfAnotherTree() throws {
    let maker = try BookMaker.settled(rules: 20)
    let head = TreeHead(size: TreeSize(10), root: SHA256.hash([1]))
    let note = try VerifiedCheckpoint(signing: head, with: maker.noteSigner).note
    let report = try LedgerAudit(reader: maker.book, root: maker.root, since: note).run()
    #expect(report.places == ["since-mismatch"])
    #expect(report.verdict == .no)
    let larger = TreeHead(size: TreeSize(1000), root: SHA256.hash([1]))
    let ahead = try VerifiedCheckpoint(signing: larger, with: maker.noteSigner).note
    #expect(
      try LedgerAudit(reader: maker.book, root: maker.root, since: ahead).run().places
        == ["since-mismatch"])
  }

  @Test("an earlier checkpoint of another key is no evidence: the audit cannot tell")
  func sinceOfAnotherKey() throws {
    let maker = try BookMaker.settled(rules: 5)
    let other = try BookMaker.settled(rules: 5)
    let audit = try LedgerAudit(reader: maker.book, root: maker.root, since: other.book.note)
    #expect(throws: LedgerError(.unknownKey, "")) { try audit.run() }
    #expect(throws: LedgerError(.invalidNote, "")) {
      try LedgerAudit(reader: maker.book, root: maker.root, since: Array("x".utf8))
    }
  }

  @Test("an earlier checkpoint hides no fault: the keys may be lost with the entry that named them")
  func sinceOfAlteredOpening() throws {
    let maker = try BookMaker.settled(rules: 5)
    let note = try #require(maker.book.note)
    var book = maker.book
    book.entries[0] = try BookMaker.settled(rules: 5).book.entries[1]
    let plain = try LedgerAudit(reader: book, root: maker.root).run()
    let report = try LedgerAudit(reader: book, root: maker.root, since: note).run()
    #expect(report.verdict == .no && report.isComplete)
    #expect(report.places.last == "since-mismatch")
    #expect(report.places.first == plain.places.first, "\(plain.places)")
  }

  @Test("an audit that is stopped says so and answers nothing")
  func stopped() throws {
    let maker = try BookMaker.settled(rules: 1600)
    var asked = 0
    let report = try LedgerAudit(reader: maker.book, root: maker.root).run(isStopped: {
      asked += 1
      return asked > 2
    })
    #expect(!report.isComplete && !report.isFaultless)
    #expect(report.entryCount == 1024)
    #expect(report.verdict != .yes)
  }

  @Test("entries beyond the checkpoint are judged, counted, and no fault")
  func tail() throws {
    var maker = try BookMaker.settled(rules: 5)
    let note = maker.book.note
    for _ in 0..<3 { try maker.append(.ledgerRuled, ["rules": 1]) }
    maker.book.note = note
    let report = try audit(maker.book, maker.root)
    #expect(report.verdict == .yes)
    #expect(report.checks[.tail]?.text == "beyond the checkpoint: 3 entries")
  }

  @Test("every fault is told, also those that the report does not keep")
  func manyFaults() throws {
    let maker = try BookMaker.settled(rules: 1200)
    var book = maker.book
    for index in 100..<1200 { book.entries[index] = [UInt8(ascii: "x")] }
    var told = 0
    let report = try LedgerAudit(reader: book, root: maker.root).run(found: { _ in told += 1 })
    #expect(report.faultCount >= 1100)
    #expect(told == Int(report.faultCount))
    #expect(report.faults.count == AuditReport.faultCountMax)
    #expect(report.publicTally.failed >= 1100)
  }
}
