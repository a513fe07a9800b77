import Cryptography
import Encoding

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A run kept in a file, from which a proof is read in a few blocks, however many records it has.
///
/// Nothing in it is believed: a proof made from it counts only under the root that the ledger has.
/// Holds at most some 64 blocks in memory, 5 MB. Spec: threads.md, "Run files".
public final class RunFile {
  private struct Block {
    /// The records, or the first record of each row.
    var records: [RunRecord] = []
    /// The leaves, or the roots of the rows.
    var nodes: [Digest] = []
  }

  private static let cachedBlockCountMax = 64

  /// The entries that it says it covers.
  public let range: RunRange
  /// Blocks read from the disk so far.
  public private(set) var readCount = 0
  private let file: RunDescriptor
  private let layout: RunLayout
  private var blocks: [Int: Block] = [:]

  /// The number of records.
  public var recordCount: Int { layout.counts[0] }

  /// Opens a file; nil when there is none.
  ///
  /// Throws `invalidRun` for a file of another form, and `inputOutput`.
  public convenience init?(path: String, range: RunRange) throws(LedgerError) {
    guard let file = try RunDescriptor(reading: path) else { return nil }
    try self.init(file, range: range)
  }

  init(_ file: RunDescriptor, range: RunRange) throws(LedgerError) {
    self.file = file
    self.range = range
    let header = try file.read(offset: 0, count: RunLayout.headerByteCount)
    let count = header.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let most = UInt64(try file.size()) / UInt64(RunRecord.byteCount)
    guard count <= most else { throw file.invalid }
    layout = RunLayout(recordCount: Int(count))
    guard try file.size() == layout.byteCount else { throw file.invalid }
  }

  /// That the tag is in the run, at its first entry, or that it is not.
  ///
  /// Throws `invalidRun` and `inputOutput`.
  public func proof(of tag: Tag) throws(LedgerError) -> RunProof {
    let size = UInt64(recordCount)
    let position = try firstPosition(notBefore: RunRecord(tag: tag, index: LeafIndex(0)))
    if position < recordCount {
      let found = try neighbour(position)
      if found.record.tag == tag { return RunProof(size: size, content: .present(found)) }
    }
    return RunProof(
      size: size,
      content: .absent(
        before: position > 0 ? try neighbour(position - 1) : nil,
        after: position < recordCount ? try neighbour(position) : nil))
  }

  /// The entry with the tag, the first of several; nil for none. Throws as `proof`.
  public func index(of tag: Tag) throws(LedgerError) -> LeafIndex? {
    let position = try firstPosition(notBefore: RunRecord(tag: tag, index: LeafIndex(0)))
    guard position < recordCount else { return nil }
    let record = try record(position)
    return record.tag == tag ? record.index : nil
  }

  /// The records of a block and their hashes, in order; for those who read all.
  func leaves(ofBlock index: Int) throws(LedgerError) -> ([RunRecord], [Digest]) {
    let block = try read(index, level: 0)
    return (block.records, block.nodes)
  }

  /// The roots of the blocks of records; throws `invalidRun` unless they lead to the root.
  func blockRoots(under root: Digest) throws(LedgerError) -> [Digest] {
    var roots: [Digest] = []
    if recordCount > 0 {
      let blockCount = RunLayout.blockCount
      for index in 0..<((layout.counts[1] + blockCount - 1) / blockCount) {
        roots += try read(index, level: 1).nodes
      }
    }
    guard RunLevels(roots).root == root else { throw isNotThatRun }
    return roots
  }

  /// What is told of a file that holds another run than the one published.
  var isNotThatRun: LedgerError {
    LedgerError(
      .invalidRun, "the file does not hold the published run; publish runs anew",
      location: file.path)
  }

  private func firstPosition(notBefore record: RunRecord) throws(LedgerError) -> Int {
    guard recordCount > 0 else { return 0 }
    var index = 0
    for level in (1...layout.topLevel).reversed() {
      let block = try block(index, level: level)
      let row = block.records.firstPosition { $0 >= record }
      // Everything is at or behind it.
      guard row > 0 || index > 0 else { return 0 }
      index = index * RunLayout.blockCount + max(0, row - 1)
    }
    let block = try block(index, level: 0)
    return index * RunLayout.blockCount + block.records.firstPosition { $0 >= record }
  }

  private func record(_ position: Int) throws(LedgerError) -> RunRecord {
    let (block, offset) = position.quotientAndRemainder(dividingBy: RunLayout.blockCount)
    return try self.block(block, level: 0).records[offset]
  }

  private func neighbour(_ position: Int) throws(LedgerError) -> RunProof.Neighbour {
    var path: [Digest] = []
    var place = position
    for level in 0...layout.topLevel {
      let (index, offset) = place.quotientAndRemainder(dividingBy: RunLayout.blockCount)
      path += RunLevels(try block(index, level: level).nodes).path(of: offset)
      place = index
    }
    return RunProof.Neighbour(
      record: try record(position), position: UInt64(position), path: path)
  }

  private func block(_ index: Int, level: Int) throws(LedgerError) -> Block {
    // A level has fewer blocks than a file has bytes: the keys of two levels never meet.
    let key = index * (layout.topLevel + 1) + level
    if let known = blocks[key] { return known }
    let block = try read(index, level: level)
    if blocks.count >= RunFile.cachedBlockCountMax { blocks.removeAll(keepingCapacity: true) }
    blocks[key] = block
    return block
  }

  private func read(_ index: Int, level: Int) throws(LedgerError) -> Block {
    let place = layout.block(index, level: level)
    let width = level == 0 ? RunRecord.byteCount : RunLayout.Row.byteCount
    let bytes = try file.read(offset: place.offset, count: place.count * width)
    readCount += 1
    var block = Block()
    block.records.reserveCapacity(place.count)
    block.nodes.reserveCapacity(place.count)
    for start in stride(from: 0, to: place.count * width, by: width) {
      block.records.append(RunRecord(bytes, at: start))
      block.nodes.append(
        level == 0
          ? MerkleTree.leafHash(bytes[start..<(start + width)])
          : RunRecord.digest(bytes, at: start + RunRecord.byteCount))
    }
    return block
  }
}

/// A run file that is merged, and the root that it must have.
public struct RunPart {
  /// The file.
  public let file: RunFile
  /// The published root.
  public let root: Digest

  /// Joins a file and its root; nothing is compared yet.
  public init(file: RunFile, root: Digest) {
    self.file = file
    self.root = root
  }
}
