import Cryptography

/// A record with the hash that it has as a leaf, which is made once.
struct RunLeaf {
  let record: RunRecord
  let hash: Digest
}

/// The records of several runs in one order, as a heap of what comes next of each.
struct RunMerge {
  /// Where records come from, in order.
  enum Source {
    case memory([RunRecord])
    /// A file, every block of which must lead to the root.
    case file(RunPart)
  }

  private struct Cursor {
    private let source: Source
    /// The roots that the blocks of a file must have.
    private let roots: [Digest]
    private var records: [RunRecord] = []
    private var hashes: [Digest] = []
    private var position = 0
    private var nextBlock = 0

    init(_ source: Source) throws(LedgerError) {
      self.source = source
      switch source {
      case .memory(let records):
        self.records = records
        roots = []
      case .file(let part):
        roots = try part.file.blockRoots(under: part.root)
        try fill()
      }
    }

    var head: RunRecord? { position < records.count ? records[position] : nil }

    /// The next record, which there is, with its hash.
    var leaf: RunLeaf {
      let record = records[position]
      let hash = hashes.isEmpty ? record.leafHash : hashes[position]
      return RunLeaf(record: record, hash: hash)
    }

    mutating func advance() throws(LedgerError) {
      position += 1
      if position == records.count { try fill() }
    }

    private mutating func fill() throws(LedgerError) {
      guard case .file(let part) = source, nextBlock < roots.count else { return }
      (records, hashes) = try part.file.leaves(ofBlock: nextBlock)
      guard RunLevels(hashes).root == roots[nextBlock] else { throw part.file.isNotThatRun }
      nextBlock += 1
      position = 0
    }
  }

  private var cursors: [Cursor] = []
  /// Positions of cursors, the smallest head first.
  private var heap: [(head: RunRecord, cursor: Int)] = []

  /// Throws `invalidRun` for a file that is not the run of its root, and `inputOutput`.
  init(_ sources: [Source]) throws(LedgerError) {
    for source in sources {
      let cursor = try Cursor(source)
      guard let head = cursor.head else { continue }
      heap.append((head, cursors.count))
      cursors.append(cursor)
    }
    // Ascending is a heap.
    heap.sort { $0.head < $1.head }
  }

  /// The next record; nil at the end. Throws as the initialiser.
  mutating func next() throws(LedgerError) -> RunLeaf? {
    guard let cursor = heap.first?.cursor else { return nil }
    let leaf = cursors[cursor].leaf
    try cursors[cursor].advance()
    if let head = cursors[cursor].head {
      heap[0].head = head
    } else if let last = heap.popLast(), !heap.isEmpty {
      heap[0] = last
    }
    sink()
    return leaf
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].head < heap[least].head { least = child }
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
