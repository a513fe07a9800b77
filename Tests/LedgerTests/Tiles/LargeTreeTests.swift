import Cryptography
import Ledger
import Testing

@Suite("Trees over several tiles", .serialized)
struct LargeTreeTests {
  private static let count = 66_200

  /// Leaf hashes alone: level 2 needs more than 65,536.
  private static let fixture: (MemoryLedger, [Digest], [UInt64: Digest]) = {
    let ledger = MemoryLedger()
    var tree = TreeAppender()
    var range = CompactRange()
    var leaves: [Digest] = []
    var roots: [UInt64: Digest] = [0: MerkleTree.emptyRoot]
    for number in 0..<count {
      let leaf = MerkleTree.leafHash([UInt8(number & 255), UInt8(number >> 8 & 255)])
      leaves.append(leaf)
      range.append(leaf)
      let size = UInt64(number + 1)
      if number % 61 == 0 || number > count - 3 || size & 255 < 2 { roots[size] = range.root }
    }
    var start = 0
    while start < count {
      let end = min(count, start + 1000)
      ledger.append([], tree.append(leaves[start..<end]))
      start = end
    }
    return (ledger, leaves, roots)
  }()

  @Test("roots at every kind of size come out of the tiles")
  func roots() throws {
    let (ledger, _, roots) = Self.fixture
    for (size, root) in roots where size % 7 < 2 {
      var tree = TileTree(reader: ledger, size: TreeSize(size))
      #expect(try tree.root() == root)
      #expect(try TreeAppender(reader: ledger, size: TreeSize(size)).root == root)
    }
  }

  @Test("a reopened tree goes on with the same tiles and roots")
  func reopened() throws {
    let (ledger, leaves, roots) = Self.fixture
    let whole = try #require(roots[UInt64(Self.count)])
    for size in [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 66_100] {
      var tree = try TreeAppender(reader: ledger, size: TreeSize(UInt64(size)))
      let tiles = tree.append(leaves[size...])
      #expect(tree.root == whole)
      for tile in tiles {
        #expect(
          try ledger.tile(level: tile.level, index: tile.index, width: tile.width) == tile.hashes)
      }
    }
  }

  @Test("proofs across tiles verify, inclusion and consistency")
  func proofs() throws {
    let (ledger, leaves, roots) = Self.fixture
    let size = TreeSize(UInt64(Self.count))
    let root = try #require(roots[size.value])
    var tree = TileTree(reader: ledger, size: size)
    for index in stride(from: 0, to: UInt64(Self.count), by: 97) {
      try tree.inclusionProof(of: LeafIndex(index))
        .verify(leafHash: leaves[Int(index)], root: root)
    }
    for (old, oldRoot) in roots where old % 5 == 0 {
      try tree.consistencyProof(from: TreeSize(old)).verify(oldRoot: oldRoot, newRoot: root)
    }
    #expect(code { _ = try tree.inclusionProof(of: size.nextIndex) } == "sizeOutOfRange")
    #expect(
      code { _ = try tree.consistencyProof(from: size.advanced(by: 1)) } == "sizeOutOfRange")
  }

  @Test("the proofs of a batch read each tile once")
  func cachedTiles() throws {
    let (ledger, _, _) = Self.fixture
    var tree = TileTree(reader: ledger, size: TreeSize(UInt64(Self.count)))
    let before = ledger.state.withLock { $0.tilesRead }
    for index in (Self.count - 1000)..<Self.count {
      _ = try tree.inclusionProof(of: LeafIndex(UInt64(index)))
    }
    // Five of level 0, two of level 1, one of level 2.
    #expect(ledger.state.withLock { $0.tilesRead } - before <= 9)
  }

  @Test("a reader without a tile, or with one of another width, is an error and no proof")
  func wrongTiles() throws {
    let empty = MemoryLedger()
    var tree = TileTree(reader: empty, size: TreeSize(300))
    #expect(code { _ = try tree.root() } == "missingTile")
    #expect(code { _ = try tree.inclusionProof(of: LeafIndex(3)) } == "missingTile")
    #expect(code { _ = try TreeAppender(reader: empty, size: TreeSize(300)) } == "missingTile")
  }

  @Test("historic roots of every kind of size are those of the tree then")
  func historicRoots() throws {
    let (ledger, leaves, roots) = Self.fixture
    var history = HistoricRoots()
    for leaf in leaves { history.append(leaf) }
    #expect(history.root == roots[UInt64(Self.count)])
    for (size, root) in roots {
      #expect(try history.root(at: TreeSize(size), reader: ledger) == root)
    }
    #expect(
      code { _ = try history.root(at: TreeSize(UInt64(Self.count + 1)), reader: ledger) }
        == "sizeOutOfRange")
  }

  @Test("historic roots refuse a tile that is not the one of the entries read")
  func historicRootsHostile() throws {
    let (_, leaves, roots) = Self.fixture
    var history = HistoricRoots()
    for leaf in leaves.prefix(600) { history.append(leaf) }
    let hostile = MemoryLedger()
    var hashes = Array(leaves.prefix(256))
    hostile.append([], [Tile(level: 0, index: 0, hashes: hashes)])
    #expect(try history.root(at: TreeSize(62), reader: hostile) == roots[62])
    hashes[200] = .zero
    hostile.append([], [Tile(level: 0, index: 1, hashes: hashes)])
    #expect(code { _ = try history.root(at: TreeSize(300), reader: hostile) } == "invalidTile")
    // Within the last, partial tile nothing is read at all.
    _ = try history.root(at: TreeSize(599), reader: MemoryLedger())
  }
}
