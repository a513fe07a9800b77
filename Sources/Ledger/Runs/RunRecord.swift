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

  /// The number of bytes of a record.
  public static let byteCount = Digest.byteCount + 8

  /// The 32 bytes of the tag and the index as eight bytes, big-endian.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(RunRecord.byteCount)
    append(to: &bytes)
    return bytes
  }

  /// Reads the 40 bytes of a record that begin at an offset, which the caller bounds.
  init(_ bytes: [UInt8], at offset: Int) {
    self.init(
      tag: Tag(RunRecord.digest(bytes, at: offset)),
      index: LeafIndex(RunRecord.word(bytes, at: offset + Digest.byteCount)))
  }

  /// Reads 32 bytes that begin at an offset, which the caller bounds.
  static func digest(_ bytes: [UInt8], at offset: Int) -> Digest {
    Digest(
      word(bytes, at: offset), word(bytes, at: offset + 8), word(bytes, at: offset + 16),
      word(bytes, at: offset + 24))
  }

  private static func word(_ bytes: [UInt8], at offset: Int) -> UInt64 {
    var word: UInt64 = 0
    for position in offset..<(offset + 8) { word = word << 8 | UInt64(bytes[position]) }
    return word
  }

  /// Appends the bytes.
  func append(to bytes: inout [UInt8]) {
    tag.digest.append(to: &bytes)
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: index.value >> shift))
    }
  }

  /// The leaf of the run's tree: SHA-256(0x00 ‖ bytes).
  public var leafHash: Digest { MerkleTree.leafHash(bytes) }

  /// Orders as the bytes do: by tag, then by index.
  public static func < (left: RunRecord, right: RunRecord) -> Bool {
    left.tag == right.tag ? left.index < right.index : left.tag < right.tag
  }
}
