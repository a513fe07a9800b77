import Cryptography
import Encoding
import Ledger
import Testing

/// The worked examples on the pages of the specification, recomputed.
@Suite("Specification")
struct SpecificationTests {
  private static func page(_ name: String) throws -> String {
    let path = TestFiles.root + "/spec/" + name
    return try TextCheck.string(BoundedFile.read(path: path, maximumBytes: 1 << 20))
  }

  @Test("entry.md shows the second entry of the example")
  func entry() throws {
    let page = try Self.page("entry.md")
    let entry = try ExampleLedger.entries()[1]
    #expect(page.contains("\(entry.bytes.count) bytes"))
    #expect(page.contains(entry.leafHash.base64url))
    let lines = page.split(separator: "\n").map { $0.drop(while: { $0 == " " }) }
    let shown = try #require(lines.firstIndex { $0.hasPrefix(#"{"event":"#) })
    #expect(Array(lines[shown..<(shown + 7)].joined().utf8) == entry.bytes)
  }

  @Test("threads.md shows the keys, tags, records and root of the example")
  func threads() throws {
    let page = try Self.page("threads.md")
    let thread = ExampleLedger.department
    let hidden = try ExampleLedger.privateThread()
    #expect(page.contains(thread.secretText))
    #expect(page.contains(hidden.commitment.base64url))
    for number in 1...3 as ClosedRange<UInt64> {
      #expect(page.contains(thread.tag(number).text))
    }
    #expect(page.contains(hidden.tag(1).text))
    #expect(page.contains(hidden.tag(2).text))
    #expect(page.contains("begins with \(hidden.tag(3).digest.hex.prefix(8)):"))
    let entries = try ExampleLedger.entries()
    let run = try Run(
      range: RunRange(from: .zero, to: TreeSize(3)),
      records: entries.flatMap { entry in
        entry.tags.map { RunRecord(tag: $0, index: entry.index) }
      })
    for record in run.records {
      let hex = Hex.encode(record.bytes)
      #expect(page.contains("\(hex.prefix(8))…\(hex.dropLast(16).suffix(10)) \(hex.suffix(16))"))
    }
    #expect(page.contains(run.root.base64url))
  }

  @Test("checkpoint.md shows the key, the checkpoint and the proof of the example")
  func checkpoint() throws {
    let page = try Self.page("checkpoint.md")
    #expect(page.contains(try ExampleLedger.signer().verifierKey.text))
    for name in ["checkpoint.json", "proof.json"] {
      let vector = try TestFiles.vector("ledger/" + name)
      let text = try vector.text(name == "proof.json" ? "proof" : "note")
      #expect(page.contains("```\n" + text + "```"))
    }
  }
}
