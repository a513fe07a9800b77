import Certificates
import Encoding

extension CertificateReader {
  /// The combined form with the disclosures of the claims that are there, of those asked for.
  ///
  /// Throws `ShareRefusal` where the certificate has none of them.
  func copy(
    of row: CertificateRow, for share: Share
  ) throws -> (bytes: [UInt8], claims: [String]) {
    let copies = try copies(of: row)
    // The subject's own copy in use; a type may have fewer copies than subjects.
    let living = copies.filter { !$0.isStopped }
    let number = (row.subjects.firstIndex(of: share.row.subject) ?? 0) + 1
    let hasOwn = copies.contains { $0.subject == number }
    guard let chosen = living.first(where: { !hasOwn || $0.subject == number }) else {
      throw ShareRefusal(
        "copy_stopped",
        "every copy of the person's was stopped; make one (certificate copy), or "
          + "refuse the request", act: share.name.name)
    }
    let (copy, bytes) = (chosen.certificate, chosen.bytes)
    let asked = Set(share.claims)
    var claims: Set<String> = []
    var disclosures: [Disclosure] = []
    for (disclosure, path) in zip(copy.disclosures, copy.disclosedPaths) {
      guard case .name(let name)? = path.first, asked.contains(name) else { continue }
      claims.insert(name)
      disclosures.append(disclosure)
    }
    guard !claims.isEmpty else {
      throw ShareRefusal(
        "no_claims", "the certificate has none of the claims asked for; refuse the request",
        act: share.name.name)
    }
    return (
      SDJWT.join(token: SDJWT.issuerToken(of: bytes), disclosures: disclosures),
      share.claims.filter(claims.contains)
    )
  }
}
