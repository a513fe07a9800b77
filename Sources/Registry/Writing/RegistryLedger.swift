import Cryptography
import Ledger

/// The ledger's store as a registry needs it: a port, more than `LedgerStore`.
///
/// Durability and consistency are those of `LedgerStore`.
public protocol RegistryLedger: AnyObject, LedgerStore {
  /// The instance id that stands in this file.
  func instance() throws(LedgerError) -> [UInt8]

  /// Replaces the instance id: for `registry recover` only.
  func setInstance(_ instance: [UInt8]) throws(LedgerError)

  /// Where the events entered that have these ids; nil for each that has not. The order is that of
  /// the ids; `milliseconds` is the time in the event's `jti`.
  func indices(
    of ids: [(milliseconds: Int64, id: Digest)]
  ) throws(LedgerError) -> [LeafIndex?]

  /// All ids in the order of their times, at most `limit`, after one of them: for the audit.
  func eventIDs(
    after record: EventIDRecord?, limit: Int
  ) throws(LedgerError) -> [EventIDRecord]

  /// All stored checkpoints from a size on, at most `limit`, in the order of their sizes.
  func checkpoints(
    from size: TreeSize, limit: Int
  ) throws(LedgerError) -> [(size: TreeSize, note: [UInt8])]

  /// Counts the rows of every table; reads them all.
  func census() throws(LedgerError) -> LedgerCensus

  /// Moves the whole write-ahead log into the main file; throws `storage` when it cannot.
  func settleLog() throws(LedgerError)

  /// Makes everything durable in the main file and closes it; the ledger cannot be used after.
  func close() throws(LedgerError)
}
