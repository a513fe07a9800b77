/// How many entries a tree has: one more than the index of its last.
public struct TreeSize: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The largest size and index a format of ours can hold: 2^53 − 1 (RFC 7493 §2.2).
  public static let maximum: UInt64 = (1 << 53) - 1
  /// The tree without entries.
  public static let zero = TreeSize(0)

  /// The number.
  public let value: UInt64

  /// Any number; formats bound it to `maximum` where they read it.
  public init(_ value: UInt64) { self.value = value }

  /// The index of the entry that comes next.
  public var nextIndex: LeafIndex { LeafIndex(value) }

  /// Whether the tree has the entry.
  public func contains(_ index: LeafIndex) -> Bool { index.value < value }

  /// The size after `count` more entries.
  public func advanced(by count: Int) -> TreeSize { TreeSize(value + UInt64(count)) }

  /// Orders by size.
  public static func < (left: TreeSize, right: TreeSize) -> Bool { left.value < right.value }

  /// The number in decimal.
  public var description: String { String(value) }
}
