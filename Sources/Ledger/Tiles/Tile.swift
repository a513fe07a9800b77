import Cryptography

/// Up to 256 hashes of one level of the tree, side by side. C2SP tlog-tiles.
///
/// Hash i of tile n at level l is the root of the 256^l entries from (n·256 + i)·256^l; only full
/// tiles are hashed upwards. A narrower tile is the beginning of a wider one.
public struct Tile: Sendable, Hashable {
  /// The number of levels of the tree that one tile spans.
  public static let height = 8
  /// The number of hashes in a full tile.
  public static let widthMaximum = 256
  /// The levels that sizes up to 2^53 can reach.
  public static let levelCount = 7

  /// 0 for leaf hashes.
  public let level: Int
  /// The place in the level.
  public let index: UInt64
  /// 1 to 256 hashes.
  public let hashes: [Digest]

  /// A tile of these hashes.
  public init(level: Int, index: UInt64, hashes: [Digest]) {
    self.level = level
    self.index = index
    self.hashes = hashes
  }

  /// The number of hashes.
  public var width: Int { hashes.count }

  /// Where the tile is published.
  public var path: TilePath {
    TilePath(.hashes(level: level), index: index, uncheckedWidth: width)
  }

  /// The hashes one after the other: 32 bytes each.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(hashes.count * Digest.byteCount)
    for hash in hashes { hash.append(to: &bytes) }
    return bytes
  }

  /// The hashes of a published tile; throws `invalidTile` unless there are 32 bytes for each.
  public static func hashes(
    parsing bytes: ArraySlice<UInt8>, width: Int
  ) throws(LedgerError) -> [Digest] {
    guard width >= 1, width <= widthMaximum, bytes.count == width * Digest.byteCount else {
      throw LedgerError(
        .invalidTile, "a tile of \(width) hashes has \(width * 32) bytes, not \(bytes.count)")
    }
    var hashes: [Digest] = []
    hashes.reserveCapacity(width)
    var start = bytes.startIndex
    for _ in 0..<width {
      let end = bytes.index(start, offsetBy: Digest.byteCount)
      do {
        hashes.append(try Digest(bytes: bytes[start..<end]))
      } catch {
        throw LedgerError(.invalidTile, "a hash has 32 bytes", cause: error)
      }
      start = end
    }
    return hashes
  }

  /// How many hashes the tile has in a tree of this size: 0 to 256.
  public static func width(level: Int, index: UInt64, size: TreeSize) -> Int {
    guard level * height < UInt64.bitWidth else { return 0 }
    let nodes = size.value >> UInt64(level * height)
    let (start, overflow) = index.multipliedReportingOverflow(by: UInt64(widthMaximum))
    guard !overflow, start < nodes else { return 0 }
    return Int(min(UInt64(widthMaximum), nodes - start))
  }
}
