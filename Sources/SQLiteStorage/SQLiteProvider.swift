import Ledger
import Registry

/// A registry's databases in SQLite files.
package struct SQLiteProvider: StorageProvider {
  package init() {}

  package func createLedger(
    path: String, instance: [UInt8]
  ) throws(LedgerError) -> any RegistryLedger {
    try SQLiteLedger.create(path: path, instance: instance)
  }

  package func createVault(
    path: String, instance: [UInt8]
  ) throws(RegistryError) -> any Vault {
    try SQLiteVault.create(path: path, instance: instance)
  }

  package func openLedger(
    path: String, forWriting: Bool
  ) throws(LedgerError) -> any RegistryLedger {
    try SQLiteLedger.open(path: path, forWriting: forWriting)
  }

  package func openVault(
    path: String, forWriting: Bool
  ) throws(RegistryError) -> any Vault {
    try SQLiteVault.open(path: path, forWriting: forWriting)
  }
}
