import Cryptography
import Synchronization

/// Reads a ledger from an exported directory, believing nothing in it.
///
/// The checkpoint is read once, at the start; its size bounds everything. One bundle is kept, so
/// entries in order are read once each, also when they cannot be read. Every file is a regular one
/// of bounded size.
public final class ExportReader: LedgerReader {
  private struct Bundle {
    var index: UInt64
    var entries: Result<[[UInt8]], LedgerError>
  }

  private let directory: String
  private let checkpoint: [UInt8]
  private let treeSize: TreeSize
  private let lastBundle = Mutex<Bundle?>(nil)

  /// Opens a directory.
  ///
  /// Throws `missingCheckpoint` when there is none, `invalidNote`, `invalidCheckpoint` or
  /// `extensionLine` when it is no checkpoint, `invalidExport` and `inputOutput` as every read.
  public init(directory: String) throws(LedgerError) {
    let path = directory + "/checkpoint"
    guard
      let note = try ExportFile.read(path, maximumBytes: SignedNote.byteCountMaximum)
    else {
      throw LedgerError(
        .missingCheckpoint, "no checkpoint there; name the directory of a ledger export",
        location: path)
    }
    self.directory = directory
    checkpoint = note
    treeSize = try Checkpoint(parsing: SignedNote(parsing: note).text).size
  }

  /// The directory's checkpoint; not verified.
  public func latestCheckpoint() throws(LedgerError) -> [UInt8]? { checkpoint }

  /// The size that the checkpoint states; not verified.
  public func size() throws(LedgerError) -> TreeSize { treeSize }

  /// The entries from an index to at most the end of its bundle.
  public func entries(from index: LeafIndex, count: Int) throws(LedgerError) -> [[UInt8]] {
    guard treeSize.contains(index) else {
      throw LedgerError(
        .sizeOutOfRange, "the export of \(treeSize) entries has no entry \(index)")
    }
    guard count > 0 else { return [] }
    let number = index.value / UInt64(Tile.widthMaximum)
    let offset = Int(index.value % UInt64(Tile.widthMaximum))
    let all = try bundle(number)
    return Array(all[offset...].prefix(count))
  }

  /// The first hashes of a tile, out of the file of that width or of a wider one.
  public func tile(level: Int, index: UInt64, width: Int) throws(LedgerError) -> [Digest] {
    let path = try TilePath(.hashes(level: level), index: index, width: width)
    let most = Tile.width(level: level, index: index, size: treeSize)
    guard width <= most else {
      throw LedgerError(
        .missingTile, "a tree of \(treeSize) entries has no such tile", location: path.text)
    }
    // Kept for this width, for the size of the checkpoint, or full: each begins with what we want.
    var widths = [width]
    if most > width { widths.append(most) }
    if most < Tile.widthMaximum { widths.append(Tile.widthMaximum) }
    for candidate in widths {
      let found = try TilePath(.hashes(level: level), index: index, width: candidate)
      if let bytes = try read(found, maximumBytes: Tile.widthMaximum * Digest.byteCount) {
        do {
          return Array(try Tile.hashes(parsing: bytes[...], width: candidate).prefix(width))
        } catch {
          throw LedgerError(error.code, error.message, location: found.text)
        }
      }
    }
    throw LedgerError(.missingTile, "the file is missing", location: path.text)
  }

  private func bundle(_ index: UInt64) throws(LedgerError) -> [[UInt8]] {
    if let kept = lastBundle.withLock({ $0 }), kept.index == index { return try kept.entries.get() }
    let entries: Result<[[UInt8]], LedgerError>
    do throws(LedgerError) {
      entries = .success(try readBundle(index))
    } catch {
      // A machine that fails may do better the next time.
      guard error.code != .inputOutput else { throw error }
      entries = .failure(error)
    }
    lastBundle.withLock { $0 = Bundle(index: index, entries: entries) }
    return try entries.get()
  }

  private func readBundle(_ index: UInt64) throws(LedgerError) -> [[UInt8]] {
    let width = Tile.width(level: 0, index: index, size: treeSize)
    let path = try TilePath(.entries, index: index, width: width)
    for (found, count) in [(path, width), (path.full, Tile.widthMaximum)] {
      guard let bytes = try read(found, maximumBytes: EntryBundle.byteCountMaximum) else {
        continue
      }
      do {
        return Array(try EntryBundle.decode(bytes, width: count).prefix(width))
      } catch {
        throw LedgerError(error.code, error.description, location: found.text)
      }
    }
    throw LedgerError(.missingEntry, "the file is missing", location: path.text)
  }

  private func read(_ path: TilePath, maximumBytes: Int) throws(LedgerError) -> [UInt8]? {
    try ExportFile.read(directory + "/" + path.text, maximumBytes: maximumBytes)
  }
}
