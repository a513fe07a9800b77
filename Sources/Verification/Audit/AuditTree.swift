import Cryptography
import Ledger

/// The tree of the entries as they are read: its root at every size, and the tiles that it has.
struct AuditTree<Reader: LedgerReader> {
  private let reader: Reader
  private var roots = HistoricRoots()
  private var tiles = TreeAppender()
  private var waiting: [Digest] = []

  init(reader: Reader) { self.reader = reader }

  var size: TreeSize { roots.size }
  var head: TreeHead { TreeHead(size: roots.size, root: roots.root) }

  mutating func append(_ leaf: Digest) {
    roots.append(leaf)
    waiting.append(leaf)
  }

  /// The root of the first `size` entries; nil beyond those read, or when the entries it needs
  /// cannot be read once more.
  mutating func root(at size: TreeSize) throws(LedgerError) -> Digest? {
    guard size <= roots.size else { return nil }
    do throws(LedgerError) {
      return try roots.root(at: size, reader: reader)
    } catch {
      guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
    }
    // The tile is a fault of its own; what it should hold the entries say themselves.
    do throws(LedgerError) {
      return try roots.root(at: size, reader: RehashedTiles(reader: reader))
    } catch {
      guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
      return nil
    }
  }

  /// The leaf hash that the tiles have for an entry that cannot be read.
  func storedLeaf(at index: LeafIndex, of size: TreeSize) throws(LedgerError) -> Digest? {
    let number = index.value / UInt64(Tile.widthMaximum)
    let width = Tile.width(level: 0, index: number, size: size)
    do throws(LedgerError) {
      let hashes = try reader.tile(level: 0, index: number, width: width)
      return hashes[Int(index.value % UInt64(Tile.widthMaximum))]
    } catch {
      guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
      return nil
    }
  }

  /// Compares the tiles that filled since the last call with the reader's; at the end the partial
  /// ones too. Returns those that differ or cannot be read.
  mutating func differingTiles(atEnd: Bool) throws(LedgerError) -> [(tile: Tile, reason: String)] {
    var complete = tiles.append(waiting).filter { $0.width == Tile.widthMaximum }
    waiting.removeAll(keepingCapacity: true)
    if atEnd { complete += tiles.partialTiles }
    var differing: [(tile: Tile, reason: String)] = []
    for tile in complete {
      do throws(LedgerError) {
        let stored = try reader.tile(level: tile.level, index: tile.index, width: tile.width)
        if stored != tile.hashes { differing.append((tile, "holds other hashes")) }
      } catch {
        guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
        differing.append((tile, "cannot be read: \(error.message)"))
      }
    }
    return differing
  }
}

/// Hashes entries anew where a leaf tile is asked for.
private struct RehashedTiles<Reader: LedgerReader>: LedgerReader {
  let reader: Reader

  func latestCheckpoint() throws(LedgerError) -> [UInt8]? { try reader.latestCheckpoint() }
  func size() throws(LedgerError) -> TreeSize { try reader.size() }
  func entries(from index: LeafIndex, count: Int) throws(LedgerError) -> [[UInt8]] {
    try reader.entries(from: index, count: count)
  }

  func tile(level: Int, index: UInt64, width: Int) throws(LedgerError) -> [Digest] {
    guard level == 0 else { return try reader.tile(level: level, index: index, width: width) }
    let start = LeafIndex(index * UInt64(Tile.widthMaximum))
    var hashes: [Digest] = []
    while hashes.count < width {
      let entries = try reader.entries(
        from: start.advanced(by: hashes.count), count: width - hashes.count)
      guard !entries.isEmpty else {
        throw LedgerError(.missingEntry, "an entry is missing", location: "entry \(start)")
      }
      for entry in entries { hashes.append(MerkleTree.leafHash(entry)) }
    }
    return hashes
  }
}
