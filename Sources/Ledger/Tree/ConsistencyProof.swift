import Cryptography

/// That a smaller tree is the beginning of a larger one. RFC 6962 §2.1.2.
///
/// From size 0, which every tree begins with, the proof is empty and the old root SHA-256 of
/// nothing (C2SP tlog-witness).
public struct ConsistencyProof: Sendable, Hashable {
  /// The size of the smaller tree.
  public let oldSize: TreeSize
  /// The size of the larger tree.
  public let newSize: TreeSize
  /// The nodes, in the order of the RFC.
  public let path: [Digest]

  /// Any proof; `verify` judges it.
  public init(oldSize: TreeSize, newSize: TreeSize, path: [Digest]) {
    self.oldSize = oldSize
    self.newSize = newSize
    self.path = path
  }

  /// Throws unless the tree of `oldRoot` is the beginning of the tree of `newRoot`.
  ///
  /// Throws `sizeOutOfRange` when the sizes are in the wrong order, `proofMismatch` otherwise.
  public func verify(oldRoot: Digest, newRoot: Digest) throws(LedgerError) {
    let (old, new) = (oldSize.value, newSize.value)
    guard old <= new else {
      throw LedgerError(
        .sizeOutOfRange, "the older size \(old) is larger than the newer size \(new)")
    }
    if old == 0 {
      guard path.isEmpty, oldRoot == MerkleTree.emptyRoot else { throw mismatch() }
      guard new > 0 || newRoot == oldRoot else { throw mismatch() }
      return
    }
    if old == new {
      guard path.isEmpty, oldRoot == newRoot else { throw mismatch() }
      return
    }
    try walk(oldRoot: oldRoot, newRoot: newRoot)
  }

  /// RFC 9162 §2.1.4.2, for 0 < old < new.
  private func walk(oldRoot: Digest, newRoot: Digest) throws(LedgerError) {
    var place = oldSize.value - 1
    var last = newSize.value - 1
    while place & 1 == 1 {
      place >>= 1
      last >>= 1
    }
    var rest = path[...]
    // A power of two is a node of the new tree itself; its hash is the old root.
    let first: Digest
    if oldSize.value.nonzeroBitCount == 1 {
      first = oldRoot
    } else {
      guard let node = rest.popFirst() else { throw mismatch() }
      first = node
    }
    var older = first
    var newer = first
    for node in rest {
      guard last > 0 else { throw mismatch() }
      if place & 1 == 1 || place == last {
        older = MerkleTree.nodeHash(node, older)
        newer = MerkleTree.nodeHash(node, newer)
        while place & 1 == 0, place != 0 {
          place >>= 1
          last >>= 1
        }
      } else {
        newer = MerkleTree.nodeHash(newer, node)
      }
      place >>= 1
      last >>= 1
    }
    guard last == 0, older == oldRoot, newer == newRoot else { throw mismatch() }
  }

  private func mismatch() -> LedgerError {
    LedgerError(
      .proofMismatch,
      "the proof does not show that size \(oldSize) is the beginning of size \(newSize)")
  }
}
