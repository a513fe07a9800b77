import Cryptography
import Encoding
import Ledger
import Testing

@Suite("Entry")
struct EntryTests {
  @Test("the specification's entries are made and read byte for byte")
  func vectors() throws {
    let rows = try TestFiles.vector("ledger/entry.json").list("entries")
    let made = try ExampleLedger.entries()
    #expect(rows.count == made.count)
    for (row, entry) in zip(rows, made) {
      #expect(try entry.bytes == row.bytes("entry"))
      #expect(try entry.leafHash.base64url == row.text("leaf_hash"))
      let read = try Entry(parsing: row.bytes("entry"))
      #expect(read == entry)
      #expect(try read.event == row.bytes("event"))
      #expect(try read.index.value == row.number("index"))
      #expect(try read.previous.base64url == row.text("previous"))
      #expect(read.received.milliseconds == Int64(try row.number("received")))
      #expect(try read.tags.map(\.text) == row.list("tags").compactMap(\.stringValue))
    }
  }

  @Test("what the specification refuses is refused with its code")
  func refused() throws {
    let rows = try TestFiles.vector("ledger/entry.json").list("refused")
    #expect(rows.count > 30)
    for row in rows {
      let found = code { _ = try Entry(parsing: row.bytes("entry")) }
      let wanted = try row.text("code")
      #expect(found == wanted, "\(row)")
    }
  }

  @Test("an entry is what the general JSON reader and the canonical writer make of it")
  func generalReader() throws {
    for entry in try ExampleLedger.entries() {
      let value = try JSONValue(parsing: entry.bytes)
      #expect(value.canonicalBytes() == entry.bytes)
      #expect(try value.bytes("event") == entry.event)
    }
  }

  @Test("any one changed byte is refused, or read as another entry that writes the same bytes")
  func changedBytes() throws {
    let bytes = try ExampleLedger.entries()[1].bytes
    for position in bytes.indices {
      for mask in [1, 2, 0x20, 0x80] as [UInt8] {
        var changed = bytes
        changed[position] ^= mask
        guard let read = try? Entry(parsing: changed) else { continue }
        let written = try Entry(
          event: read.event, index: read.index, previous: read.previous,
          received: read.received, tags: read.tags)
        #expect(written.bytes == changed)
        #expect(written.leafHash != MerkleTree.leafHash(bytes))
      }
    }
  }

  @Test("every truncation is refused")
  func truncations() throws {
    let bytes = try ExampleLedger.entries()[1].bytes
    for count in 0..<bytes.count {
      #expect(code { _ = try Entry(parsing: Array(bytes[..<count])) } == "invalidEntry")
    }
  }

  @Test("the bounds hold: 65,535 bytes, 64 tags, 2^53 − 1")
  func bounds() throws {
    func make(
      eventBytes: Int = 10, index: UInt64 = 0, received: Int64 = 0, tags: Int = 0
    ) throws -> Entry {
      try Entry(
        event: Array("a.b.".utf8) + [UInt8](repeating: 0x63, count: eventBytes - 4),
        index: LeafIndex(index), previous: .zero, received: Timestamp(milliseconds: received),
        tags: (0..<tags).map { ExampleLedger.department.tag(UInt64($0)) })
    }
    let overhead = try make().bytes.count - 10
    let largest = try make(eventBytes: 65_535 - overhead)
    #expect(largest.bytes.count == 65_535)
    #expect(try Entry(parsing: largest.bytes) == largest)
    #expect(code { _ = try make(eventBytes: 65_536 - overhead) } == "entryTooLarge")
    #expect(
      code { _ = try Entry(parsing: [UInt8](repeating: 0x20, count: 65_536)) } == "entryTooLarge")
    #expect(try Entry(parsing: make(tags: 64).bytes).tags.count == 64)
    #expect(code { _ = try make(tags: 65) } == "tooManyTags")
    #expect(try make(index: 9_007_199_254_740_991).index.value == TreeSize.maximum)
    #expect(code { _ = try make(index: 9_007_199_254_740_992) } == "invalidIndex")
    #expect(code { _ = try make(received: -1) } == "invalidEntry")
    #expect(code { _ = try make(received: 9_007_199_254_740_992) } == "invalidEntry")
    #expect(code { _ = try make(eventBytes: 4) } == "invalidEvent")
  }

  @Test("errors name the offset of the first wrong byte")
  func offset() throws {
    var bytes = try ExampleLedger.entries()[0].bytes
    bytes[1] = UInt8(ascii: " ")
    do {
      _ = try Entry(parsing: bytes)
      Issue.record("read")
    } catch {
      #expect(error.location == "byte 1")
    }
  }
}
