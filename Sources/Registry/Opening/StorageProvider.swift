import Ledger

/// Makes and opens the databases of a registry: a port, so that this module knows no database.
public protocol StorageProvider: Sendable {
  /// Makes an empty ledger; throws when the file is there.
  func createLedger(path: String, instance: [UInt8]) throws(LedgerError) -> any RegistryLedger
  /// Makes an empty vault; throws when the file is there.
  func createVault(path: String, instance: [UInt8]) throws(RegistryError) -> any Vault
  /// Opens a ledger.
  func openLedger(path: String, forWriting: Bool) throws(LedgerError) -> any RegistryLedger
  /// Opens a vault.
  func openVault(path: String, forWriting: Bool) throws(RegistryError) -> any Vault
}
