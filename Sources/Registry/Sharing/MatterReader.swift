import Cryptography
import Encoding
import Ledger
import Rules

/// Finds matters by their events and opens what the vault keeps of them.
///
/// What it gives is a snapshot at `size`, as with `CertificateReader`. Spec: registry-on-disk.md,
/// "Matters".
public struct MatterReader: Sendable {
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

  /// Where an event entered; nil if it did not.
  public func entry(of event: EventID) throws(RegistryError) -> Int64? {
    do throws(LedgerError) {
      let index = try ledger.indices(of: [(event.milliseconds, event.digest)])[0]
      return index.flatMap { $0.value < size.value ? Int64(clamping: $0.value) : nil }
    } catch {
      throw RegistryError(error)
    }
  }

  /// The record of an event with its matter; nil if no such event entered, or it is of none.
  public func find(
    _ event: EventID
  ) throws(RegistryError) -> (record: RecordRow, matter: MatterRow)? {
    guard let entry = try entry(of: event), let record = try vault.record(of: entry),
      record.matter > 0
    else { return nil }
    guard let row = try vault.matter(record.matter), let matter = try durable(row) else {
      throw RegistryError(.damagedVault, "a record names a matter that is not there", at: "record")
    }
    return (record, matter)
  }

  /// The durable records of a matter, oldest first.
  public func records(of matter: MatterRow) throws(RegistryError) -> [RecordRow] {
    try vault.records(matter: matter.id).filter { isDurable($0.entry) }
  }

  /// What an entry of a matter opened.
  public func disclosures(
    _ record: RecordRow, of matter: MatterRow
  ) throws(RegistryError) -> [EventDisclosure] {
    try Writer.keys(of: matter, cipher).disclosures(record, cipher)
  }

  /// A row as the durable entries have it; nil while its first entry is not durable.
  public func durable(_ row: MatterRow) throws(RegistryError) -> MatterRow? {
    if isDurable(row.changed) { return row }
    guard isDurable(row.entry), let last = try records(of: row).last else { return nil }
    let event = try certificates.event(at: last.entry).event
    var earlier = row
    earlier.changed = last.entry
    earlier.state = MatterRow.Kind.after(event.kind)?.state ?? row.state
    return earlier
  }

  /// The entries of matters that are in a certificate's thread, in the order of the ledger, those
  /// of a batch on its way too.
  func entries(ofCertificate id: Int64) throws(RegistryError) -> [Int64] {
    var entries: [Int64] = []
    var filter = MatterFilter()
    filter.certificate = id
    try forEach(filter) { matter throws(RegistryError) in
      for record in try vault.records(matter: matter.id)
      where matter.isAboutCertificate(try disclosures(record, of: matter)) {
        entries.append(record.entry)
      }
      return true
    }
    return entries.sorted()
  }

  /// Goes through the matters that fit a filter, newest first, page by page, until `body` says
  /// false.
  public func forEach(
    _ filter: MatterFilter, _ body: (MatterRow) throws(RegistryError) -> Bool
  ) throws(RegistryError) {
    var before: Int64?
    while true {
      let page = try vault.matters(before: before, limit: MatterReader.pageCount, filter)
      for row in page where !(try body(row)) { return }
      guard page.count == MatterReader.pageCount, let last = page.last else { return }
      before = last.id
    }
  }

  /// A reader of entries and certificates of the same snapshot.
  var certificates: CertificateReader { CertificateReader(of: self) }

  private static let pageCount = 256

  private func isDurable(_ entry: Int64) -> Bool { entry >= 0 && UInt64(entry) < size.value }
}

extension MatterRow {
  /// Whether an entry of the matter, which opens these members, is in the certificate's thread.
  ///
  /// A request may name none where its release does. What follows a release opens no person: it is
  /// in the release's threads.
  func isAboutCertificate(_ disclosures: [EventDisclosure]) -> Bool {
    guard certificate > 0 else { return false }
    let names = disclosures.map(\.name)
    return names.contains("certificate") || !names.contains("subject_1")
  }
}

extension OpenRegistry {
  /// A reader of matters; needs the ledger's passphrase, for the vault.
  public func matters() throws(RegistryError) -> MatterReader {
    try MatterReader(ledger: ledger, vault: vault, cipher: try openCipher())
  }
}
