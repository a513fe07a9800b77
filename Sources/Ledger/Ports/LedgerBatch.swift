import Cryptography

/// Everything that one durable transaction of the ledger writes.
public struct LedgerBatch: Sendable {
  /// A fact that gets a value, or loses it.
  public struct Change: Sendable, Hashable {
    /// The fact's key.
    public let key: [UInt8]
    /// The new value; nil removes the fact.
    public let value: [UInt8]?

    /// Makes a change.
    public init(key: [UInt8], value: [UInt8]?) {
      self.key = key
      self.value = value
    }
  }

  /// The head the ledger must have for the batch to be written.
  public let expected: TreeHead
  /// The head it has afterwards.
  public let head: TreeHead
  /// The entries, from index `expected.size` on.
  public let entries: [Entry]
  /// The new and the wider tiles; a tile replaces the narrower one of its level and index.
  public let tiles: [Tile]
  /// One record for each entry.
  public let eventIDs: [EventIDRecord]
  /// The changes of the projection, each key once.
  public let changes: [Change]
  /// The signed checkpoint of `expected`, if it was not stored yet.
  public let previousCheckpoint: [UInt8]?

  /// Makes the batch that appends entries to a tree, and moves the tree on.
  ///
  /// Throws `invalidEntry` when the entries do not follow the tree and one another by index.
  public init(
    appending entries: [Entry], to tree: inout TreeAppender, eventIDs: [EventIDRecord],
    changes: [Change], previousCheckpoint: [UInt8]? = nil
  ) throws(LedgerError) {
    expected = tree.head
    var index = tree.size.nextIndex
    for (position, entry) in entries.enumerated() {
      guard entry.index == index,
        position == 0 || entry.previous == entries[position - 1].leafHash
      else {
        throw LedgerError(
          .invalidEntry, "the entries of a batch follow one another", location: "entry \(index)")
      }
      index = index.advanced(by: 1)
    }
    tiles = tree.append(entries.lazy.map(\.leafHash))
    head = tree.head
    self.entries = entries
    self.eventIDs = eventIDs
    self.changes = changes
    self.previousCheckpoint = previousCheckpoint
  }
}
