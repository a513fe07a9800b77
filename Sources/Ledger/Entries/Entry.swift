import Cryptography
import Encoding

/// A signed event with its place in the ledger; immutable, and keeps its exact bytes.
///
/// The bytes are canonical JSON without a newline:
/// `{"event":"…","index":n,"previous":"…","received":ms,"tags":["…"]}`, at most 65,535 bytes, which
/// is what an entry bundle can hold. The event is opaque here. Spec: entry.md.
public struct Entry: Sendable, Hashable {
  /// The most bytes an entry may have: a bundle counts them in 16 bits.
  public static let byteCountMaximum = 65_535
  /// The most tags an entry may have.
  public static let tagCountMaximum = 64

  /// The compact JWT, in ASCII.
  public let event: [UInt8]
  /// The place in the ledger.
  public let index: LeafIndex
  /// The leaf hash of the entry before, or 32 zero bytes for the first.
  public let previous: Digest
  /// When the registry took it.
  public let received: Timestamp
  /// The tags, in the order of the kind of event.
  public let tags: [Tag]
  /// The canonical bytes.
  public let bytes: [UInt8]
  /// SHA-256(0x00 ‖ bytes): the leaf of the tree and the link of the chain.
  public let leafHash: Digest

  /// Makes the entry for an event.
  ///
  /// Throws `invalidEvent`, `invalidIndex`, `tooManyTags`, `invalidEntry` (a time before 1970 or
  /// beyond 2^53 − 1 ms) and `entryTooLarge`.
  public init(
    event: [UInt8], index: LeafIndex, previous: Digest, received: Timestamp, tags: [Tag]
  ) throws(LedgerError) {
    let bytes = try EntryText.write(
      event: event, index: index, previous: previous, received: received, tags: tags)
    self.init(
      EntryText(
        event: event, index: index, previous: previous, received: received, tags: tags),
      bytes: bytes)
  }

  /// Reads an entry; every byte has to be as the canonical form demands.
  ///
  /// Throws `entryTooLarge` and `invalidEntry` with the offset of the first wrong byte.
  public init(parsing bytes: [UInt8]) throws(LedgerError) {
    var reader = try EntryReader(bytes)
    self.init(try reader.read(), bytes: bytes)
  }

  private init(_ text: EntryText, bytes: [UInt8]) {
    event = text.event
    index = text.index
    previous = text.previous
    received = text.received
    tags = text.tags
    self.bytes = bytes
    leafHash = MerkleTree.leafHash(bytes)
  }

  /// Compares the bytes.
  public static func == (left: Entry, right: Entry) -> Bool { left.leafHash == right.leafHash }

  /// Hashes the leaf hash.
  public func hash(into hasher: inout Hasher) { hasher.combine(leafHash) }
}
