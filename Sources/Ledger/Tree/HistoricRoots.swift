import Cryptography

/// The roots of all earlier sizes of a ledger that is being read from its start, in little memory:
/// 32 bytes for 256 entries.
///
/// The audit feeds it every leaf hash in order. For a size within a tile it reads that tile again,
/// and believes it only if it hashes to what was fed.
public struct HistoricRoots: Sendable {
  private static let cacheCountMaximum = 1024

  private var range = CompactRange()
  /// The leaf hashes since the last full tile.
  private var edge: [Digest] = []
  /// At position k: the roots of 256^(k+1) entries each, from the first.
  private var levels: [[Digest]] = Array(repeating: [], count: Tile.levelCount - 1)
  private var checkedTile: (index: UInt64, pyramid: TilePyramid)?
  private var known: [TreeSize: Digest] = [:]

  /// Before the first entry.
  public init() {}

  /// The number of leaf hashes fed.
  public var size: TreeSize { range.size }

  /// The root over all that was fed.
  public var root: Digest { range.root }

  /// Feeds the next leaf hash.
  public mutating func append(_ leafHash: Digest) {
    range.append(leafHash) { level, hash in
      if level == 0 {
        edge.append(hash)
        if edge.count == Tile.widthMaximum { edge.removeAll(keepingCapacity: true) }
      } else if level % Tile.height == 0, level / Tile.height <= levels.count {
        levels[level / Tile.height - 1].append(hash)
      }
    }
  }

  /// The root of the first `size` entries.
  ///
  /// Throws `sizeOutOfRange` beyond what was fed, `invalidTile` when the reader's tile is not the
  /// one of the entries fed, and what the reader throws.
  public mutating func root(
    at size: TreeSize, reader: some LedgerReader
  ) throws(LedgerError) -> Digest {
    guard size <= self.size else {
      throw LedgerError(.sizeOutOfRange, "size \(size) is beyond the \(self.size) entries read")
    }
    if size == self.size { return root }
    if let root = known[size] { return root }
    var subtrees: [Digest] = []
    for level in (0..<(Tile.levelCount * Tile.height)).reversed()
    where size.value >> UInt64(level) & 1 == 1 {
      let index = (size.value >> UInt64(level)) - 1
      subtrees.append(
        level < Tile.height
          ? try leafTileNode(row: level, index: index, reader: reader)
          : node(level: level, index: index))
    }
    let root = try CompactRange(size: size, subtrees: subtrees).root
    if known.count >= Self.cacheCountMaximum { known.removeAll(keepingCapacity: true) }
    known[size] = root
    return root
  }

  /// A perfect subtree of full tiles, all of them fed.
  private func node(level: Int, index: UInt64) -> Digest {
    let (tileLevel, row) = level.quotientAndRemainder(dividingBy: Tile.height)
    let start = Int(index) << row
    var range = CompactRange()
    for hash in levels[tileLevel - 1][start..<(start + (1 << row))] { range.append(hash) }
    return range.root
  }

  private mutating func leafTileNode(
    row: Int, index: UInt64, reader: some LedgerReader
  ) throws(LedgerError) -> Digest {
    let tileIndex = index >> UInt64(Tile.height - row)
    let position = Int(index & ((1 << UInt64(Tile.height - row)) - 1))
    let pyramid: TilePyramid
    if tileIndex == UInt64(levels[0].count) {
      pyramid = TilePyramid(edge)
    } else if let checked = checkedTile, checked.index == tileIndex {
      pyramid = checked.pyramid
    } else {
      let hashes = try reader.tile(level: 0, index: tileIndex, width: Tile.widthMaximum)
      pyramid = TilePyramid(hashes)
      guard hashes.count == Tile.widthMaximum,
        pyramid.node(row: Tile.height, position: 0) == levels[0][Int(tileIndex)]
      else {
        throw LedgerError(
          .invalidTile, "the tile is not the one of the entries read",
          location: "tile 0/\(tileIndex)")
      }
      checkedTile = (tileIndex, pyramid)
    }
    guard let node = pyramid.node(row: row, position: position) else {
      throw LedgerError(.invalidTile, "the tile is too narrow", location: "tile 0/\(tileIndex)")
    }
    return node
  }
}
