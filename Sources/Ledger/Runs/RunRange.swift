/// The entries that a run covers: from `from` up to but not including `to`.
public struct RunRange: Sendable, Hashable, CustomStringConvertible {
  /// The index of the first entry.
  public let from: TreeSize
  /// The size of the ledger after the last.
  public let to: TreeSize

  /// A range; throws `invalidRun` unless `from` is below `to`.
  public init(from: TreeSize, to: TreeSize) throws(LedgerError) {
    guard from < to else {
      throw LedgerError(.invalidRun, "a run covers at least one entry; it has from below to")
    }
    self.from = from
    self.to = to
  }

  private init(joining first: RunRange, _ second: RunRange) {
    from = first.from
    to = second.to
  }

  /// The number of entries covered.
  public var count: UInt64 { to.value - from.value }

  /// Whether the run covers the entry.
  public func contains(_ index: LeafIndex) -> Bool {
    index.value >= from.value && index.value < to.value
  }

  /// `[from, to)`.
  public var description: String { "[\(from), \(to))" }

  /// The ranges after one more: while the last but one covers under twice the last, they merge, so
  /// a question is answered from few runs: at most 32 below 2^32 entries.
  ///
  /// Throws `invalidRun` unless the new range begins where the last ends.
  public static func appending(
    _ range: RunRange, to ranges: [RunRange]
  ) throws(LedgerError) -> [RunRange] {
    guard range.from == ranges.last?.to ?? .zero else {
      throw LedgerError(.invalidRun, "a run begins where the run before it ends")
    }
    var result = ranges
    var last = range
    while let before = result.last, before.count < last.count * 2 {
      last = RunRange(joining: before, last)
      result.removeLast()
    }
    result.append(last)
    return result
  }
}
