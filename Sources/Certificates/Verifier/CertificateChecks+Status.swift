import Cryptography
import Encoding
import Synchronization

/// What a session has of a status list for one issuer's certificates: the newest good token, or
/// the newest with what is wrong with it.
private struct ListEvidence: Sendable {
  let token: StatusToken
  let faults: [CertificatesError]
  /// When it was issued, in words.
  let issued: String
}

/// What was found of status lists: it is the same for each certificate of a list and an issuer.
final class ListEvidenceCache: Sendable {
  /// When a hostile input floods it, all is forgotten.
  private static let countMax = 1024
  private let known = Mutex<[Digest: ListEvidence?]>([:])

  /// What is known of a list for an issuer, or else what `find` says.
  fileprivate func evidence(
    of uri: String, for issuer: String, else find: () -> ListEvidence?
  ) -> ListEvidence? {
    // Neither is a name that was checked: the length tells where one ends.
    var both = SHA256()
    both.update(bigEndian: UInt64(uri.utf8.count))
    both.update(uri)
    both.update(issuer)
    let name = both.finish()
    if let evidence = known.withLock({ $0[name] }) { return evidence }
    let found = find()
    known.withLock { known in
      if known.count >= Self.countMax { known.removeAll(keepingCapacity: true) }
      known[name] = .some(found)
    }
    return found
  }
}

extension CertificateVerifier.Session {
  /// The status list of a copy's issuer says valid.
  ///
  /// Without a token nothing is known: unreachable is never valid, and the caller decides whether
  /// it demands one. A token younger than the time judged says nothing about that time.
  package func status(_ place: StatusReference, of issuer: String) -> Check {
    let known = listEvidence.evidence(of: place.uri, for: issuer) {
      evidence(of: place.uri, for: issuer)
    }
    guard let known else {
      return .notShown(
        .status, .statusMissing, "no status token for that time given; add that of \(place.uri)")
    }
    guard known.faults.isEmpty else { return .judged(.status, known.faults, passed: "") }
    return state(place, known)
  }

  private func evidence(of uri: String, for issuer: String) -> ListEvidence? {
    // Clocks differ now; what was so at a time past, tokens of later do not say.
    let latest = time + (time < clock ? 0 : CertificateVerifier.skewSeconds)
    let tokens = statusTokens(of: uri).filter {
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
    return chosen.map {
      ListEvidence(
        token: $0.evidence.token, faults: $0.faults,
        issued: Timestamp(seconds: $0.evidence.token.issuedAt).description)
    }
  }

  private func state(_ place: StatusReference, _ evidence: ListEvidence) -> Check {
    let issued = evidence.issued
    let fault: CertificatesError? =
      switch evidence.token.value(at: place.index) {
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
