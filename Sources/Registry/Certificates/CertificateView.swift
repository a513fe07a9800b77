import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Everything the registry can show of one certificate to its own officers.
public struct CertificateView: Sendable {
  /// One signed copy.
  public struct Copy: Sendable {
    /// SHA-256 of the issuer's token.
    public let digest: Digest
    /// The thumbprint of the holder's key; nil for a copy that cannot be presented.
    public let holder: Digest?
    /// Its place in a status list.
    public let status: StatusReference
    /// Whose it is: the number of the subject, from 1.
    public let subject: Int
    /// Whether it was stopped alone.
    public let isStopped: Bool
    /// The combined form, ASCII.
    public let bytes: [UInt8]
  }

  /// The certificate.
  public let certificate: StoredCertificate
  /// Its claims, standard ones too; nil once erased.
  public let claims: JSONObject?
  /// Its copies, in the order of their making; empty once erased.
  public let copies: [Copy]
  /// Every entry about it, oldest first.
  public let history: [CertificateEvent]

  /// The identifier of the certificate before.
  public var previous: String? { claims?["previous_identifier"]?.stringValue }
  /// The identifier of the certificate that took its place.
  public var successor: String? { history.compactMap(\.successor).last }
}

extension CertificateReader {
  /// Opens a certificate. Throws `damagedVault` when what was issued cannot be read.
  public func view(_ certificate: StoredCertificate) throws(RegistryError) -> CertificateView {
    let copies = try copies(of: certificate.row)
    let stopped =
      certificate.row.secret.isEmpty ? [] : try stoppedDigests(of: certificate.row)
    return CertificateView(
      certificate: certificate, claims: copies.first?.certificate.claims,
      copies: copies.map {
        CertificateView.Copy(
          digest: $0.certificate.digest, holder: $0.certificate.holderKey?.thumbprint,
          status: $0.certificate.status, subject: $0.subject,
          isStopped: stopped.contains($0.certificate.digest),
          bytes: $0.bytes)
      },
      history: try history(of: certificate.row))
  }

  /// The claims of a certificate; nil once erased.
  public func claims(of row: CertificateRow) throws(RegistryError) -> JSONObject? {
    try copies(of: row).first?.certificate.claims
  }

  /// The copies of a certificate; none once erased. Spec: registry-on-disk.md, "Content".
  func copies(of row: CertificateRow) throws(RegistryError) -> [StoredCopy] {
    var copies: [StoredCopy] = []
    for content in try contents(of: row) {
      let numbers = try subjectNumbers(content, of: row)
      guard numbers.count == content.copies.count else {
        throw RegistryError(.damagedVault, "a copy belongs to no subject", at: "record")
      }
      for (bytes, number) in zip(content.copies, numbers) {
        let isStopped = try isStopped(copies.count, of: row)
        do throws(CertificatesError) {
          copies.append(
            StoredCopy(
              certificate: try UnverifiedCertificate(parsing: bytes, keyBinding: .refused),
              bytes: bytes, entry: content.record.entry, subject: number,
              isStopped: isStopped))
        } catch {
          throw RegistryError(
            .damagedVault, "what was issued cannot be read; restore a backup", cause: error,
            at: "record")
        }
      }
    }
    return copies
  }

  /// A copy is stopped alone where its status ended and the certificate did not; of one that ended
  /// its entries tell.
  private func isStopped(
    _ position: Int, of row: CertificateRow
  ) throws(RegistryError) -> Bool {
    guard position < row.copies.count, let copy = try vault.copy(row.copies[position]) else {
      throw RegistryError(.damagedVault, "a copy of a certificate is missing", at: "copy")
    }
    return copy.state == CertificateState.other.statusValue
      && CertificateState(number: row.state)?.coarse != .ended
  }

  /// The digests of copies that were stopped alone, as the entries say.
  private func stoppedDigests(of row: CertificateRow) throws(RegistryError) -> Set<Digest> {
    let key = try Writer.keys(of: row, cipher).contentKey
    var stopped: Set<Digest> = []
    for record in try vault.records(certificate: row.id) where isDurable(record.entry) {
      let plain = try cipher.open(record.disclosures, for: .disclosures(row.id), under: key)
      for disclosure in try RecordText.disclosures(plain) where disclosure.name == "ended" {
        stopped.formUnion(
          (disclosure.value.arrayValue ?? []).compactMap(\.stringValue)
            .compactMap(Digest.init(canonicalText:)))
      }
    }
    return stopped
  }

  /// Whose the copies of a record are: at issue copy i is subject i's.
  private func subjectNumbers(
    _ content: (record: RecordRow, copies: [[UInt8]]), of row: CertificateRow
  ) throws(RegistryError) -> [Int] {
    if content.record.entry == row.entry { return Array(1..<(content.copies.count + 1)) }
    let key = try Writer.keys(of: row, cipher).contentKey
    let plain = try cipher.open(content.record.disclosures, for: .disclosures(row.id), under: key)
    return IssuedCertificate.numbers(try RecordText.disclosures(plain))
  }

  /// The names of the copies in the ledger: SHA-256 of each issuer's token. None once erased.
  func copyDigests(of row: CertificateRow) throws(RegistryError) -> [Digest] {
    try contents(of: row).flatMap(\.copies).map { SHA256.hash(SDJWT.issuerToken(of: $0)) }
  }

  /// The combined forms of each entry that made some; none once erased.
  private func contents(
    of row: CertificateRow
  ) throws(RegistryError) -> [(record: RecordRow, copies: [[UInt8]])] {
    if row.secret.isEmpty { return [] }
    let key = try Writer.keys(of: row, cipher).contentKey
    var contents: [(record: RecordRow, copies: [[UInt8]])] = []
    for record in try vault.records(certificate: row.id) where isDurable(record.entry) {
      guard let sealed = record.content else { continue }
      let plain = try cipher.open(sealed, for: .content(row.id), under: key)
      contents.append((record, try IssuedContent.copies(plain, in: vault)))
    }
    guard !contents.isEmpty else {
      throw RegistryError(.damagedVault, "a certificate has no content", at: "record")
    }
    return contents
  }
}

/// A copy as the vault keeps it.
struct StoredCopy: Sendable {
  let certificate: UnverifiedCertificate
  /// The combined form, ASCII.
  let bytes: [UInt8]
  /// The entry that made it.
  let entry: Int64
  /// Whose it is: the number of the subject, from 1.
  let subject: Int
  /// Whether it was stopped alone.
  let isStopped: Bool
}
