import Encoding

extension ClaimQuery {
  /// The disclosures that answer, as positions among those of the certificate.
  ///
  /// Ascending, each once. The first set of claims that the certificate can show decides. Throws
  /// `type_not_asked`, `claim_missing` or `claim_value`: for several sets, the fault of the first.
  public func selection(
    from certificate: UnverifiedCertificate
  ) throws(CertificatesError) -> [Int] {
    try requireType(certificate)
    // Reading and making a query leave at least one set.
    let sets = alternatives
    do throws(CertificatesError) {
      return try needed(sets[0], of: certificate)
    } catch {
      for set in sets.dropFirst() {
        do throws(CertificatesError) { return try needed(set, of: certificate) } catch { continue }
      }
      throw error
    }
  }

  /// Why what a certificate shows is not what was asked for; empty if it is, and no more.
  func faults(in certificate: UnverifiedCertificate) -> [CertificatesError] {
    do throws(CertificatesError) {
      return try selection(from: certificate).count < certificate.disclosures.count
        ? [CertificatesError(.claimNotAsked, "more is disclosed than was asked for")] : []
    } catch {
      return [error]
    }
  }

  private func requireType(_ certificate: UnverifiedCertificate) throws(CertificatesError) {
    guard types.contains(where: { $0.hasSameBytes(as: certificate.type) }) else {
      throw CertificatesError(
        .typeNotAsked, "the certificate is of another type or version than asked for", at: "vct")
    }
  }

  private var alternatives: [[Int]] { sets ?? [Array(claims.indices)] }

  /// What must be disclosed for a set of claims: all on the way to what it selects, and below.
  private func needed(
    _ set: [Int], of certificate: UnverifiedCertificate
  ) throws(CertificatesError) -> [Int] {
    var places: [[SDJWT.PathStep]] = []
    for position in set {
      let claim = claims[position]
      let selected = claim.path.selected(in: certificate.claims)
      guard !selected.isEmpty else {
        throw CertificatesError(
          .claimMissing, "a claim that was asked for is not there", at: "\(claim.path)")
      }
      if let values = claim.values {
        let wanted = values.map(\.json)
        guard selected.contains(where: { wanted.contains($0.value) }) else {
          throw CertificatesError(
            .claimValue, "the claim has none of the values asked for", at: "\(claim.path)")
        }
      }
      places += selected.map(\.place)
    }
    return certificate.disclosedPaths.indices.filter { index in
      let path = certificate.disclosedPaths[index]
      return places.contains { $0.starts(with: path) || path.starts(with: $0) }
    }
  }
}
