import Cryptography

/// Port: a ledger that can be read, be it a database, an exported directory or a web address.
///
/// What is below `size()` never changes; a reader may answer from a cache. A reader is believed in
/// nothing: whoever asks checks hashes and signatures. Blocking.
public protocol LedgerReader: Sendable {
  /// The newest stored checkpoint, a signed note; nil before the first. Not verified.
  func latestCheckpoint() throws(LedgerError) -> [UInt8]?

  /// The number of entries that can be read; may be beyond the newest checkpoint.
  func size() throws(LedgerError) -> TreeSize

  /// The exact bytes of the entries from an index on, in order: at least one and at most `count`,
  /// which callers keep to 4,096; an implementation may stop at the end of a bundle.
  ///
  /// Throws `sizeOutOfRange` at or beyond the size and `missingEntry` when one is absent.
  func entries(from index: LeafIndex, count: Int) throws(LedgerError) -> [[UInt8]]

  /// The first `width` hashes of a tile.
  ///
  /// Throws `missingTile`, and `invalidTile` when what is stored is no tile.
  func tile(level: Int, index: UInt64, width: Int) throws(LedgerError) -> [Digest]
}
