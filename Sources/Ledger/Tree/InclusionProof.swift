import Cryptography

/// That a leaf stands at an index of a tree. RFC 6962 §2.1.1.
public struct InclusionProof: Sendable, Hashable {
  /// The place of the leaf.
  public let index: LeafIndex
  /// The size of the tree.
  public let size: TreeSize
  /// The siblings from the leaf up.
  public let path: [Digest]

  /// Any proof; `verify` judges it.
  public init(index: LeafIndex, size: TreeSize, path: [Digest]) {
    self.index = index
    self.size = size
    self.path = path
  }

  /// The root that the leaf and the path lead to.
  ///
  /// Throws `sizeOutOfRange` when the tree has no such index, and `proofMismatch` when a path of
  /// this length does not belong to it.
  public func root(leafHash: Digest) throws(LedgerError) -> Digest {
    guard size.contains(index) else {
      throw LedgerError(
        .sizeOutOfRange, "a tree of \(size) entries has no entry \(index)")
    }
    // RFC 9162 §2.1.3.2: walk up; `last` is the index of the last node of the level.
    var node = leafHash
    var place = index.value
    var last = size.value - 1
    for sibling in path {
      guard last > 0 else { throw mismatch() }
      if place & 1 == 1 || place == last {
        node = MerkleTree.nodeHash(sibling, node)
        // A node without a right sibling moves up unhashed until it is a right child.
        while place & 1 == 0, place != 0 {
          place >>= 1
          last >>= 1
        }
      } else {
        node = MerkleTree.nodeHash(node, sibling)
      }
      place >>= 1
      last >>= 1
    }
    guard last == 0 else { throw mismatch() }
    return node
  }

  /// Throws unless the leaf stands at the index of the tree with this root.
  ///
  /// Throws `sizeOutOfRange` and `proofMismatch`.
  public func verify(leafHash: Digest, root: Digest) throws(LedgerError) {
    guard try self.root(leafHash: leafHash) == root else { throw mismatch() }
  }

  private func mismatch() -> LedgerError {
    LedgerError(
      .proofMismatch, "the proof does not lead from entry \(index) to the root of size \(size)")
  }
}
