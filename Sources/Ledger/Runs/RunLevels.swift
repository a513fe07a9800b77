import Cryptography

/// The tree of RFC 6962 over some nodes, level by level; the last node of a level may cover less.
struct RunLevels {
  private let levels: [[Digest]]

  /// A tree over leaves, or over subtrees of one size of which the last may be smaller.
  init(_ nodes: [Digest]) {
    var levels: [[Digest]] = nodes.isEmpty ? [] : [nodes]
    var last = nodes
    while last.count > 1 {
      var next: [Digest] = []
      next.reserveCapacity((last.count + 1) / 2)
      var position = 0
      while position + 1 < last.count {
        next.append(MerkleTree.nodeHash(last[position], last[position + 1]))
        position += 2
      }
      // A node without a right sibling moves up unhashed.
      if position < last.count { next.append(last[position]) }
      levels.append(next)
      last = next
    }
    self.levels = levels
  }

  /// The root; SHA-256 of nothing without nodes.
  var root: Digest { levels.last?.first ?? MerkleTree.emptyRoot }

  /// The siblings from a node up to the root.
  func path(of position: Int) -> [Digest] {
    var path: [Digest] = []
    for level in levels.indices.dropLast() {
      let sibling = (position >> level) ^ 1
      if sibling < levels[level].count { path.append(levels[level][sibling]) }
    }
    return path
  }
}

extension Array {
  /// The first position whose element fulfils a condition that holds from some element on; the
  /// count where none does.
  func firstPosition(where condition: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
