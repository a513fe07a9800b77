import Certificates
import Rules

/// The certificates of one job of issuing, by position, without holding them in memory.
///
/// Spec: issuing.md, "A batch job".
public struct BatchMembers: Sendable {
  /// Ranges of row ids, each with the members before it.
  private let ranges: [(first: Int64, before: Int)]
  /// How many row ids they cover; an id whose certificate was refused is none.
  public let count: Int

  /// Finds the ranges of a batch; throws `notFound` when there is no such batch.
  public init(_ batch: BatchID, in vault: any Vault) throws(RegistryError) {
    var ranges: [(first: Int64, before: Int)] = []
    var count = 0
    try BatchMembers.forEach(batch, in: vault) { range in
      ranges.append((range.first, count))
      count += Int(range.last - range.first + 1)
    }
    guard count > 0 else {
      throw RegistryError(
        .notFound, "no certificate was issued in this batch; see the id that issuing printed")
    }
    self.ranges = ranges
    self.count = count
  }

  /// The ids from the first to the last member; nil when there is none.
  static func ids(
    _ batch: BatchID, in vault: any Vault
  ) throws(RegistryError) -> ClosedRange<Int64>? {
    var ids: ClosedRange<Int64>?
    try forEach(batch, in: vault) { ids = (ids?.lowerBound ?? $0.first)...$0.last }
    return ids
  }

  private static func forEach(
    _ batch: BatchID, in vault: any Vault, _ body: (BatchRange) -> Void
  ) throws(RegistryError) {
    var from: Int64 = 1
    while true {
      let page = try BatchRange.ranges(vault, from: from, limit: 1_000)
      guard let last = page.last else { return }
      for range in page where range.batch == batch { body(range) }
      from = last.last + 1
    }
  }

  /// The row id at a position below `count`.
  func id(at position: Int) -> Int64 {
    var (low, high) = (0, ranges.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if ranges[middle].before <= position { low = middle } else { high = middle }
    }
    return ranges[low].first + Int64(position - ranges[low].before)
  }

  /// The step for every member that can take it.
  public func job(_ step: StateStep) -> StateJob {
    StateJob(count: count) { position throws(RegistryError) in
      StateRequest(.row(id(at: position)), step)
    }
  }
}
