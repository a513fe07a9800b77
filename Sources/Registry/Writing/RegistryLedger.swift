import Ledger

/// The ledger's store as a registry needs it: a port, more than `LedgerStore`.
///
/// Durability and consistency are those of `LedgerStore`.
public protocol RegistryLedger: AnyObject, LedgerStore {
  /// The instance id that stands in this file.
  func instance() throws(LedgerError) -> [UInt8]

  /// Replaces the instance id: for `registry recover` only.
  func setInstance(_ instance: [UInt8]) throws(LedgerError)

  /// Counts the rows of every table; reads them all.
  func census() throws(LedgerError) -> LedgerCensus

  /// How many entries there are rows of: the size for an audit of a ledger whose stored size
  /// cannot be read.
  func entryCount() throws(LedgerError) -> TreeSize

  /// Moves the whole write-ahead log into the main file; throws `storage` when it cannot.
  func settleLog() throws(LedgerError)

  /// Makes everything durable in the main file and closes it; the ledger cannot be used after.
  func close() throws(LedgerError)
}
