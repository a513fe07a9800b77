import Cryptography

/// A tile with the inner nodes above its hashes: every proof through the tile is then a look-up.
struct TilePyramid {
  /// Row by row from the hashes up; row r has width >> r nodes, each perfect.
  private let nodes: [Digest]
  private let starts: InlineArray<10, Int>

  init(_ hashes: [Digest]) {
    var nodes = hashes
    nodes.reserveCapacity(hashes.count * 2)
    var starts = InlineArray<10, Int>(repeating: 0)
    var start = 0
    var count = hashes.count
    for row in 1...8 {
      let next = start + count
      starts[row] = next
      for pair in 0..<(count >> 1) {
        nodes.append(
          MerkleTree.nodeHash(nodes[start + pair * 2], nodes[start + pair * 2 + 1]))
      }
      start = next
      count >>= 1
    }
    starts[9] = nodes.count
    self.nodes = nodes
    self.starts = starts
  }

  /// The number of hashes.
  var width: Int { starts[1] }

  /// The node, or nil when the tile is too narrow for it.
  func node(row: Int, position: Int) -> Digest? {
    let place = starts[row] + position
    guard place < starts[row + 1] else { return nil }
    return nodes[place]
  }
}
