import Ledger

/// Entries one after the other that cannot be read.
///
/// Few are named each; many are one fault, for an input that costs its maker nothing must not make
/// a report without end.
struct UnreadRun {
  private static let namedCountMax = 16

  private var first: LeafIndex?
  private var count: UInt64 = 0
  private var reasons: [String] = []

  mutating func append(_ index: LeafIndex, _ error: LedgerError) {
    if first == nil { first = index }
    count += 1
    if reasons.count < Self.namedCountMax { reasons.append(error.message) }
  }

  /// The faults of the run, which ends with this; with `size`, what follows up to it was not asked
  /// for any more.
  mutating func take(through size: TreeSize? = nil) -> [(LeafIndex, String)] {
    guard let first, let reason = reasons.first else { return [] }
    let end = size?.value ?? first.value + count
    let reasons = reasons
    let isLong = size != nil || count > reasons.count
    self = UnreadRun()
    guard isLong else {
      return reasons.enumerated().map {
        (first.advanced(by: $0), "the entry cannot be read: \($1)")
      }
    }
    let rest = size == nil ? "" : "; so many are missing that the rest was not asked for"
    return [(first, "the entries up to \(end - 1) cannot be read: \(reason)\(rest)")]
  }
}
