import Cryptography

/// The least that one must keep of a tree to append to it: the roots of its perfect subtrees, the
/// largest first, at most 64.
public struct CompactRange: Sendable, Hashable {
  /// The number of leaves.
  public private(set) var size: TreeSize
  /// One root for each bit of the size, most significant first.
  public private(set) var subtrees: [Digest]

  /// The empty tree.
  public init() {
    size = .zero
    subtrees = []
    subtrees.reserveCapacity(64)
  }

  /// A tree of known subtrees; throws `sizeOutOfRange` when there is not one for each bit.
  public init(size: TreeSize, subtrees: [Digest]) throws(LedgerError) {
    guard subtrees.count == size.value.nonzeroBitCount else {
      throw LedgerError(
        .sizeOutOfRange,
        "a tree of \(size) entries has \(size.value.nonzeroBitCount) perfect subtrees")
    }
    self.size = size
    self.subtrees = subtrees
  }

  /// Appends the hash of the next leaf.
  public mutating func append(_ leafHash: Digest) {
    append(leafHash) { _, _ in }
  }

  /// Appends a leaf and reports every perfect subtree it completes, by level, the leaf's first.
  mutating func append(_ leafHash: Digest, completed: (_ level: Int, _ hash: Digest) -> Void) {
    var node = leafHash
    var level = 0
    var bits = size.value
    completed(0, node)
    while bits & 1 == 1 {
      node = MerkleTree.nodeHash(subtrees.removeLast(), node)
      level += 1
      bits >>= 1
      completed(level, node)
    }
    subtrees.append(node)
    size = TreeSize(size.value + 1)
  }

  /// The root of the tree.
  public var root: Digest {
    guard var node = subtrees.last else { return MerkleTree.emptyRoot }
    for left in subtrees.dropLast().reversed() {
      node = MerkleTree.nodeHash(left, node)
    }
    return node
  }

  /// The size and the root.
  public var head: TreeHead { TreeHead(size: size, root: root) }
}
