import Cryptography
import Encoding

/// Publishes a ledger as a directory of static files: C2SP tlog-tiles verbatim.
///
/// Hashes are computed anew from the entries, so the directory is consistent in itself or not
/// written to its end: `checkpoint` comes last, in one step. Files that are already there with the
/// same bytes are left alone, so a second export only adds. Only `checkpoint` is synced to disk: an
/// export is a copy, and whoever reads it checks it. Spec: checkpoint.md, "Export".
public struct ExportWriter {
  private let directory: String
  private var made: Set<String> = []
  /// Files that belong to what was exported, written now or found as they should be.
  public private(set) var fileCount = 0
  /// Their bytes.
  public private(set) var byteCount = 0

  /// Writes below a directory, which is made if it does not exist.
  public init(directory: String) { self.directory = directory }

  /// Writes the ledger up to a checkpoint, the checkpoint itself last; returns whether it came to
  /// the end. Stopped before, the directory has no new `checkpoint` and the next export goes on.
  ///
  /// - Parameters:
  ///   - start: a multiple of 256: the entries below were exported before, and the caller knows
  ///     that they are this ledger's.
  ///   - isStopped: asked after each bundle.
  /// - Throws: `rootMismatch` when the entries do not have the checkpoint's root: then `checkpoint`
  ///   is not written. `conflict` when a file of another ledger is there, `inputOutput` when one
  ///   cannot be written, and what the reader throws.
  @discardableResult
  public mutating func write(
    _ reader: some LedgerReader, upTo checkpoint: VerifiedCheckpoint,
    from start: TreeSize = .zero, isStopped: () -> Bool = { false },
    progress: (TreeSize) -> Void = { _ in }
  ) throws(LedgerError) -> Bool {
    try ExportFile.makeDirectory(directory)
    let size = checkpoint.head.size
    var tree = try TreeAppender(reader: reader, size: start)
    while tree.size < size {
      if isStopped() { return false }
      let index = tree.size.value / UInt64(Tile.widthMaximum)
      let entries = try bundle(index, of: reader, size: size)
      let full = tree.appendFull(entries.lazy.map { MerkleTree.leafHash($0) }) { _, _ in }
      for tile in full { try put(tile.path.text, tile.bytes) }
      let path = try TilePath(.entries, index: index, width: entries.count)
      try put(path.text, try EntryBundle.encode(entries))
      progress(tree.size)
    }
    for tile in tree.partialTiles { try put(tile.path.text, tile.bytes) }
    guard tree.root == checkpoint.head.root else {
      throw LedgerError(
        .rootMismatch, "the entries do not have the root of the checkpoint; run an audit")
    }
    try replace("checkpoint", checkpoint.note)
    return true
  }

  /// Writes a file whose bytes never change, by its path below the directory.
  ///
  /// What an interrupted export left of it is completed. Throws `conflict` when it has other bytes,
  /// `inputOutput`, `invalidExport`.
  public mutating func put(_ path: String, _ bytes: [UInt8]) throws(LedgerError) {
    let file = try place(path, bytes)
    if let known = try ExportFile.read(file, maximumBytes: EntryBundle.byteCountMaximum) {
      if known == bytes { return }
      guard bytes.starts(with: known) else {
        throw LedgerError(
          .conflict, "a file of another ledger is there; export into a new directory",
          location: file)
      }
    }
    try ExportFile.write(file, bytes)
  }

  /// Writes or replaces a file in one step, by its path below the directory.
  ///
  /// Throws `inputOutput`, `invalidExport`.
  public mutating func replace(_ path: String, _ bytes: [UInt8]) throws(LedgerError) {
    let file = try place(path, bytes)
    if try ExportFile.read(file, maximumBytes: EntryBundle.byteCountMaximum) == bytes { return }
    do {
      try BoundedFile.writeAtomically(path: file, bytes: bytes, mode: 0o644)
    } catch {
      throw LedgerError(.inputOutput, "could not be written", cause: error, location: file)
    }
  }

  /// Copies the file of a run into the folder `runs`, under its name in one step; one that is there
  /// with the same bytes is left alone.
  ///
  /// Throws `missingRun` when there is none, `invalidRun`, `inputOutput`.
  public mutating func copy(_ range: RunRange, from folder: RunFolder) throws(LedgerError) {
    guard let file = try RunDescriptor(reading: folder.path(range)) else {
      throw LedgerError(
        .missingRun, "the file of a published run is missing; give ledger map",
        location: folder.path(range))
    }
    let target = RunFolder(directory: directory + "/runs")
    if made.insert(target.directory).inserted { try ExportFile.makeDirectory(target.directory) }
    byteCount += try file.copy(to: target.path(range), through: target.temporaryPath(range))
    fileCount += 1
  }

  private mutating func place(_ path: String, _ bytes: [UInt8]) throws(LedgerError) -> String {
    fileCount += 1
    byteCount += bytes.count
    let file = directory + "/" + path
    if let slash = file.lastIndex(of: "/") {
      let folder = String(file[..<slash])
      if made.insert(folder).inserted { try ExportFile.makeDirectory(folder) }
      // One folder has at most a thousand tiles; the set need not remember all.
      if made.count > 4096 { made.removeAll() }
    }
    return file
  }

  private func bundle(
    _ index: UInt64, of reader: some LedgerReader, size: TreeSize
  ) throws(LedgerError) -> [[UInt8]] {
    let start = index * UInt64(Tile.widthMaximum)
    let count = Tile.width(level: 0, index: index, size: size)
    var entries: [[UInt8]] = []
    entries.reserveCapacity(count)
    while entries.count < count {
      let next = LeafIndex(start + UInt64(entries.count))
      let more = try reader.entries(from: next, count: count - entries.count)
      guard !more.isEmpty, more.count <= count - entries.count else {
        throw LedgerError(.missingEntry, "the reader has no such entry", location: "entry \(next)")
      }
      entries += more
    }
    return entries
  }
}
