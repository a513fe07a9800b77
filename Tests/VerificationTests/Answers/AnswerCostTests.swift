import Cryptography
import Ledger
import Rules
import Synchronization
import Testing
import Verification

/// What an answer reads: nothing may depend on the ledger's size but by its logarithm.
@Suite("The cost of answers")
struct AnswerCostTests {
  /// Counts what is read of a book.
  private final class Counting: LedgerReader {
    let book: Book
    private let reads = Mutex(0)
    var readCount: Int { reads.withLock { $0 } }

    init(_ book: Book) { self.book = book }

    func latestCheckpoint() throws(LedgerError) -> [UInt8]? { try book.latestCheckpoint() }
    func size() throws(LedgerError) -> TreeSize { try book.size() }
    func entries(from index: LeafIndex, count: Int) throws(LedgerError) -> [[UInt8]] {
      reads.withLock { $0 += 1 }
      return try book.entries(from: index, count: count)
    }
    func tile(level: Int, index: UInt64, width: Int) throws(LedgerError) -> [Digest] {
      reads.withLock { $0 += 1 }
      return try book.tile(level: level, index: index, width: width)
    }
  }

  /// The answer about a person with ten entries among many, far from one another.
  private func cost(entryCount: Int) throws -> (reads: Int, found: Int) {
    let person = ThreadKey(SHA256.hash("person"))
    var maker = try BookMaker.settled(rules: 0)
    var number: UInt64 = 0
    for position in 0..<entryCount {
      var tags = (0..<3).map { Ledger.Tag(SHA256.hash("\(position) \($0)")) }
      if position % (entryCount / 10) == 1 {
        number += 1
        tags[0] = person.tag(number)
      }
      try maker.append(.ledgerRuled, ["rules": 1], others: tags)
    }
    var ranges: [RunRange] = []
    try maker.map(&ranges)
    let reader = Counting(maker.book)
    return try RunFiles.with { directory in
      let folder = RunFolder(directory: directory)
      let builder = RunBuilder(maker.book, scratch: directory)
      var facts = maker.facts
      for run in try facts.runs() { _ = try builder.run(run.range, in: folder) }
      var answers = try AnswerBuilder(
        reader: reader, checkpoint: try maker.checkpoint(), facts: facts, runs: folder)
      let answer = try answers.answer(.key(person))
      return (answers.blockReadCount + reader.readCount, answer.entries.count)
    }
  }

  @Test("ten entries about one person cost at most sixty reads, and hardly more in a longer ledger")
  func person() throws {
    let short = try cost(entryCount: 600)
    let long = try cost(entryCount: 3000)
    #expect(short.found == 10 && long.found == 10)
    // Twice a level more, as in a ledger of a million, and it is still within the bound.
    #expect(long.reads <= 60, "\(long.reads)")
    #expect(long.reads - short.reads <= 20, "\(short.reads), \(long.reads)")
  }
}
