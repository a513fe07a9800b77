import Cryptography
import Encoding
import Ledger
import Testing

@Suite("Run files")
struct RunFileTests {
  /// Entries of 64 tags each, which no two share.
  private static func ledger(_ count: Int, tagCount: Int = 64) throws -> MemoryLedger {
    let event = try ExampleLedger.entries()[0].event
    let entries = try (0..<count).map { number in
      try Entry(
        event: event, index: LeafIndex(UInt64(number)), previous: .zero,
        received: Timestamp(seconds: 1_790_000_000),
        tags: (0..<tagCount).map { Tag(SHA256.hash(Array("\(number) \($0)".utf8))) })
    }
    return MemoryLedger(count: count) { entries[$0].bytes }
  }

  private static func records(_ ledger: MemoryLedger, _ range: RunRange) throws -> [RunRecord] {
    try ledger.entries(from: range.from.nextIndex, count: Int(range.count)).flatMap { bytes in
      let entry = try Entry(parsing: bytes)
      return entry.tags.map { RunRecord(tag: $0, index: entry.index) }
    }
  }

  private static func range(_ from: UInt64, _ to: UInt64) throws -> RunRange {
    try RunRange(from: TreeSize(from), to: TreeSize(to))
  }

  @Test("a file has the root of the run in memory, and gives the same proofs")
  func same() throws {
    let ledger = try Self.ledger(50)
    try TestFiles.withDirectory { directory in
      let folder = RunFolder(directory: directory)
      let builder = RunBuilder(ledger, scratch: directory)
      // 64 records an entry: 1,024 are sixteen entries, a whole block.
      for (from, to) in [(0, 1), (0, 15), (0, 16), (3, 20), (0, 32), (7, 50)] {
        let range = try Self.range(UInt64(from), UInt64(to))
        let run = try Run(range: range, records: Self.records(ledger, range))
        #expect(try builder.run(range, in: folder) == run.root)
        let file = try #require(try folder.run(range))
        #expect(file.recordCount == run.records.count)
        let edges = [Tag(Digest.zero), Tag(Digest(.max, .max, .max, .max))]
        for tag in run.records.map(\.tag) + edges {
          let proof = run.proof(of: tag)
          #expect(try file.proof(of: tag) == proof)
          #expect(try file.index(of: tag) == proof.verify(tag: tag, root: run.root))
          let gap = Tag(SHA256.hash(tag.digest.bytes))
          #expect(try file.proof(of: gap) == run.proof(of: gap))
          #expect(try file.index(of: gap) == nil)
        }
      }
      #expect(TestFiles.files(below: directory).allSatisfy { !$0.hasSuffix(".tmp") })
    }
  }

  @Test("entries without tags make a run without records")
  func empty() throws {
    let ledger = try Self.ledger(3, tagCount: 0)
    try TestFiles.withDirectory { directory in
      let made = try #require(
        try RunBuilder(ledger, scratch: directory).scratchRun(try Self.range(0, 3)))
      #expect(made.root == MerkleTree.emptyRoot)
      let tag = Tag(Digest.zero)
      #expect(try made.file.proof(of: tag).verify(tag: tag, root: made.root) == nil)
    }
  }

  @Test("files merge into the run that all their entries make")
  func merged() throws {
    let ledger = try Self.ledger(60)
    try TestFiles.withDirectory { directory in
      let builder = RunBuilder(ledger, scratch: directory)
      let first = try #require(try builder.scratchRun(try Self.range(5, 20)))
      let second = try #require(try builder.scratchRun(try Self.range(20, 33)))
      let whole = try Self.range(5, 60)
      let merged = try #require(
        try builder.scratchRun(whole, parts: [first, second]))
      let run = try Run(range: whole, records: Self.records(ledger, whole))
      #expect(merged.root == run.root)
      #expect(throws: LedgerError(.invalidRun, "")) {
        _ = try builder.scratchRun(whole, parts: [second])
      }
      // A part that is not the run of its root would make the registry a liar.
      let other = RunPart(file: first.file, root: second.root)
      #expect(throws: LedgerError(.invalidRun, "")) {
        _ = try builder.scratchRun(whole, parts: [other, second])
      }
      #expect(TestFiles.files(below: directory) == [])
    }
  }

  @Test("more records than are sorted at once go through scratch files, to the same root")
  func spilled() throws {
    let ledger = try Self.ledger(3700)
    try TestFiles.withDirectory { directory in
      let builder = RunBuilder(ledger, scratch: directory)
      let whole = try Self.range(0, 3700)
      let made = try #require(try builder.scratchRun(whole))
      let run = try Run(range: whole, records: Self.records(ledger, whole))
      #expect(made.root == run.root)
      for record in run.records.prefix(3) + run.records.suffix(3) {
        #expect(try made.file.index(of: record.tag) == record.index)
      }
      let before = made.file.readCount
      _ = try made.file.proof(of: Tag(SHA256.hash([7])))
      #expect(made.file.readCount - before <= 2)
    }
  }

  @Test("a file that was changed gives no proof that holds, and one of another length is refused")
  func damaged() throws {
    let ledger = try Self.ledger(20)
    try TestFiles.withDirectory { directory in
      let folder = RunFolder(directory: directory)
      let range = try Self.range(0, 20)
      let root = try #require(try RunBuilder(ledger, scratch: directory).run(range, in: folder))
      let path = folder.path(range)
      let bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 20)
      let tags = try Self.records(ledger, range).map(\.tag)
      for position in stride(from: 9, to: bytes.count, by: 211) {
        var changed = bytes
        changed[position] ^= 1
        try BoundedFile.writeAtomically(path: path, bytes: changed)
        guard let file = try folder.run(range) else { continue }
        for tag in tags.prefix(20) {
          // Either the proof fails or it still says what is true; a present tag is never absent.
          do {
            #expect(try file.proof(of: tag).verify(tag: tag, root: root) != nil)
          } catch let error as LedgerError {
            #expect(error.code == .invalidRun || error.code == .proofMismatch)
          }
        }
      }
      let cuts = [bytes.count - 1, 3, 8].map { Array(bytes.prefix($0)) }
      for cut in cuts + [bytes + [0]] {
        try BoundedFile.writeAtomically(path: path, bytes: cut)
        #expect(throws: LedgerError(.invalidRun, "")) { _ = try folder.run(range) }
      }
      var huge = bytes
      huge.replaceSubrange(0..<8, with: [UInt8](repeating: 0xFF, count: 8))
      try BoundedFile.writeAtomically(path: path, bytes: huge)
      #expect(throws: LedgerError(.invalidRun, "")) { _ = try folder.run(range) }
      #expect(try folder.run(try Self.range(0, 3)) == nil)
    }
  }

  @Test("stopped in between, a maker leaves no file under the name of a run")
  func stopped() throws {
    let ledger = try Self.ledger(20)
    try TestFiles.withDirectory { directory in
      let folder = RunFolder(directory: directory)
      let range = try Self.range(0, 20)
      let builder = RunBuilder(ledger, scratch: directory, isStopped: { true })
      #expect(try builder.run(range, in: folder) == nil)
      #expect(try folder.run(range) == nil)
      #expect(try RunBuilder(ledger, scratch: directory).run(range, in: folder) != nil)
      #expect(TestFiles.files(below: directory) == [folder.path(range)])
    }
  }
}
