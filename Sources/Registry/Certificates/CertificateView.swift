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
    /// The combined form, ASCII.
    public let bytes: [UInt8]
  }

  /// The certificate.
  public let certificate: StoredCertificate
  /// Its claims, standard ones too; nil once erased.
  public let claims: JSONObject?
  /// Its copies, in the order of the subjects; empty once erased.
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
    return CertificateView(
      certificate: certificate, claims: copies.first?.certificate.claims,
      copies: copies.map {
        CertificateView.Copy(
          digest: $0.certificate.digest, holder: $0.certificate.holderKey?.thumbprint,
          status: $0.certificate.status, bytes: $0.bytes)
      },
      history: try history(of: certificate.row))
  }

  /// The claims of a certificate; nil once erased.
  public func claims(of row: CertificateRow) throws(RegistryError) -> JSONObject? {
    try copies(of: row).first?.certificate.claims
  }

  /// The copies of a certificate; none once erased. Spec: registry-on-disk.md, "Content".
  func copies(
    of row: CertificateRow
  ) throws(RegistryError) -> [(certificate: UnverifiedCertificate, bytes: [UInt8])] {
    var copies: [(certificate: UnverifiedCertificate, bytes: [UInt8])] = []
    for bytes in try content(of: row) {
      do throws(CertificatesError) {
        let copy = try UnverifiedCertificate(parsing: bytes, keyBinding: .refused)
        copies.append((copy, bytes))
      } catch {
        throw RegistryError(
          .damagedVault, "what was issued cannot be read; restore a backup", cause: error,
          at: "record")
      }
    }
    return copies
  }

  /// The names of the copies in the ledger: SHA-256 of each issuer's token. None once erased.
  func copyDigests(of row: CertificateRow) throws(RegistryError) -> [Digest] {
    try content(of: row).map { SHA256.hash(SDJWT.issuerToken(of: $0)) }
  }

  /// The combined forms as they were issued; none once erased.
  private func content(of row: CertificateRow) throws(RegistryError) -> [[UInt8]] {
    if row.secret.isEmpty { return [] }
    let key = try Writer.keys(of: row, cipher).contentKey
    var copies: [[UInt8]] = []
    for record in try vault.records(certificate: row.id) where isDurable(record.entry) {
      guard let sealed = record.content else { continue }
      let plain = try cipher.open(sealed, for: .content(row.id), under: key)
      copies += try IssuedContent.copies(plain, in: vault)
    }
    guard !copies.isEmpty else {
      throw RegistryError(.damagedVault, "a certificate has no content", at: "record")
    }
    return copies
  }
}
