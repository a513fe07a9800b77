/// The place of an entry: 0 for the first.
public struct LeafIndex: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The number.
  public let value: UInt64

  /// Any number; formats bound it to `TreeSize.maximum` where they read it.
  public init(_ value: UInt64) { self.value = value }

  /// The size of the tree that ends with this entry.
  public var sizeIncluding: TreeSize { TreeSize(value + 1) }

  /// The entry `distance` places later.
  public func advanced(by distance: Int) -> LeafIndex {
    LeafIndex(value + UInt64(distance))
  }

  /// Orders by place.
  public static func < (left: LeafIndex, right: LeafIndex) -> Bool { left.value < right.value }

  /// The number in decimal.
  public var description: String { String(value) }
}
