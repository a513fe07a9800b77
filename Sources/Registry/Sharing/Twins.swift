/// What two orders of one batch have in common when the second says nothing new.
struct ActKey: Hashable {
  private let ids: [Int64]
  private let words: [String]

  /// Ids of rows, and what else the order says.
  init(_ ids: [Int64], _ words: [String] = []) {
    self.ids = ids
    self.words = words
  }
}

/// The orders of one batch that say what an earlier one of it says: they are not signed again, and
/// get the outcome of that one.
struct Twins {
  /// Where they stand, where the first one does, and their line in a sheet.
  private(set) var all: [(position: Int, of: Int, line: Int?)] = []
  private var first: [ActKey: Int] = [:]

  /// Whether an order is the first of its kind; another is noted.
  mutating func isFirst(_ key: ActKey, at position: Int, line: Int? = nil) -> Bool {
    guard let earlier = first[key] else {
      first[key] = position
      return true
    }
    all.append((position, earlier, line))
    return false
  }
}
