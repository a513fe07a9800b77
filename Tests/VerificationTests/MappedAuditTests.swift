import Cryptography
import Encoding
import Ledger
import Rules
import Testing
import Verification

extension BookMaker {
  /// Publishes the run that its end leaves no choice about, with its root or another.
  mutating func map(_ ranges: inout [RunRange], root: Digest? = nil) throws {
    let to = TreeSize(UInt64(book.entries.count))
    ranges = try RunRange.appending(
      try RunRange(from: ranges.last?.to ?? .zero, to: to), to: ranges)
    let range = ranges[ranges.count - 1]
    let records = try book.entries[Int(range.from.value)..<Int(to.value)].flatMap { bytes in
      let entry = try Entry(parsing: bytes)
      return entry.tags.map { RunRecord(tag: $0, index: entry.index) }
    }
    let honest = try Run(range: range, records: records).root
    try append(
      .ledgerMapped,
      [
        "from": .integer(Int64(range.from.value)), "to": .integer(Int64(to.value)),
        "root": .string((root ?? honest).base64url),
      ])
  }

  mutating func rule(_ count: Int) throws {
    for _ in 0..<count { try append(.ledgerRuled, ["rules": 1]) }
  }
}

@Suite("The audit of published runs")
struct MappedAuditTests {
  /// Four runs, of which the third takes up the two before.
  private func book(wrong: Int? = nil) throws -> BookMaker {
    var maker = try BookMaker.settled(rules: 10)
    var ranges: [RunRange] = []
    for (number, count) in [4, 20, 3, 0].enumerated() {
      try maker.map(&ranges, root: number == wrong ? SHA256.hash([1]) : nil)
      try maker.rule(count)
    }
    #expect(ranges.map(\.description) == ["[0, 38)", "[38, 42)"])
    return maker
  }

  @Test("every run is made again from the entries, merged ones too")
  func honest() throws {
    let maker = try book()
    let report = try LedgerAudit(reader: maker.book, root: maker.root).run()
    #expect(report.faults == [])
    #expect(report.checks[.runs]?.result == .passed)
  }

  @Test("a run of another root is named, and no later one is accused for it")
  func wrongRoot() throws {
    for wrong in 0..<4 {
      let maker = try book(wrong: wrong)
      let report = try LedgerAudit(reader: maker.book, root: maker.root).run()
      #expect(report.faults.map(\.code) == ["run-root"])
      #expect(report.checks[.runs]?.result == .failed)
      #expect(report.verdict == .no)
    }
  }

  @Test("a run over an entry that was altered accuses the entry alone")
  func altered() throws {
    let maker = try book()
    var book = maker.book
    book.entries[7][40] ^= 1
    let report = try LedgerAudit(reader: book, root: maker.root).run()
    #expect(report.faults.allSatisfy { $0.index?.value == 7 })
    #expect(!report.faults.isEmpty)
  }

  @Test("without runs the audit says that no end is proven, and that is no fault")
  func none() throws {
    let maker = try BookMaker.settled(rules: 2)
    let report = try LedgerAudit(reader: maker.book, root: maker.root).run()
    #expect(report.checks[.runs]?.result == .notShown)
    #expect(report.verdict == .yes)
  }
}
