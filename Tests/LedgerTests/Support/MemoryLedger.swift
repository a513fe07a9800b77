import Cryptography
import Ledger
import Synchronization

/// A ledger in memory: entries, and the widest tile of each place.
final class MemoryLedger: LedgerReader {
  struct Place: Hashable {
    var level: Int
    var index: UInt64
  }

  struct State {
    var entries: [[UInt8]] = []
    var tiles: [Place: [Digest]] = [:]
    var checkpoint: [UInt8]?
    var tilesRead = 0
  }

  let state = Mutex(State())

  init() {}

  /// A ledger whose entry i is `entry(i)`, appended in batches of a size.
  init(count: Int, batch: Int = 97, entry: (Int) -> [UInt8]) {
    var tree = TreeAppender()
    var start = 0
    while start < count {
      let entries = (start..<min(count, start + batch)).map(entry)
      append(entries, tree.append(entries.map { MerkleTree.leafHash($0) }))
      start += batch
    }
  }

  func append(_ entries: [[UInt8]], _ tiles: [Tile]) {
    state.withLock { state in
      state.entries += entries
      for tile in tiles {
        state.tiles[Place(level: tile.level, index: tile.index)] = tile.hashes
      }
    }
  }

  func latestCheckpoint() throws(LedgerError) -> [UInt8]? { state.withLock { $0.checkpoint } }

  func size() throws(LedgerError) -> TreeSize {
    TreeSize(UInt64(state.withLock { $0.entries.count }))
  }

  func entries(from index: LeafIndex, count: Int) throws(LedgerError) -> [[UInt8]] {
    let entries = state.withLock { $0.entries }
    guard index.value < entries.count else {
      throw LedgerError(.sizeOutOfRange, "no such entry")
    }
    return Array(entries[Int(index.value)...].prefix(count))
  }

  func tile(level: Int, index: UInt64, width: Int) throws(LedgerError) -> [Digest] {
    let hashes = state.withLock { state in
      state.tilesRead += 1
      return state.tiles[Place(level: level, index: index)]
    }
    guard let hashes, hashes.count >= width else {
      throw LedgerError(.missingTile, "no such tile")
    }
    return Array(hashes.prefix(width))
  }
}
