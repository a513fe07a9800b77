import Ledger
import Registry

/// The vault in one SQLite file. Spec: registry-on-disk.md, "vault.sqlite".
package final class SQLiteVault: Vault {
  let database: SQLiteDatabase

  private init(_ database: SQLiteDatabase) { self.database = database }

  /// Makes an empty vault; throws `alreadyExists` when the file is there.
  package static func create(
    path: String, instance: [UInt8]
  ) throws(RegistryError) -> SQLiteVault {
    do throws(StorageFault) {
      let database = try SQLiteDatabase(
        path: path, mode: .create, kind: .vault)
      try database.transaction { connection throws(StorageFault) in
        try Meta.set("instance", instance, connection)
      }
      return SQLiteVault(database)
    } catch {
      throw RegistryError(error)
    }
  }

  /// Opens a vault for reading and writing, or for reading only.
  package static func open(path: String, forWriting: Bool) throws(RegistryError) -> SQLiteVault {
    do throws(StorageFault) {
      return SQLiteVault(
        try SQLiteDatabase(
          path: path, mode: forWriting ? .write : .read, kind: .vault))
    } catch {
      throw RegistryError(error)
    }
  }

  package func instance() throws(RegistryError) -> [UInt8] {
    try read { connection throws(StorageFault) in try Meta.require("instance", connection) }
  }

  package func setInstance(_ instance: [UInt8]) throws(RegistryError) {
    try write { connection throws(StorageFault) in
      try Meta.set("instance", instance, connection)
    }
  }

  package func close() throws(RegistryError) {
    do throws(StorageFault) { try database.close() } catch { throw RegistryError(error) }
  }

  // MARK: Helpers

  func read<T>(
    _ body: (SQLiteConnection) throws(StorageFault) -> T
  ) throws(RegistryError) -> T {
    do throws(StorageFault) {
      return try database.withConnection(body)
    } catch {
      throw RegistryError(error)
    }
  }

  /// As `read`, for many look-ups at once; throws as it does.
  func readMany<T>(
    _ body: (SQLiteConnection) throws(StorageFault) -> T
  ) throws(RegistryError) -> T {
    try read { connection throws(StorageFault) in try connection.snapshot(body) }
  }

  func write<T>(
    _ body: (SQLiteConnection) throws(StorageFault) -> T
  ) throws(RegistryError) -> T {
    do throws(StorageFault) {
      return try database.transaction(body)
    } catch {
      throw RegistryError(error)
    }
  }
}

extension RegistryError {
  /// Maps what SQLite or a row of the vault refused.
  init(_ fault: StorageFault) {
    let code: Code =
      switch fault.kind {
      case .full: .diskFull
      case .busy: .busy
      case .inputOutput, .other: .inputOutput
      case .readOnly: .notWritable
      case .corrupt, .damagedRow, .wrongFile, .notRegular, .foreign, .cut: .damagedVault
      case .conflict: .conflict
      case .missing: .notFound
      case .exists: .alreadyExists
      }
    self.init(code, "the vault's database failed: \(fault.remedy)", cause: fault)
  }
}
