import Cryptography

/// Appends leaves to a tree and says which tiles change; pure.
///
/// One hash for each leaf on average: the hashes of the higher tiles fall out of those of the tree.
public struct TreeAppender: Sendable {
  /// The perfect subtrees so far.
  private var range: CompactRange
  /// The hashes of the last, partial tile of each level, and that tile's index.
  private var edge: [[Digest]]
  private var edgeIndex: [UInt64]

  /// An empty tree.
  public init() {
    range = CompactRange()
    edge = Array(repeating: [], count: Tile.levelCount)
    edgeIndex = Array(repeating: 0, count: Tile.levelCount)
  }

  /// The tree of a reader at a size; reads the right edge, one partial tile for each level.
  ///
  /// The caller compares `root` with what is durable: a wrong tile shows there. Throws what the
  /// reader throws, and `invalidTile` when the reader gives another width.
  public init(reader: some LedgerReader, size: TreeSize) throws(LedgerError) {
    self.init()
    var subtrees: [Digest] = []
    for level in (0..<Tile.levelCount).reversed() {
      let nodes = size.value >> UInt64(level * Tile.height)
      let index = nodes / UInt64(Tile.widthMaximum)
      let width = Int(nodes % UInt64(Tile.widthMaximum))
      edgeIndex[level] = index
      guard width > 0 else { continue }
      let hashes = try reader.tile(level: level, index: index, width: width)
      guard hashes.count == width else {
        throw LedgerError(.invalidTile, "the reader gave a tile of another width")
      }
      edge[level] = hashes
      let pyramid = TilePyramid(hashes)
      for row in (0..<Tile.height).reversed() where width >> row & 1 == 1 {
        if let node = pyramid.node(row: row, position: (width >> row) - 1) {
          subtrees.append(node)
        }
      }
    }
    range = try CompactRange(size: size, subtrees: subtrees)
  }

  /// The number of entries.
  public var size: TreeSize { range.size }
  /// The root of the tree.
  public var root: Digest { range.root }
  /// The size and the root.
  public var head: TreeHead { range.head }

  /// Appends leaves in order; returns every tile that is new or wider, full ones first as they
  /// filled, then the partial right edge from level 0 up.
  public mutating func append(_ leafHashes: some Sequence<Digest>) -> [Tile] {
    var changed = InlineArray<7, Bool>(repeating: false)
    var tiles = appendFull(leafHashes) { changed[$0] = $1 }
    for level in 0..<Tile.levelCount where changed[level] {
      tiles.append(Tile(level: level, index: edgeIndex[level], hashes: edge[level]))
    }
    return tiles
  }

  /// The partial right edge, from level 0 up.
  public var partialTiles: [Tile] {
    (0..<Tile.levelCount).filter { !edge[$0].isEmpty }
      .map { Tile(level: $0, index: edgeIndex[$0], hashes: edge[$0]) }
  }

  /// Appends leaves; returns the tiles that filled and says of each level whether its edge changed.
  mutating func appendFull(
    _ leafHashes: some Sequence<Digest>, changed: (_ level: Int, _ isPartial: Bool) -> Void
  ) -> [Tile] {
    var tiles: [Tile] = []
    for leaf in leafHashes {
      range.append(leaf) { level, hash in
        guard level % Tile.height == 0 else { return }
        let tileLevel = level / Tile.height
        guard tileLevel < Tile.levelCount else { return }
        if edge[tileLevel].isEmpty { edge[tileLevel].reserveCapacity(Tile.widthMaximum) }
        edge[tileLevel].append(hash)
        let isFull = edge[tileLevel].count == Tile.widthMaximum
        changed(tileLevel, !isFull)
        guard isFull else { return }
        tiles.append(
          Tile(level: tileLevel, index: edgeIndex[tileLevel], hashes: edge[tileLevel]))
        edge[tileLevel] = []
        edgeIndex[tileLevel] += 1
      }
    }
    return tiles
  }
}
