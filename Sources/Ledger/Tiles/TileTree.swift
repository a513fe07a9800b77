import Cryptography

/// A tree of one size over the tiles of a reader: its root, and every proof within it.
///
/// Not safe to share: each thread has its own copy. Inner nodes of the tiles last used are kept, at
/// most 64 tiles or one MiB, so that the proofs of a whole batch are look-ups. Nothing read is
/// believed: compare `root()` with a checkpoint, or verify each proof against one.
public struct TileTree {
  private struct Key: Hashable {
    var level: Int
    var index: UInt64
  }

  private static var cacheCountMaximum: Int { 64 }

  /// The size of the tree.
  public let size: TreeSize

  private let reader: any LedgerReader
  private var pyramids: [Key: TilePyramid] = [:]
  /// By level: the hash of the entries from the last multiple of 2^level on, where those are no
  /// perfect subtree.
  private var rightEdge: [Digest?] = []

  /// The tree of the first `size` entries.
  public init(reader: any LedgerReader, size: TreeSize) {
    self.reader = reader
    self.size = size
  }

  /// The root of the tree. Throws what the reader throws.
  public mutating func root() throws(LedgerError) -> Digest {
    if size == .zero { return MerkleTree.emptyRoot }
    return try subtree(level: TileTree.levelCovering(size.value), index: 0)
  }

  /// That the tree has an entry at an index.
  ///
  /// Throws `sizeOutOfRange` and what the reader throws.
  public mutating func inclusionProof(
    of index: LeafIndex
  ) throws(LedgerError) -> InclusionProof {
    guard size.contains(index) else {
      throw LedgerError(.sizeOutOfRange, "a tree of \(size) entries has no entry \(index)")
    }
    var path: [Digest] = []
    let top = TileTree.levelCovering(size.value)
    path.reserveCapacity(top)
    for level in 0..<top {
      let sibling = (index.value >> UInt64(level)) ^ 1
      // A sibling that begins at or after the end does not exist: the node moves up unhashed.
      guard sibling << UInt64(level) < size.value else { continue }
      path.append(try subtree(level: level, index: sibling))
    }
    return InclusionProof(index: index, size: size, path: path)
  }

  /// That the tree of `oldSize` is the beginning of this one.
  ///
  /// Throws `sizeOutOfRange` and what the reader throws.
  public mutating func consistencyProof(
    from oldSize: TreeSize
  ) throws(LedgerError) -> ConsistencyProof {
    guard oldSize <= size else {
      throw LedgerError(
        .sizeOutOfRange, "size \(oldSize) is larger than the tree of \(size) entries")
    }
    var path: [Digest] = []
    if oldSize > .zero, oldSize < size {
      try appendConsistency(oldSize.value, to: &path)
    }
    return ConsistencyProof(oldSize: oldSize, newSize: size, path: path)
  }

  /// RFC 6962 §2.1.2, from the leaf side: the last perfect subtree of the old tree, unless it is
  /// the whole old tree, then its siblings upwards.
  private mutating func appendConsistency(
    _ old: UInt64, to path: inout [Digest]
  ) throws(LedgerError) {
    var level = old.trailingZeroBitCount
    var index = (old >> UInt64(level)) - 1
    if old.nonzeroBitCount > 1 {
      path.append(try subtree(level: level, index: index))
    }
    let top = TileTree.levelCovering(size.value)
    while level < top {
      let sibling = index ^ 1
      if sibling << UInt64(level) < size.value {
        path.append(try subtree(level: level, index: sibling))
      }
      index >>= 1
      level += 1
    }
  }

  /// The hash of the entries [index · 2^level, (index + 1) · 2^level), cut at the size.
  private mutating func subtree(level: Int, index: UInt64) throws(LedgerError) -> Digest {
    if (index + 1) << UInt64(level) <= size.value { return try node(level: level, index: index) }
    return try rightEdge(level: level)
  }

  private mutating func rightEdge(level: Int) throws(LedgerError) -> Digest {
    if rightEdge.isEmpty { try fillRightEdge() }
    guard level < rightEdge.count, let hash = rightEdge[level] else {
      throw LedgerError(.sizeOutOfRange, "the tree has no node there")
    }
    return hash
  }

  /// Folds the perfect subtrees from the smallest up; `rightEdge[level]` covers what lies beyond
  /// the last multiple of 2^level.
  private mutating func fillRightEdge() throws(LedgerError) {
    let top = TileTree.levelCovering(size.value)
    var edge: [Digest?] = [nil]
    var hash: Digest?
    for level in 0..<top {
      if size.value >> UInt64(level) & 1 == 1 {
        let left = try node(level: level, index: (size.value >> UInt64(level)) - 1)
        hash = hash.map { MerkleTree.nodeHash(left, $0) } ?? left
      }
      edge.append(hash)
    }
    rightEdge = edge
  }

  private mutating func node(level: Int, index: UInt64) throws(LedgerError) -> Digest {
    let (tileLevel, row) = level.quotientAndRemainder(dividingBy: Tile.height)
    let shift = UInt64(Tile.height - row)
    let key = Key(level: tileLevel, index: index >> shift)
    let position = Int(index & ((1 << shift) - 1))
    let found: Digest?
    if let pyramid = pyramids[key] {
      found = pyramid.node(row: row, position: position)
    } else {
      found = try load(key).node(row: row, position: position)
    }
    guard let found else {
      throw LedgerError(.missingTile, "the tile is too narrow", location: path(of: key))
    }
    return found
  }

  private mutating func load(_ key: Key) throws(LedgerError) -> TilePyramid {
    let width = Tile.width(level: key.level, index: key.index, size: size)
    guard width > 0 else {
      throw LedgerError(.missingTile, "the tree has no such tile", location: path(of: key))
    }
    let hashes = try reader.tile(level: key.level, index: key.index, width: width)
    guard hashes.count == width else {
      throw LedgerError(
        .invalidTile, "the reader gave a tile of another width", location: path(of: key))
    }
    if pyramids.count >= TileTree.cacheCountMaximum { pyramids.removeAll(keepingCapacity: true) }
    let pyramid = TilePyramid(hashes)
    pyramids[key] = pyramid
    return pyramid
  }

  private func path(of key: Key) -> String { "tile \(key.level)/\(key.index)" }

  /// The smallest level whose one node covers the size: 0 for one entry.
  private static func levelCovering(_ size: UInt64) -> Int {
    size <= 1 ? 0 : UInt64.bitWidth - (size - 1).leadingZeroBitCount
  }
}
