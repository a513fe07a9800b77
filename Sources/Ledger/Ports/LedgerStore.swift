import Cryptography

/// Port: the store behind one ledger, with one writer.
///
/// Durability: when `commit` or `store` returns, what was given is on disk for good.
/// Consistency: readers see a batch whole or not at all. Blocking.
public protocol LedgerStore: LedgerReader, LedgerProjection {
  /// Writes a batch in one durable transaction, if the ledger still has the batch's expected head.
  ///
  /// Throws `conflict` when it has another: nothing was written. Throws `storage` on any other
  /// failure: the outcome may be unknown, and the caller has to stop and open the ledger anew.
  func commit(_ batch: LedgerBatch) throws(LedgerError)

  /// Keeps a signed checkpoint of the durable head, beside the last one of each batch.
  func store(checkpoint note: [UInt8]) throws(LedgerError)

  /// A fact of the projection, or nil.
  func fact(_ key: [UInt8]) throws(LedgerError) -> [UInt8]?

  /// The ids of events made at or after a time, in no particular order.
  func eventIDs(since milliseconds: Int64) throws(LedgerError) -> [EventIDRecord]
}

/// An event that entered: enough to refuse it a second time.
public struct EventIDRecord: Sendable, Hashable {
  /// The milliseconds in the event's `jti`.
  public let milliseconds: Int64
  /// SHA-256(`iss` ‖ 0x00 ‖ `jti`).
  public let id: Digest
  /// Where it stands.
  public let index: LeafIndex

  /// Makes a record.
  public init(milliseconds: Int64, id: Digest, index: LeafIndex) {
    self.milliseconds = milliseconds
    self.id = id
    self.index = index
  }
}
