import Cryptography
import Ledger
import Rules

/// What the vault can show of the private members, entry by entry: for the registry's own audit
/// and for a file that the operator hands to an auditor.
///
/// Whoever has it sees persons' codes and can link their entries. Needs the ledger's passphrase.
public final class VaultOpenings {
  private static let pageCount = 256
  private static let damagedCountMax = 1000

  private let vault: any Vault
  private let cipher: VaultCipher
  private var page: [RecordRow] = []
  private var position = 0
  private var next: Int64 = 0
  private var isAtEnd = false
  /// Records that could not be opened; they count as not shown.
  public private(set) var damagedCount: UInt64 = 0
  /// Their entries; the first 1,000.
  public private(set) var damaged: [LeafIndex] = []

  /// Whom the entry last opened concerns, by the ids of their rows; empty where it is nobody.
  public private(set) var subjects: [Int64] = []

  /// Opens the vault's cipher; throws what keys throw.
  public init(_ registry: OpenRegistry) throws(RegistryError) {
    vault = registry.vault
    cipher = try registry.openCipher()
  }

  /// What there is to see of an entry; asked for in the order of the entries.
  ///
  /// Throws what the vault throws when it cannot be read at all.
  public func opening(of index: LeafIndex) throws(RegistryError) -> OpeningState {
    let entry = Int64(clamping: index.value)
    subjects = []
    while let row = try currentRow(from: entry) {
      if row.entry > entry { return .notShown }
      position += 1
      if row.entry < entry { continue }
      do throws(RegistryError) {
        return try open(row, at: index)
      } catch {
        guard error.code == .damagedVault else { throw error }
        damagedCount += 1
        if damaged.count < Self.damagedCountMax { damaged.append(index) }
        return .notShown
      }
    }
    return .notShown
  }

  /// The next row not yet asked for, at or after an entry.
  private func currentRow(from entry: Int64) throws(RegistryError) -> RecordRow? {
    if position < page.count { return page[position] }
    guard !isAtEnd else { return nil }
    page = try vault.records(from: max(next, entry), limit: Self.pageCount)
    position = 0
    isAtEnd = page.count < Self.pageCount
    if let last = page.last { next = last.entry + 1 }
    return page.first
  }

  private func open(_ row: RecordRow, at index: LeafIndex) throws(RegistryError) -> OpeningState {
    if row.matter != 0 { return try openMatter(row, at: index) }
    guard row.certificate != 0 else {
      let plain = try cipher.open(row.disclosures, for: .disclosures(0))
      return .opened(
        EntryOpening(index: index, disclosures: try RecordText.disclosures(plain)))
    }
    guard let certificate = try vault.certificate(row.certificate) else {
      throw RegistryError(.damagedVault, "a record names a certificate that is not there")
    }
    if certificate.secret.isEmpty { return .erased }
    let keys = try Writer.keys(of: certificate, cipher)
    let plain = try cipher.open(
      row.disclosures, for: .disclosures(certificate.id), under: keys.contentKey)
    var subjects: [ThreadKey] = []
    for id in certificate.subjects { subjects.append(try threadKey(ofSubject: id)) }
    self.subjects = certificate.subjects
    return .opened(
      EntryOpening(
        index: index, disclosures: try RecordText.disclosures(plain), certificate: keys.key,
        subjects: subjects))
  }

  /// What an entry of a share, a grant, a decision or about evidence opened, with the keys of the
  /// threads that it is in.
  private func openMatter(
    _ row: RecordRow, at index: LeafIndex
  ) throws(RegistryError) -> OpeningState {
    guard let matter = try vault.matter(row.matter) else {
      throw RegistryError(.damagedVault, "a record names a matter that is not there")
    }
    let disclosures = try Writer.keys(of: matter, cipher).disclosures(row, cipher)
    var key: ThreadKey?
    if matter.isAboutCertificate(disclosures) {
      guard let certificate = try vault.certificate(matter.certificate) else {
        throw RegistryError(.damagedVault, "a matter names a certificate that is not there")
      }
      // Without the key of that thread nobody can tell the tag from another: it is not for opening.
      if certificate.secret.isEmpty { return .erased }
      key = try Writer.keys(of: certificate, cipher).key
    }
    subjects = matter.subject == 0 ? [] : [matter.subject]
    return .opened(
      EntryOpening(
        index: index, disclosures: disclosures, certificate: key,
        subjects: matter.subject == 0 ? [] : [try threadKey(ofSubject: matter.subject)],
        caseThread: matter.caseThread == 0 ? nil : try threadKey(ofSubject: matter.caseThread)))
  }

  private func threadKey(ofSubject id: Int64) throws(RegistryError) -> ThreadKey {
    guard let subject = try vault.subject(id) else {
      throw RegistryError(.damagedVault, "a row names a subject that is not there")
    }
    return try Writer.open(subject, cipher).0
  }
}
