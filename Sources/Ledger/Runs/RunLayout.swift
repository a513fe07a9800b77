import Cryptography

/// Where things stand in the file of a run. Spec: threads.md, "Run files".
///
/// Eight bytes with the number of records; the records; then, level by level, one row for each
/// 1,024 of the level below, until a level has at most 1,024 rows.
struct RunLayout {
  /// Records in a block, and rows in a block: a power of two, so that a block is a subtree.
  static let blockCount = 1024
  /// The number of records, as it stands at the beginning.
  static let headerByteCount = 8

  /// A block of the level below: its first record, and the root over it.
  struct Row {
    static let byteCount = RunRecord.byteCount + Digest.byteCount
    let first: RunRecord
    let root: Digest

    func append(to bytes: inout [UInt8]) {
      first.append(to: &bytes)
      root.append(to: &bytes)
    }
  }

  /// The number of records, then that of the rows of each level.
  let counts: [Int]
  /// Where each level begins.
  let offsets: [Int]
  /// The length of the whole file.
  let byteCount: Int

  init(recordCount: Int) {
    var counts = [recordCount]
    var offsets = [RunLayout.headerByteCount]
    var end = RunLayout.headerByteCount + recordCount * RunRecord.byteCount
    var below = recordCount
    while below > 0 {
      let count = (below + RunLayout.blockCount - 1) / RunLayout.blockCount
      counts.append(count)
      offsets.append(end)
      end += count * Row.byteCount
      below = count <= RunLayout.blockCount ? 0 : count
    }
    self.counts = counts
    self.offsets = offsets
    byteCount = end
  }

  /// The level of one block that leads to all others.
  var topLevel: Int { counts.count - 1 }

  /// Where a block lies, and how many records or rows it has.
  func block(_ index: Int, level: Int) -> (offset: Int, count: Int) {
    let start = index * RunLayout.blockCount
    let size = level == 0 ? RunRecord.byteCount : Row.byteCount
    return (
      offsets[level] + start * size, min(RunLayout.blockCount, counts[level] - start)
    )
  }
}
