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

  /// Writes below a directory, which is made if it does not exist.
  public init(directory: String) { self.directory = directory }

  /// Writes the ledger up to a checkpoint.
  ///
  /// Throws `rootMismatch` when the entries do not have the checkpoint's root: then `checkpoint` is
  /// not written. Throws `inputOutput` when a file cannot be written, and what the reader throws.
  public mutating func write(
    _ reader: some LedgerReader, upTo checkpoint: VerifiedCheckpoint,
    progress: (TreeSize) -> Void = { _ in }
  ) throws(LedgerError) {
    try ExportFile.makeDirectory(directory)
    let size = checkpoint.head.size
    var tree = TreeAppender()
    while tree.size < size {
      let index = tree.size.value / UInt64(Tile.widthMaximum)
      let entries = try bundle(index, of: reader, size: size)
      let full = tree.appendFull(entries.lazy.map { MerkleTree.leafHash($0) }) { _, _ in }
      for tile in full { try put(tile.path, tile.bytes) }
      let path = try TilePath(.entries, index: index, width: entries.count)
      try put(path, try EntryBundle.encode(entries))
      progress(tree.size)
    }
    for tile in tree.partialTiles { try put(tile.path, tile.bytes) }
    guard tree.root == checkpoint.head.root else {
      throw LedgerError(
        .rootMismatch, "the entries do not have the root of the checkpoint; run an audit")
    }
    do {
      try BoundedFile.writeAtomically(
        path: directory + "/checkpoint", bytes: checkpoint.note, mode: 0o644)
    } catch {
      throw LedgerError(.inputOutput, "the checkpoint could not be written", cause: error)
    }
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

  private mutating func put(_ path: TilePath, _ bytes: [UInt8]) throws(LedgerError) {
    let file = directory + "/" + path.text
    if let slash = file.lastIndex(of: "/") {
      let folder = String(file[..<slash])
      if made.insert(folder).inserted { try ExportFile.makeDirectory(folder) }
      // One folder has at most a thousand tiles; the set need not remember all.
      if made.count > 4096 { made.removeAll() }
    }
    if try ExportFile.read(file, maximumBytes: EntryBundle.byteCountMaximum) == bytes { return }
    try ExportFile.write(file, bytes)
  }
}
