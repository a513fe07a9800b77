import Encoding

extension CertificateVerifier.Session {
  /// The status list of a copy's issuer says valid.
  ///
  /// Without a token nothing is known: unreachable is never valid, and the caller decides whether
  /// it demands one. A token younger than the time judged says nothing about that time.
  package func status(_ place: StatusReference, of issuer: String) -> Check {
    // Clocks differ now; what was so at a time past, tokens of later do not say.
    let latest = time + (time < clock ? 0 : CertificateVerifier.skewSeconds)
    let tokens = statusTokens(of: place.uri).filter {
      $0.token.issuedAt <= latest
        || $0.token.issuedAt > clock + CertificateVerifier.skewSeconds
    }
    // Of several tokens the newest good one counts: an older one may still say valid.
    var chosen: (evidence: StatusEvidence, faults: [CertificatesError])?
    for evidence in tokens {
      let faults = evidence.faults(about: issuer, in: self)
      guard let old = chosen else {
        chosen = (evidence, faults)
        continue
      }
      let isBetter =
        faults.isEmpty == old.faults.isEmpty
        ? evidence.token.issuedAt > old.evidence.token.issuedAt : faults.isEmpty
      if isBetter { chosen = (evidence, faults) }
    }
    guard let chosen else {
      return .notShown(
        .status, .statusMissing, "no status token for that time given; add that of \(place.uri)")
    }
    guard chosen.faults.isEmpty else { return .judged(.status, chosen.faults, passed: "") }
    return state(place, chosen.evidence.token)
  }

  private func state(_ place: StatusReference, _ token: StatusToken) -> Check {
    let issued = Timestamp(seconds: token.issuedAt)
    let fault: CertificatesError? =
      switch token.value(at: place.index) {
      case StatusList.valid: nil
      case StatusList.ended:
        CertificatesError(
          .ended, "the certificate, or this copy of it, is no longer in force, as of \(issued)")
      case StatusList.suspended:
        CertificatesError(.suspended, "the certificate is suspended, as of \(issued)")
      case nil:
        CertificatesError(
          .statusIndex, "the status list is shorter than the certificate's index")
      default: CertificatesError(.statusValue, "the status list has a state we do not know")
      }
    return .judged(.status, fault.map { [$0] } ?? [], passed: "in force as of \(issued)")
  }
}

extension CertificateChecks {
  /// The status list of the certificate's issuer says valid.
  func status() -> Check { session.status(certificate.status, of: certificate.issuer) }
}
