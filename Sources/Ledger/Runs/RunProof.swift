import Cryptography

/// That a run has a tag, or has it not. Spec: threads.md, "Runs".
///
/// The size of the run's tree need not be known for certain: the turns of the paths alone show that
/// two records are neighbours, or that one is the first or the last.
public struct RunProof: Sendable, Hashable {
  /// A record with its path to the root.
  public struct Neighbour: Sendable, Hashable {
    /// The record.
    public let record: RunRecord
    /// Its place in the run.
    public let position: UInt64
    /// The siblings from the leaf up.
    public let path: [Digest]

    /// Makes a proven record.
    public init(record: RunRecord, position: UInt64, path: [Digest]) {
      self.record = record
      self.position = position
      self.path = path
    }
  }

  /// What is proven.
  public enum Content: Sendable, Hashable {
    /// The run has the tag.
    case present(Neighbour)
    /// The run has no record between two neighbours; nil stands for its beginning or end.
    case absent(before: Neighbour?, after: Neighbour?)
  }

  /// The number of records.
  public let size: UInt64
  /// What is proven.
  public let content: Content

  /// Any proof; `verify` judges it.
  public init(size: UInt64, content: Content) {
    self.size = size
    self.content = content
  }

  /// The index of an entry with the tag; nil when the run has none. Throws `invalidRun` when the
  /// proof shows neither, and `sizeOutOfRange` or `proofMismatch` for a path that leads elsewhere.
  public func verify(tag: Tag, root: Digest) throws(LedgerError) -> LeafIndex? {
    switch content {
    case .present(let found):
      guard found.record.tag == tag else { throw invalid("the record is of another tag") }
      try verify(found, root)
      return found.record.index
    case .absent(let before, let after):
      try verifyGap(before, after, tag, root)
      return nil
    }
  }

  private func verifyGap(
    _ before: Neighbour?, _ after: Neighbour?, _ tag: Tag, _ root: Digest
  ) throws(LedgerError) {
    if let before {
      guard before.record.tag < tag else { throw invalid("the record before is not before") }
      try verify(before, root)
    }
    if let after {
      guard tag < after.record.tag else { throw invalid("the record after is not after") }
      try verify(after, root)
    }
    let isGap =
      switch (before, after) {
      case (let before?, let after?): after.position == before.position + 1
      case (nil, let after?): after.position == 0
      case (let before?, nil): before.position == size - 1
      case (nil, nil): size == 0 && root == MerkleTree.emptyRoot
      }
    guard isGap else { throw invalid("the records are not neighbours") }
  }

  private func verify(_ neighbour: Neighbour, _ root: Digest) throws(LedgerError) {
    // Also keeps `position + 1` and `size - 1` above from overflowing: position < size.
    try InclusionProof(
      index: LeafIndex(neighbour.position), size: TreeSize(size), path: neighbour.path
    ).verify(leafHash: neighbour.record.leafHash, root: root)
  }

  private func invalid(_ reason: String) -> LedgerError {
    LedgerError(.invalidRun, "not a proof about this tag: \(reason)")
  }
}
