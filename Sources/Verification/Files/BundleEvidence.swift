import Certificates

/// The evidence that a bundle brings, judged by itself.
///
/// All files given are evidence for one another, and of several the good one counts. That must not
/// hide what is false in a bundle: better evidence may add to it, never cover it up.
/// Spec: bundle.md, "MUST".
struct BundleEvidence {
  let parts: KnownFile.BundleParts
  let session: AnchorSession
  let pool: EvidencePool

  /// What is genuine and has only run out: newer evidence takes its place.
  private static let stale = [
    CertificatesError.Code.trustListExpired, .lowerSequence, .statusExpired,
  ]

  /// The checks of a bundle, with what is wrong with its own evidence among them.
  func told(in checks: CheckList) -> CheckList {
    CheckList(
      checks.checks.map { check in
        let known = check.result == .failed ? check.reasons : []
        let faults = faults(check.name).filter { fault in
          !known.contains { $0.code == fault.code }
        }
        return faults.isEmpty
          ? check : .judged(check.name, reasons: faults + known, passed: "")
      })
  }

  private func faults(_ name: Check.Name) -> [Check.Reason] {
    switch name {
    case .trust: lasting(parts.trustList.map(session.faults) ?? [])
    case .type: types()
    case .status: lasting(status())
    default: []
    }
  }

  private func lasting(_ faults: [CertificatesError]) -> [Check.Reason] {
    faults.filter { !Self.stale.contains($0.code) }.map(Check.Reason.init)
  }

  private func status() -> [CertificatesError] {
    guard let token = parts.statusToken else { return [] }
    let certificate = parts.certificate
    guard token.uri.utf8.elementsEqual(certificate.status.uri.utf8) else {
      return [
        CertificatesError(
          .statusURI, "the bundle's status token is of another list than the certificate's")
      ]
    }
    return OtherChecks(session: session, pool: pool).evidence(of: token)
      .faults(about: certificate.issuer, in: session.session)
  }

  private func types() -> [Check.Reason] {
    // Without a list nothing says which file is meant; the check of the list tells that.
    guard session.list != nil else { return [] }
    let others = OtherChecks(session: session, pool: pool)
    return parts.types.flatMap { others.typeFile($0)[.type]?.reasons ?? [] }
  }
}
