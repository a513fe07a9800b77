import Cryptography
import Encoding

/// The checks of one certificate; each looks for itself, whatever the others found.
struct CertificateChecks {
  let certificate: UnverifiedCertificate
  let session: CertificateVerifier.Session
  let provenTime: Int64?
  let path: IssuerPath
  /// What `vct` says.
  let typeName: Result<RegistryNames.TypeName, CertificatesError>
  /// The type that it names, if its file was given.
  let known: KnownType?

  init(
    certificate: UnverifiedCertificate, session: CertificateVerifier.Session, provenTime: Int64?
  ) {
    self.certificate = certificate
    self.session = session
    self.provenTime = provenTime
    path = certificate.token.readHeader.path(session.reader)
    do throws(CertificatesError) {
      let name = try RegistryNames.parse(type: certificate.type)
      typeName = .success(name)
      known = session.known(name)
    } catch {
      typeName = .failure(error)
      known = nil
    }
  }

  private var time: Int64 { session.time }

  func all() -> [Check] {
    [
      .passed(
        .format, "an SD-JWT VC with \(Counted.text(certificate.disclosures.count, "disclosure"))"),
      signature(), issuer(), trust(), keyState(), type(), schema(), validity(), status(),
    ]
  }

  private func signature() -> Check {
    guard let key = path.leaf?.publicKey else {
      return .judged(
        .signature,
        [CertificatesError(.identityInvalid, "the signing identity has no P-256 key", at: "x5c")],
        passed: "")
    }
    let isSigned = certificate.token.isSigned(by: key)
    let faults =
      isSigned ? [] : [CertificatesError(.signatureInvalid, "the signature is not the issuer's")]
    return .judged(.signature, faults, passed: "signed with ES256 by the identity it names")
  }

  private func issuer() -> Check {
    let faults = path.faults(
      under: session.paths, for: .seal, at: certificate.issuedAt, uri: certificate.issuer)
    return .judged(.issuer, faults, passed: "issued by \(certificate.issuer)")
  }

  /// What the list says about the issuer, or the check that it cannot.
  private func department(_ name: Check.Name) -> Result<(TrustList, TrustList.Department), Stop> {
    guard session.evidence.trustList != nil else {
      return .failure(
        Stop(
          .notShown(name, .trustListMissing, "no trust list given; add the registry's trust.jwt")))
    }
    guard let list = session.list else {
      return .failure(Stop(.judged(name, session.trustListFaults, passed: "")))
    }
    guard let department = list.department(uri: certificate.issuer) else {
      let isForeign = RegistryNames.host(of: certificate.issuer).map { $0 != list.host } ?? false
      let fault =
        isForeign
        ? CertificatesError(
          .foreignHost, "the trust list is that of another registry than the issuer's", at: "iss")
        : CertificatesError(
          .issuerUnknown, "the trust list does not have the issuer", at: "iss")
      return .failure(Stop(.judged(name, [fault], passed: "")))
    }
    return .success((list, department))
  }

  /// A check that ends early.
  private struct Stop: Error {
    let check: Check
    init(_ check: Check) { self.check = check }
  }

  private func trust() -> Check {
    let list: TrustList
    let department: TrustList.Department
    switch self.department(.trust) {
    case .failure(let stop): return stop.check
    case .success(let found): (list, department) = found
    }
    var faults: [CertificatesError] = []
    let entry = path.leaf.flatMap { department.identity($0.sha256) }
    if entry?.use != .seal {
      faults.append(
        CertificatesError(
          .identityUnknown, "the trust list does not have this identity for sealing", at: "x5c"))
    }
    do throws(CertificatesError) {
      let name = try typeName.get()
      if let type = list.type(name.code, version: name.version) {
        if !list.mayIssue(department, type) {
          faults.append(
            CertificatesError(.issuerNotAuthorised, "the issuer may not issue this type"))
        }
      } else {
        faults.append(
          CertificatesError(.typeUnknown, "the trust list does not have this type", at: "vct"))
      }
    } catch {
      faults.append(error)
    }
    return .judged(
      .trust, faults, passed: "trust list \(list.sequence) lets the issuer issue this type")
  }

  private func keyState() -> Check {
    let department: TrustList.Department
    switch self.department(.keyState) {
    case .failure(let stop): return stop.check
    case .success(let found): department = found.1
    }
    guard let entry = path.leaf.flatMap({ department.identity($0.sha256) }) else {
      let fault = CertificatesError(
        .identityUnknown, "the trust list does not have this identity", at: "x5c")
      return .judged(.keyState, [fault], passed: "")
    }
    // iat is the beginning of the day, so an identity made later that day is in use.
    let endOfDay = certificate.issuedAt + 86_399
    if endOfDay < entry.from {
      let fault = CertificatesError(
        .identityNotInUse, "the certificate claims to be older than its issuer's key", at: "iat")
      return .judged(.keyState, [fault], passed: "")
    }
    switch entry.state {
    case .active: return .passed(.keyState, "the key is in use")
    case .retired(let at):
      let fault = CertificatesError(
        .identityNotInUse, "the certificate was signed after its issuer's key was retired",
        at: "iat")
      // What it says of itself, and what the ledger proves: nothing retired enters.
      let isLate = certificate.issuedAt > at || provenTime ?? at > at
      return .judged(
        .keyState, isLate ? [fault] : [],
        passed: "the key was in use when it signed; it is retired")
    case .compromised(let since): return compromised(since)
    }
  }

  private func compromised(_ since: Int64) -> Check {
    guard let proven = provenTime else {
      return .notShown(
        .keyState, .timeNotProven,
        "the key is compromised since \(Timestamp(seconds: since)); "
          + "add a receipt that proves the certificate is older")
    }
    let fault = CertificatesError(
      .identityCompromised, "the key was in foreign hands when the certificate entered the ledger")
    return .judged(
      .keyState, proven < since ? [] : [fault],
      passed: "the certificate is proven older than the compromise of its key")
  }

  private func validity() -> Check {
    var faults: [CertificatesError] = []
    if certificate.issuedAt > time + CertificateVerifier.skewSeconds {
      faults.append(
        CertificatesError(.issuedInFuture, "the certificate is dated in the future", at: "iat"))
    }
    if certificate.notBefore > time {
      faults.append(
        CertificatesError(
          .notYetValid, "the certificate is valid from \(day(certificate.notBefore)) on",
          at: "nbf"))
    }
    if let end = certificate.expiresAt, end <= time {
      faults.append(
        CertificatesError(
          .expired, "the certificate was valid until \(day(end - 1))", at: "exp"))
    }
    if !agrees("valid_from", certificate.notBefore)
      || !agrees("valid_until", certificate.expiresAt.map { $0 - 86_400 })
    {
      faults.append(
        CertificatesError(.periodMismatch, "the period shown is not the period signed for"))
    }
    let end = certificate.expiresAt.map { "until \(day($0 - 1))" } ?? "without end"
    return .judged(
      .validity, faults, passed: "valid from \(day(certificate.notBefore)) \(end)")
  }

  /// Whether a disclosed day is the one signed for; a day that was not shown agrees.
  private func agrees(_ name: String, _ seconds: Int64?) -> Bool {
    guard let shown = certificate.claims[name] else { return true }
    guard let seconds, seconds % 86_400 == 0 else { return false }
    return shown == .string(day(seconds).description)
  }

  private func day(_ seconds: Int64) -> Day { Timestamp(seconds: seconds).day }
}
