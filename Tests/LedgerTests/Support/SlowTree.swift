import Cryptography
import Ledger

/// RFC 6962 §2.1 word for word: recursive, slow, obvious. What the fast code is compared with.
enum SlowTree {
  static func root(_ entries: ArraySlice<[UInt8]>) -> Digest {
    if entries.isEmpty { return SHA256.hash([UInt8]()) }
    if entries.count == 1 { return SHA256.hash([0] + entries[entries.startIndex]) }
    let (left, right) = halves(entries)
    return SHA256.hash([1] + root(left).bytes + root(right).bytes)
  }

  static func path(_ index: Int, _ entries: ArraySlice<[UInt8]>) -> [Digest] {
    if entries.count == 1 { return [] }
    let (left, right) = halves(entries)
    return index < left.count
      ? path(index, left) + [root(right)] : path(index - left.count, right) + [root(left)]
  }

  static func proof(_ old: Int, _ entries: ArraySlice<[UInt8]>) -> [Digest] {
    subproof(old, entries, true)
  }

  private static func subproof(
    _ old: Int, _ entries: ArraySlice<[UInt8]>, _ whole: Bool
  ) -> [Digest] {
    if old == entries.count { return whole ? [] : [root(entries)] }
    let (left, right) = halves(entries)
    return old <= left.count
      ? subproof(old, left, whole) + [root(right)]
      : subproof(old - left.count, right, false) + [root(left)]
  }

  private static func halves(
    _ entries: ArraySlice<[UInt8]>
  ) -> (ArraySlice<[UInt8]>, ArraySlice<[UInt8]>) {
    var split = 1
    while split * 2 < entries.count { split *= 2 }
    let middle = entries.startIndex + split
    return (entries[..<middle], entries[middle...])
  }
}
