import Cryptography

/// That a tag stands in an entry: one record of a run, 40 bytes.
public struct RunRecord: Sendable, Hashable, Comparable {
  /// The tag.
  public let tag: Tag
  /// The entry that bears it.
  public let index: LeafIndex

  /// Makes a record.
  public init(tag: Tag, index: LeafIndex) {
    self.tag = tag
    self.index = index
  }

  /// The 32 bytes of the tag and the index as eight bytes, big-endian.
  public var bytes: [UInt8] {
    var bytes = tag.digest.bytes
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: index.value >> shift))
    }
    return bytes
  }

  /// The leaf of the run's tree: SHA-256(0x00 ‖ bytes).
  public var leafHash: Digest { MerkleTree.leafHash(bytes) }

  /// Orders as the bytes do: by tag, then by index.
  public static func < (left: RunRecord, right: RunRecord) -> Bool {
    left.tag == right.tag ? left.index < right.index : left.tag < right.tag
  }
}
