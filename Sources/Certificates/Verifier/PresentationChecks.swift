import Cryptography
import Encoding

extension Check.Name {
  /// The key of the copy signed this very selection.
  public static let keyBinding = Check.Name("key_binding")
  /// It answers this request: audience, nonce, time, purpose, and the claims asked, no more.
  public static let request = Check.Name("request")
  /// A department in force signed the request, and the catalogue lets it ask.
  public static let asker = Check.Name("asker")
}

extension CertificateVerifier.Session {
  /// Judges a presentation: all checks of a certificate, and three of its own.
  ///
  /// A key binding is demanded, whatever the input has; without a `request` two checks are not
  /// shown. `provenTime` as in ``verify(_:provenTime:)``. Spec: presentation.md, "Verifying".
  public func verify(
    presentation bytes: [UInt8], request: PresentationRequest?, provenTime: Int64? = nil
  ) -> CertificateVerifier.Report {
    let certificate: UnverifiedCertificate
    do {
      certificate = try UnverifiedCertificate(
        parsing: bytes, keyBinding: .demanded, headers: certificateHeaders)
    } catch {
      let report = unreadable(error)
      let open = [Check.Name.keyBinding, .request, .asker].map { name in
        Check.notShown(name, error.code, "the presentation cannot be read")
      }
      return CertificateVerifier.Report(
        certificate: nil, checks: CheckList(report.checks.checks + open))
    }
    return verify(presentation: certificate, request: request, provenTime: provenTime)
  }

  /// Judges a presentation that was read with its key binding demanded.
  public func verify(
    presentation certificate: UnverifiedCertificate, request: PresentationRequest?,
    provenTime: Int64? = nil
  ) -> CertificateVerifier.Report {
    var checks = verify(certificate, provenTime: provenTime).checks
    for check in presentationChecks(of: certificate, request: request, asking: self) {
      checks.append(check)
    }
    return CertificateVerifier.Report(certificate: certificate, checks: checks)
  }

  /// The three checks that a presentation has besides those of its certificate: also of what was
  /// given in the place of one.
  ///
  /// `asking` judges who asks: where the certificate is of an admitted registry, another root's.
  /// `audience` is whom it must be for where there is no request; nil for anyone.
  package func presentationChecks(
    of certificate: UnverifiedCertificate, request: PresentationRequest?,
    asking: CertificateVerifier.Session, audience: String? = nil
  ) -> [Check] {
    PresentationChecks(
      certificate: certificate, request: request, session: self, asking: asking,
      audience: audience
    ).all()
  }
}

/// The checks that a presentation has besides those of its certificate.
private struct PresentationChecks {
  let certificate: UnverifiedCertificate
  let request: PresentationRequest?
  let session: CertificateVerifier.Session
  let asking: CertificateVerifier.Session
  let audience: String?
  private let binding: Result<KeyBinding, CertificatesError>

  init(
    certificate: UnverifiedCertificate, request: PresentationRequest?,
    session: CertificateVerifier.Session, asking: CertificateVerifier.Session, audience: String?
  ) {
    self.asking = asking
    self.audience = audience
    self.certificate = certificate
    self.request = request
    self.session = session
    do throws(CertificatesError) {
      guard let bytes = certificate.keyBinding else {
        throw CertificatesError(
          .keyBindingMissing, "the holder's key binding is demanded and is not there")
      }
      binding = .success(try KeyBinding(parsing: bytes, headers: session.bindingHeaders))
    } catch {
      binding = .failure(error)
    }
  }

  func all() -> [Check] {
    let request = answer()
    return [keyBinding(), request, asker()]
  }

  private func keyBinding() -> Check {
    switch binding {
    case .failure(let fault): return .judged(.keyBinding, [fault], passed: "")
    case .success(let binding):
      return .judged(
        .keyBinding, faults(of: binding), passed: "signed by the key that the copy is bound to")
    }
  }

  private func faults(of binding: KeyBinding) -> [CertificatesError] {
    var faults: [CertificatesError] = []
    if let key = certificate.holderKey {
      if !binding.token.isSigned(by: key) {
        faults.append(
          CertificatesError(
            .signatureInvalid, "the key binding is not signed by the copy's key",
            at: "key binding"))
      }
    } else {
      faults.append(
        CertificatesError(
          .notPresentable, "the copy is bound to no key: nobody can present it", at: "cnf"))
    }
    if !binding.statement.selectionHash.hasSameBytes(as: certificate.boundDigest.base64url) {
      faults.append(
        CertificatesError(
          .selectionMismatch, "the holder signed another selection", at: "key binding.sd_hash"))
    }
    if let fault = timeFault(binding.statement.issuedAt) { faults.append(fault) }
    return faults
  }

  /// Made while the request was open; without a request, a moment ago.
  private func timeFault(_ time: Int64) -> CertificatesError? {
    let skew = CertificateVerifier.skewSeconds
    let earliest = request.map { $0.terms.issuedAt - skew } ?? session.time - 300
    let latest = min(session.time + skew, request?.terms.expiresAt ?? .max)
    if earliest <= time, time <= latest { return nil }
    let text =
      request == nil
      ? "the key binding was made more than five minutes ago, or in the future"
      : "the key binding was made before the request, after it, or in the future"
    return CertificatesError(.keyBindingTime, text, at: "key binding.iat")
  }

  private func answer() -> Check {
    guard let request else { return unasked() }
    var faults = request.timeFaults(at: session.time, clock: session.clock)
    if case .success(let binding) = binding {
      let statement = binding.statement
      if !statement.audience.hasSameBytes(as: request.clientID) {
        faults.append(
          CertificatesError(
            .audienceMismatch, "it was made for another audience", at: "key binding.aud"))
      }
      if !statement.nonce.hasSameBytes(as: request.terms.nonce) {
        faults.append(
          CertificatesError(
            .nonceMismatch, "it answers another request", at: "key binding.nonce"))
      }
      let hashes = statement.purposeHashes ?? []
      if hashes.count != 1 || !hashes[0].hasSameBytes(as: request.purposeHash) {
        faults.append(
          CertificatesError(
            .purposeMismatch, "the holder signed another purpose, or none",
            at: "key binding.transaction_data_hashes"))
      }
    }
    faults += request.terms.query.faults(in: certificate)
    if case .failure(let fault) = binding, faults.isEmpty {
      return .notShown(
        .request, fault.code, "without a key binding it cannot be told what it answers")
    }
    return .judged(
      .request, faults, passed: "answers the request for \(request.terms.purpose.code)")
  }

  /// Without a request nothing can be told, but that it is not for whom it must be; what answers a
  /// request was not shown unasked.
  private func unasked() -> Check {
    var faults: [CertificatesError] = []
    if let audience, case .success(let binding) = binding {
      if binding.statement.purposeHashes != nil {
        faults.append(
          CertificatesError(.purposeMismatch, "it answers a request; give that beside it"))
      }
      if !binding.statement.audience.hasSameBytes(as: audience) {
        faults.append(
          CertificatesError(
            .audienceMismatch, "it was made for another audience", at: "key binding.aud"))
      }
    }
    return faults.isEmpty
      ? .notShown(
        .request, .requestMissing, "no request given: what it was made for cannot be told")
      : .judged(.request, faults, passed: "")
  }

  private func asker() -> Check {
    guard let request else {
      return .notShown(.asker, .requestMissing, "no request given: who asked cannot be told")
    }
    return asking.asker(of: request)
  }
}
