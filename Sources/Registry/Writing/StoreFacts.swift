import Cryptography
import Ledger
import Rules

/// The facts as they stand in the ledger's store.
struct StoreFacts: FactSource {
  let ledger: any RegistryLedger

  func fact(_ key: FactKey) throws(RulesError) -> Fact? {
    let bytes: [UInt8]?
    do throws(LedgerError) {
      bytes = try ledger.fact(key.bytes)
    } catch {
      throw RulesError(.sourceFailed, "the ledger's facts cannot be read", cause: error)
    }
    guard let bytes else { return nil }
    return try Fact(bytes: bytes, for: key)
  }
}

extension FactOverlay {
  /// Reads facts, without keeping them here; what cannot be read is the ledger's damage, whatever
  /// is being judged.
  func reading<T>(
    _ body: (inout FactOverlay) throws(RulesError) -> T
  ) throws(RegistryError) -> T {
    var facts = self
    do throws(RulesError) { return try body(&facts) } catch { throw RegistryError(error) }
  }
}

/// Lends the port where a concrete reader is wanted.
public struct RegistryReader: LedgerReader {
  let ledger: any RegistryLedger

  /// The newest stored checkpoint.
  public func latestCheckpoint() throws(LedgerError) -> [UInt8]? {
    try ledger.latestCheckpoint()
  }

  /// The number of durable entries; those there are, where the stored number cannot be read: a
  /// reader who checks everything finds that too.
  public func size() throws(LedgerError) -> TreeSize {
    do throws(LedgerError) { return try ledger.size() } catch {
      guard error.code == .damagedRow else { throw error }
      return try ledger.entryCount()
    }
  }

  /// Entries from an index on.
  public func entries(from index: LeafIndex, count: Int) throws(LedgerError) -> [[UInt8]] {
    try ledger.entries(from: index, count: count)
  }

  /// The first hashes of a tile.
  public func tile(level: Int, index: UInt64, width: Int) throws(LedgerError) -> [Digest] {
    try ledger.tile(level: level, index: index, width: width)
  }
}
