import Cryptography
import Encoding
import Ledger
import Testing

@Suite("Runs")
struct RunTests {
  private static func records(_ entries: [Entry]) -> [RunRecord] {
    entries.flatMap { entry in entry.tags.map { RunRecord(tag: $0, index: entry.index) } }
  }

  private static func example() throws -> Run {
    try Run(
      range: RunRange(from: .zero, to: TreeSize(3)), records: records(ExampleLedger.entries()))
  }

  @Test("the specification's run, root and proofs are recomputed")
  func vector() throws {
    let vector = try TestFiles.vector("ledger/run.json")
    let run = try Self.example()
    let wanted = try vector.list("records").compactMap(\.stringValue)
    #expect(run.records.map { Hex.encode($0.bytes) } == wanted)
    #expect(try run.root.base64url == vector.text("root"))
    let present = try #require(vector["present"])
    let tag = try Tag(text: present.text("tag"))
    let found = try Self.neighbour(present["record"])
    #expect(run.proof(of: tag).content == .present(try #require(found)))
    #expect(try run.proof(of: tag).verify(tag: tag, root: run.root)?.value == 2)
    for row in try vector.list("absent") {
      let tag = try Tag(text: row.text("tag"))
      let proof = run.proof(of: tag)
      let before = try Self.neighbour(row["before"])
      let after = try Self.neighbour(row["after"])
      #expect(proof.content == .absent(before: before, after: after))
      #expect(try proof.verify(tag: tag, root: run.root) == nil)
    }
  }

  private static func neighbour(_ value: JSONValue?) throws -> RunProof.Neighbour? {
    guard let value, value != .null else { return nil }
    return RunProof.Neighbour(
      record: RunRecord(
        tag: try Tag(text: value.text("tag")), index: LeafIndex(try value.number("index"))),
      position: try value.number("position"),
      path: try value.list("path").map { try Tag(text: $0.stringValue ?? "").digest })
  }

  @Test("in runs of every size up to 40 each tag is present and each gap absent")
  func allSizes() throws {
    for count in 0...40 {
      // Tags 2, 4, 6 … so that every odd number is a gap.
      let records = (0..<count).map { Self.record(UInt64($0) * 2 + 2, UInt64($0)) }
      let run = try Run(
        range: RunRange(from: .zero, to: TreeSize(UInt64(count + 1))), records: records.shuffled())
      for number in 1...UInt64(count * 2 + 3) {
        let tag = Self.record(number, 0).tag
        let proof = run.proof(of: tag)
        let index = try proof.verify(tag: tag, root: run.root)
        let isThere = number % 2 == 0 && number / 2 <= count
        #expect(index == (isThere ? LeafIndex(number / 2 - 1) : nil))
        // The same proof says nothing about any other place.
        let other = Self.record(number + 2, 0).tag
        #expect(throws: LedgerError.self) {
          if case .absent(_, nil) = proof.content { throw LedgerError(.invalidRun, "") }
          _ = try proof.verify(tag: other, root: run.root)
        }
      }
    }
  }

  private static func record(_ number: UInt64, _ index: UInt64) -> RunRecord {
    RunRecord(tag: Tag(Digest(0, 0, 0, number)), index: LeafIndex(index))
  }

  @Test("a present tag cannot be hidden: no choice of neighbours or size passes")
  func hiding() throws {
    for count in 1...12 {
      let records = (0..<count).map { Self.record(UInt64($0) * 2 + 2, UInt64($0)) }
      let run = try Run(
        range: RunRange(from: .zero, to: TreeSize(UInt64(count))), records: records)
      let neighbours = try records.map { record in
        guard case .present(let found) = run.proof(of: record.tag).content else {
          throw LedgerError(.invalidRun, "absent")
        }
        return found
      }
      for hidden in records {
        for size in 0...UInt64(count + 3) {
          for before in [nil] + neighbours.map(Optional.some) {
            for after in [nil] + neighbours.map(Optional.some) {
              for shift in [0, 1, 2] as [UInt64] {
                let proof = RunProof(
                  size: size,
                  content: .absent(before: before, after: Self.moved(after, down: shift)))
                #expect(throws: LedgerError.self) {
                  try proof.verify(tag: hidden.tag, root: run.root)
                }
              }
            }
          }
        }
      }
    }
  }

  private static func moved(
    _ neighbour: RunProof.Neighbour?, down: UInt64
  ) -> RunProof.Neighbour? {
    guard let neighbour, neighbour.position >= down else { return neighbour }
    return RunProof.Neighbour(
      record: neighbour.record, position: neighbour.position - down, path: neighbour.path)
  }

  @Test("records outside the range or twice are refused; adjoining runs merge")
  func ranges() throws {
    let range = try RunRange(from: TreeSize(2), to: TreeSize(4))
    #expect(code { _ = try Run(range: range, records: [Self.record(1, 1)]) } == "invalidRun")
    #expect(code { _ = try Run(range: range, records: [Self.record(1, 4)]) } == "invalidRun")
    #expect(
      code { _ = try Run(range: range, records: [Self.record(1, 2), Self.record(1, 2)]) }
        == "invalidRun")
    #expect(code { _ = try RunRange(from: TreeSize(2), to: TreeSize(2)) } == "invalidRun")
    let first = try Run(range: range, records: [Self.record(9, 2)])
    let next = try Run(
      range: RunRange(from: TreeSize(4), to: TreeSize(5)), records: [Self.record(1, 4)])
    let merged = try first.merged(with: next)
    #expect(merged.range.description == "[2, 5)")
    #expect(merged.records.map(\.index.value) == [4, 2])
    #expect(code { _ = try next.merged(with: first) } == "invalidRun")
  }

  @Test("ranges merge so that each covers at least twice the next")
  func merging() throws {
    var ranges: [RunRange] = []
    for number in 0..<5000 as Range<UInt64> {
      ranges = try RunRange.appending(
        RunRange(from: TreeSize(number), to: TreeSize(number + 1)), to: ranges)
      for (left, right) in zip(ranges, ranges.dropFirst()) {
        #expect(left.to == right.from && left.count >= right.count * 2)
      }
      #expect(ranges.count <= 32)
    }
    let gap = try RunRange(from: TreeSize(9999), to: TreeSize(10_000))
    #expect(code { _ = try RunRange.appending(gap, to: ranges) } == "invalidRun")
  }
}
