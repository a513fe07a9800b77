import Cryptography

/// The hashes of RFC 6962 §2.1: everything else in the tree is built from these three.
public enum MerkleTree {
  /// The root of the tree without entries: SHA-256 of nothing.
  public static let emptyRoot = SHA256.hash([UInt8]())

  /// SHA-256(0x00 ‖ entry).
  public static func leafHash(_ entry: [UInt8]) -> Digest {
    SHA256.hash(prefix: 0, entry)
  }

  /// SHA-256(0x00 ‖ entry).
  public static func leafHash(_ entry: ArraySlice<UInt8>) -> Digest {
    SHA256.hash(prefix: 0, entry)
  }

  /// SHA-256(0x01 ‖ left ‖ right).
  public static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
    SHA256.hash(prefix: 1, left, right)
  }
}

/// A size with its root: all that a checkpoint says of a tree.
public struct TreeHead: Sendable, Hashable {
  /// The number of entries.
  public let size: TreeSize
  /// The root of the tree over them.
  public let root: Digest

  /// Pairs a size with its root.
  public init(size: TreeSize, root: Digest) {
    self.size = size
    self.root = root
  }

  /// The head of the ledger before its first entry.
  public static let empty = TreeHead(size: .zero, root: MerkleTree.emptyRoot)
}
