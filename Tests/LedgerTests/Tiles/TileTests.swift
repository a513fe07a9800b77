import Cryptography
import Encoding
import Ledger
import Testing

@Suite("Tiles and bundles")
struct TileTests {
  @Test("the specification's paths are written and read, and hostile ones refused")
  func paths() throws {
    let vector = try TestFiles.vector("ledger/tiles.json")
    for row in try vector.list("paths") {
      let level = Int(try row.number("level"))
      let path = try TilePath(
        row.text("content") == "entries" ? .entries : .hashes(level: level),
        index: row.number("index"), width: Int(row.number("width")))
      #expect(try path.text == row.text("path"))
      #expect(try TilePath(parsing: row.text("path")) == path)
    }
    for text in try vector.list("refused_paths").compactMap(\.stringValue) {
      #expect(code { _ = try TilePath(parsing: text) } == "invalidTilePath", "\(text)")
    }
    #expect(code { _ = try TilePath(.entries, index: 0, width: 0) } == "invalidTilePath")
    #expect(code { _ = try TilePath(.entries, index: 0, width: 257) } == "invalidTilePath")
    #expect(code { _ = try TilePath(.hashes(level: 64), index: 0, width: 1) } == "invalidTilePath")
  }

  @Test("every path that is written is read as itself")
  func pathRoundTrips() throws {
    var numbers = RepeatableNumbers(seed: 1)
    for _ in 0..<2000 {
      let index =
        UInt64.random(in: 0...TreeSize.maximum, using: &numbers)
        >> UInt64.random(in: 0..<53, using: &numbers)
      let width = Int.random(in: 1...256, using: &numbers)
      let content =
        Bool.random(using: &numbers)
        ? TilePath.Content.entries : .hashes(level: Int.random(in: 0...63, using: &numbers))
      let path = try TilePath(content, index: index, width: width)
      #expect(try TilePath(parsing: path.text) == path)
    }
  }

  @Test("the specification's tile and bundle are recomputed")
  func vector() throws {
    let vector = try TestFiles.vector("ledger/tiles.json")
    let entries = try ExampleLedger.entries()
    var tree = TreeAppender()
    let tiles = tree.append(entries.map(\.leafHash))
    #expect(tiles.count == 1)
    #expect(tiles.first?.path.text == "tile/0/000.p/3")
    #expect(try Hex.encode(tiles.first?.bytes ?? []) == vector.text("tile"))
    let bundle = try EntryBundle.encode(entries.map(\.bytes))
    #expect(try Hex.encode(bundle) == vector.text("bundle"))
    #expect(try EntryBundle.decode(bundle, width: 3) == entries.map(\.bytes))
    for width in [2, 4] {
      #expect(code { _ = try EntryBundle.decode(bundle, width: width) } == "invalidBundle")
    }
  }

  @Test("a bundle of any entries is read as itself, and no truncation is")
  func bundles() throws {
    var numbers = RepeatableNumbers(seed: 2)
    for count in [1, 2, 3, 255, 256] {
      let entries = (0..<count).map { _ in
        [UInt8](repeating: 7, count: Int.random(in: 0...40, using: &numbers))
      }
      let bytes = try EntryBundle.encode(entries)
      #expect(try EntryBundle.decode(bytes, width: count) == entries)
      for cut in 0..<min(bytes.count, 400) {
        #expect(
          code { _ = try EntryBundle.decode(Array(bytes[..<cut]), width: count) }
            == "invalidBundle")
      }
    }
    let largest = [[UInt8](repeating: 1, count: 65_535)]
    #expect(try EntryBundle.decode(EntryBundle.encode(largest), width: 1) == largest)
    #expect(code { _ = try EntryBundle.encode([largest[0] + [1]]) } == "entryTooLarge")
    #expect(code { _ = try EntryBundle.encode([]) } == "invalidBundle")
    #expect(
      code { _ = try EntryBundle.encode(Array(repeating: [], count: 257)) } == "invalidBundle")
    let tooMany = [UInt8](repeating: 0, count: 2 * 257)
    #expect(code { _ = try EntryBundle.decode(tooMany, width: 256) } == "invalidBundle")
  }

  @Test("a tile has 32 bytes for each hash")
  func tileBytes() throws {
    let hashes = (0..<5).map { SHA256.hash([UInt8($0)]) }
    let bytes = Tile(level: 0, index: 0, hashes: hashes).bytes
    #expect(try Tile.hashes(parsing: bytes[...], width: 5) == hashes)
    #expect(code { _ = try Tile.hashes(parsing: bytes[...], width: 4) } == "invalidTile")
    #expect(code { _ = try Tile.hashes(parsing: bytes.dropLast(), width: 5) } == "invalidTile")
    #expect(code { _ = try Tile.hashes(parsing: [], width: 0) } == "invalidTile")
  }

  @Test("widths are those of the C2SP example: 70,000 entries")
  func widths() {
    let size = TreeSize(70_000)
    #expect(Tile.width(level: 0, index: 272, size: size) == 256)
    #expect(Tile.width(level: 0, index: 273, size: size) == 112)
    #expect(Tile.width(level: 0, index: 274, size: size) == 0)
    #expect(Tile.width(level: 1, index: 0, size: size) == 256)
    #expect(Tile.width(level: 1, index: 1, size: size) == 17)
    #expect(Tile.width(level: 2, index: 0, size: size) == 1)
    #expect(Tile.width(level: 3, index: 0, size: size) == 0)
    #expect(Tile.width(level: 63, index: .max, size: TreeSize(.max)) == 0)
  }
}
