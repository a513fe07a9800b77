import Cryptography

/// Port: what a store keeps beside the entries and could have computed from them.
///
/// An audit recomputes all of it and compares. Consistency: what is returned is that of one
/// durable batch or of later ones, never a part of one. Blocking.
public protocol LedgerProjection: Sendable {
  /// The durable size and root, read from the store and not from memory.
  func head() throws(LedgerError) -> TreeHead

  /// Every fact whose key begins with `prefix`, in the order of the keys.
  func facts(prefix: [UInt8]) throws(LedgerError) -> [(key: [UInt8], value: [UInt8])]

  /// Where the events entered that have these ids; nil for each that has not. The order is that of
  /// the ids; `milliseconds` is the time in the event's `jti`.
  func indices(
    of ids: [(milliseconds: Int64, id: Digest)]
  ) throws(LedgerError) -> [LeafIndex?]

  /// All ids in the order of their times, at most `limit`, after one of them.
  func eventIDs(
    after record: EventIDRecord?, limit: Int
  ) throws(LedgerError) -> [EventIDRecord]

  /// The number of a stored entry that is outside [0, size); nil if there is none.
  ///
  /// Throws `damagedRow` when the size cannot be read.
  func strayEntry() throws(LedgerError) -> Int64?

  /// The size under which a checkpoint is stored that no ledger signs, below 1; nil if none is.
  func strayCheckpoint() throws(LedgerError) -> Int64?

  /// All stored checkpoints from a size on, at most `limit`, in the order of their sizes.
  func checkpoints(
    from size: TreeSize, limit: Int
  ) throws(LedgerError) -> [(size: TreeSize, note: [UInt8])]
}
