import Cryptography

/// The sorted list of all tags of a range of entries, under an RFC 6962 root: proves that a tag is
/// there, and that a tag is not.
///
/// Spec: threads.md, "Runs".
public struct Run: Sendable {
  /// The entries covered.
  public let range: RunRange
  /// Every tag of every entry of the range, sorted.
  public let records: [RunRecord]
  /// Level by level the hashes of the tree; the last node of a level may cover less.
  private let levels: [[Digest]]

  /// Sorts the records and builds the tree over them.
  ///
  /// Throws `invalidRun` for a record outside the range, or the same record twice: an entry has
  /// each tag once.
  public init(range: RunRange, records: some Sequence<RunRecord>) throws(LedgerError) {
    let sorted = records.sorted()
    for (position, record) in sorted.enumerated() {
      guard range.contains(record.index), position == 0 || sorted[position - 1] < record else {
        throw LedgerError(
          .invalidRun, "a record outside the run, or twice", location: "entry \(record.index)")
      }
    }
    self.range = range
    self.records = sorted
    levels = Run.levels(sorted.map(\.leafHash))
  }

  /// The root over the records; SHA-256 of nothing without any.
  public var root: Digest { levels.last?.first ?? MerkleTree.emptyRoot }

  /// One run over the ranges of this and the next; throws `invalidRun` unless they adjoin.
  public func merged(with next: Run) throws(LedgerError) -> Run {
    guard next.range.from == range.to else {
      throw LedgerError(.invalidRun, "only runs that adjoin can merge")
    }
    return try Run(
      range: RunRange(from: range.from, to: next.range.to), records: records + next.records)
  }

  /// That the tag is in the run, at its first entry, or that it is not.
  public func proof(of tag: Tag) -> RunProof {
    let position = firstPosition(notBefore: RunRecord(tag: tag, index: LeafIndex(0)))
    let size = UInt64(records.count)
    if position < records.count, records[position].tag == tag {
      return RunProof(size: size, content: .present(neighbour(position)))
    }
    return RunProof(
      size: size,
      content: .absent(
        before: position > 0 ? neighbour(position - 1) : nil,
        after: position < records.count ? neighbour(position) : nil))
  }

  private func firstPosition(notBefore record: RunRecord) -> Int {
    var low = 0
    var high = records.count
    while low < high {
      let middle = low + (high - low) / 2
      if records[middle] < record { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func neighbour(_ position: Int) -> RunProof.Neighbour {
    var path: [Digest] = []
    for level in levels.indices.dropLast() {
      let sibling = (position >> level) ^ 1
      if sibling < levels[level].count { path.append(levels[level][sibling]) }
    }
    return RunProof.Neighbour(
      record: records[position], position: UInt64(position), path: path)
  }

  /// A node without a right sibling moves up unhashed: the tree of RFC 6962, from the leaves.
  private static func levels(_ leaves: [Digest]) -> [[Digest]] {
    if leaves.isEmpty { return [] }
    var levels = [leaves]
    var last = leaves
    while last.count > 1 {
      var next: [Digest] = []
      next.reserveCapacity((last.count + 1) / 2)
      var position = 0
      while position + 1 < last.count {
        next.append(MerkleTree.nodeHash(last[position], last[position + 1]))
        position += 2
      }
      if position < last.count { next.append(last[position]) }
      levels.append(next)
      last = next
    }
    return levels
  }
}
