import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Finds certificates and opens what the vault keeps of them.
///
/// What it gives is a snapshot at `size`: rows that a batch on its way has written, and that may
/// still be undone, do not show. Spec: registry-on-disk.md.
public struct CertificateReader: Sendable {
  let ledger: any RegistryLedger
  let vault: any Vault
  let cipher: VaultCipher
  /// The ledger's size of the snapshot.
  public let size: TreeSize

  init(
    ledger: any RegistryLedger, vault: any Vault, cipher: VaultCipher
  ) throws(RegistryError) {
    self.ledger = ledger
    self.vault = vault
    self.cipher = cipher
    do throws(LedgerError) { size = try ledger.size() } catch { throw RegistryError(error) }
  }

  /// A reader of the snapshot that another reader has.
  init(of reader: MatterReader) {
    ledger = reader.ledger
    vault = reader.vault
    cipher = reader.cipher
    size = reader.size
  }

  /// The certificate with an identifier; nil when this registry never issued it.
  public func find(
    _ identifier: CertificateIdentifier
  ) throws(RegistryError) -> StoredCertificate? {
    guard let base = try cipher.row(serial: identifier.serial),
      let row = try vault.certificate(base: base, version: Int64(identifier.version)),
      let stored = try stored(row), stored.identifier == identifier
    else { return nil }
    return stored
  }

  /// What a row is; nil while its entry is not durable.
  public func stored(_ row: CertificateRow) throws(RegistryError) -> StoredCertificate? {
    guard isDurable(row.entry) else { return nil }
    let (entry, event) = try event(at: row.entry)
    guard event.kind == .certificateIssued, let type = event.text("type"),
      let version = event.integer("version"), let issuer = event.issuerCode
    else {
      throw RegistryError(
        .damagedVault, "a certificate's row names an entry that issued none", at: "certificate")
    }
    return StoredCertificate(
      row: row,
      identifier: try identifier(type, issuer, base: row.base, version: row.version),
      typeVersion: Int(version), issuer: event.issuer, issuedAt: entry.received,
      state: try state(of: row))
  }

  /// An entry and its event.
  func event(at index: Int64) throws(RegistryError) -> (entry: Entry, event: Event) {
    let entry = try entry(at: index)
    do throws(RulesError) {
      return (entry, try Event(parsing: entry.event))
    } catch {
      throw RegistryError(.damagedLedger, "an entry's event cannot be read", cause: error)
    }
  }

  /// An entry.
  func entry(at index: Int64) throws(RegistryError) -> Entry {
    do throws(LedgerError) {
      guard index >= 0,
        let bytes = try ledger.entries(from: LeafIndex(UInt64(index)), count: 1).first
      else {
        throw LedgerError(.missingEntry, "a row of the vault names an entry that is not there")
      }
      return try Entry(parsing: bytes)
    } catch {
      throw RegistryError(error)
    }
  }

  /// Whether an entry is in the snapshot.
  func isDurable(_ entry: Int64) -> Bool { entry >= 0 && UInt64(entry) < size.value }

  private func identifier(
    _ type: String, _ issuer: String, base: Int64, version: Int64
  ) throws(RegistryError) -> CertificateIdentifier {
    let serial = try cipher.serial(row: base)
    do throws(CertificatesError) {
      return try CertificateIdentifier.make(
        type: try TypeCode(type), issuer: try USCC(issuer), serial: serial, version: Int(version))
    } catch {
      throw RegistryError(
        .damagedVault, "a certificate's row gives no identifier", cause: error, at: "certificate")
    }
  }

  private func state(of row: CertificateRow) throws(RegistryError) -> CertificateState {
    // The row may already bear the state of a batch that is not durable yet.
    if !isDurable(row.changed), let known = try history(of: row).last?.state { return known }
    guard let state = CertificateState(number: row.state) else {
      throw RegistryError(.damagedVault, "a certificate has an unknown state", at: "certificate")
    }
    return state
  }
}

extension OpenRegistry {
  /// A reader of certificates; needs the ledger's passphrase, for the vault.
  public func certificates() throws(RegistryError) -> CertificateReader {
    try CertificateReader(ledger: ledger, vault: vault, cipher: try openCipher())
  }
}

extension Writer {
  /// A reader of certificates as they are after the last append.
  func certificates() throws(RegistryError) -> CertificateReader {
    try CertificateReader(ledger: ledger, vault: vault, cipher: cipher)
  }
}
