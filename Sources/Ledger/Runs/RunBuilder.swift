import Cryptography

/// Makes the file of a run from entries and from the files of runs that it takes up.
///
/// Memory does not grow with the run: at most 262,144 records at a time, 10 MB, and 72 bytes for
/// each 1,024 written; more records are sorted piece by piece through scratch files, 40 bytes each.
/// Spec: threads.md, "Run files".
public struct RunBuilder<Reader: LedgerReader> {
  private let reader: Reader
  private let scratch: String
  private let isStopped: () -> Bool

  private static var pieceCountMax: Int { 1 << 18 }
  private static var stepCount: Int { 512 }

  /// A builder that reads entries from `reader` and keeps scratch files in a folder, where they
  /// have no name and are gone when they are closed. `isStopped` is asked every 512 entries.
  public init(
    _ reader: Reader, scratch: String, isStopped: @escaping () -> Bool = { false }
  ) {
    self.reader = reader
    self.scratch = scratch
    self.isStopped = isStopped
  }

  /// Makes a run that lives as long as it is used; nil when it was stopped.
  ///
  /// `parts` adjoin and begin where the range does; the rest is read from the entries. Throws
  /// `invalidRun` for parts that do not or have another root, `invalidEntry` and `entryTooLarge`
  /// for an entry that cannot be read, and what the reader throws.
  public func scratchRun(
    _ range: RunRange, parts: [RunPart] = []
  ) throws(LedgerError) -> RunPart? {
    let file = try RunDescriptor(scratchIn: scratch)
    guard let root = try build(range, parts, into: file) else { return nil }
    return RunPart(file: try RunFile(file, range: range), root: root)
  }

  /// Makes the file of a run in a folder, durable and under its name; returns its root, or nil when
  /// it was stopped. Throws as `scratchRun`.
  public func run(
    _ range: RunRange, parts: [RunPart] = [], in folder: RunFolder
  ) throws(LedgerError) -> Digest? {
    let path = folder.path(range)
    let file = try RunDescriptor(creating: folder.temporaryPath(range))
    guard let root = try build(range, parts, into: file) else { return nil }
    try file.keep(as: path, in: folder.directory)
    return root
  }

  private func build(
    _ range: RunRange, _ parts: [RunPart], into file: RunDescriptor
  ) throws(LedgerError) -> Digest? {
    var covered = range.from
    for part in parts {
      guard part.file.range.from == covered, part.file.range.to <= range.to else {
        throw LedgerError(.invalidRun, "only runs that adjoin can merge")
      }
      covered = part.file.range.to
    }
    var sources = parts.map { RunMerge.Source.file($0) }
    var piece: [RunRecord] = []
    var index = covered.nextIndex
    while index < range.to.nextIndex {
      if isStopped() { return nil }
      let count = min(Self.stepCount, Int(range.to.value - index.value))
      for bytes in try reader.entries(from: index, count: count) {
        let entry = try Entry(parsing: bytes)
        for tag in entry.tags { piece.append(RunRecord(tag: tag, index: index)) }
        index = index.advanced(by: 1)
      }
      if piece.count + Self.stepCount * Entry.tagCountMaximum > Self.pieceCountMax {
        sources.append(.file(try spill(&piece, range)))
      }
    }
    piece.sort()
    sources.append(.memory(piece))
    return try write(sources, into: file)
  }

  private func spill(
    _ piece: inout [RunRecord], _ range: RunRange
  ) throws(LedgerError) -> RunPart {
    piece.sort()
    let file = try RunDescriptor(scratchIn: scratch)
    let root = try write([.memory(piece)], into: file)
    piece.removeAll(keepingCapacity: true)
    return RunPart(file: try RunFile(file, range: range), root: root)
  }

  private func write(
    _ sources: [RunMerge.Source], into file: RunDescriptor
  ) throws(LedgerError) -> Digest {
    var merge = try RunMerge(sources)
    let writer = RunWriter(file)
    while let leaf = try merge.next() { try writer.append(leaf) }
    return try writer.finish()
  }
}
