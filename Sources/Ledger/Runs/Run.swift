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
  private let tree: RunLevels

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
    tree = RunLevels(sorted.map(\.leafHash))
  }

  /// The root over the records; SHA-256 of nothing without any.
  public var root: Digest { tree.root }

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
    let position = records.firstPosition { $0 >= RunRecord(tag: tag, index: LeafIndex(0)) }
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

  private func neighbour(_ position: Int) -> RunProof.Neighbour {
    RunProof.Neighbour(
      record: records[position], position: UInt64(position), path: tree.path(of: position))
  }
}
