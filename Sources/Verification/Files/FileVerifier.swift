import Certificates
import Cryptography
import Ledger
import Rules

/// Judges any file that Kanhe makes, from files alone: no registry, no network, no side effect.
///
/// Every check that concerns a file is made and stands in the answer; none is left out because
/// another failed, and nothing counts as shown that was not. Spec: cli/verify.md, "Checks".
public struct FileVerifier: Sendable {
  private let sessions: [AnchorSession]
  private let pool: EvidencePool
  private let foreignRoot: ForeignRoot
  /// Whom an answer without a request must be for; nil for anyone.
  private let audience: String?

  /// Judges evidence under each root.
  ///
  /// `time` is when things are judged, `clock` what the clock says, both in seconds; `audience` is
  /// whom an answer without a request must be for, nil for anyone.
  public init(
    anchors: [Anchor], pool: EvidencePool, time: Int64, clock: Int64, audience: String?
  ) {
    self.pool = pool
    self.audience = audience
    foreignRoot = ForeignRoot(anchors)
    let given = anchors.map { AnchorSession(anchor: $0, pool: pool, time: time, clock: clock) }
    sessions = given + AnchorSession.admitted(by: given, pool: pool, time: time, clock: clock)
  }

  /// The answer about one file; of several roots the one that it belongs to counts.
  public func report(on file: KnownFile) -> FileReport {
    if case .malformed(let fault) = file.content { return unreadable(file.kind, fault) }
    var best: FileReport?
    for session in sessions where session.judges(file) {
      let report = report(on: file, in: session).telling(foreignRoot)
      // Only the right root lets the path of the issuer pass.
      if report.checks[.issuer]?.result == .passed { return report }
      if best == nil || rank(report) < rank(best) { best = report }
    }
    let found = best ?? FileReport(kind: file.kind, checks: CheckList())
    return lacksAdmitted(file) ? found.lackingAdmitted : found
  }

  /// Whether a file is of a registry that is admitted, and whose root or list is not among the
  /// evidence: then nothing can be told.
  private func lacksAdmitted(_ file: KnownFile) -> Bool {
    guard let host = file.issuerHost,
      !sessions.contains(where: { ($0.list?.host ?? $0.anchor.host) == host })
    else { return false }
    return sessions.contains { session in
      session.admission == nil
        && session.list?.admitted.contains { $0.host == host } ?? false
    }
  }

  /// A root to which something of the file leads comes first, then fewer failures.
  private func rank(_ report: FileReport?) -> Int {
    guard let checks = report?.checks.checks else { return .max }
    let isForeign = checks.contains(where: ForeignRoot.isForeign)
    return checks.count { $0.result == .failed } + (isForeign ? 1_000 : 0)
  }

  private func unreadable(_ kind: FileKind, _ fault: KnownFile.Fault) -> FileReport {
    if kind == .unknown { return FileReport(unreadable: fault) }
    let failed = Check.judged(.format, reasons: [Check.Reason(fault)], passed: "")
    let others = names(of: kind).map {
      Check.notShown($0, code: fault.code, "the file cannot be read")
    }
    return FileReport(kind: kind, checks: CheckList([failed] + others))
  }

  /// The checks besides the format that a file of a kind gets.
  private func names(of kind: FileKind) -> [Check.Name] {
    switch kind {
    case .copy, .delivery, .bundle, .deliveries:
      [
        .signature, .issuer, .trust, .keyState, .type, .schema, .validity, .status, .ledger,
        .receipt,
      ]
    case .presentation:
      [
        .signature, .issuer, .trust, .keyState, .type, .schema, .validity, .status, .keyBinding,
        .request, .asker,
      ]
    case .request: [.request, .asker]
    case .receipt: [.ledger, .receipt]
    case .answer: [.ledger, .signatures, .thread, .runs, .end]
    case .trustList, .statusToken: [.signature, .issuer, .trust, .validity]
    case .typeFile: [.type]
    case .checkpoint, .proof: [.ledger]
    case .identity: [.issuer, .validity]
    case .unknown: []
    }
  }

  private func report(on file: KnownFile, in session: AnchorSession) -> FileReport {
    let others = OtherChecks(session: session, pool: pool)
    let checks: CheckList
    switch file.content {
    case .copy(let certificate) where pool.requests.isEmpty:
      return self.certificate(
        .copy, certificate, receipt: pool.receiptsByCopy[certificate.digest], in: session)
    // Stripped of its key binding an answer is a copy: what was asked for decides.
    case .copy(let certificate), .presentation(let certificate):
      return presentation(certificate, in: session)
    case .request(let request): checks = session.session.verify(request)
    case .delivery(let delivery, let certificate):
      return self.certificate(
        .delivery, certificate, receipt: delivery.receipt, delivery: delivery,
        faults: FileVerifier.withheld(certificate, in: session), in: session)
    case .bundle(let parts):
      return self.certificate(
        .bundle, parts.certificate, receipt: parts.bundle.receipt, faults: parts.faults,
        in: session
      ).replacing(BundleEvidence(parts: parts, session: session, pool: pool).told)
    case .receipt(let receipt):
      let found = ReceiptChecks(
        receipt: receipt, session: session, certificate: nil, delivery: nil, isBundle: false
      ).all()
      checks = CheckList(
        [
          .passed(.format, "receipt of entry \(receipt.entry.index)"),
          others.fork(receipt.proof, found.ledger), found.receipt,
          // What is shown instead of a copy: the question is whether that is in force.
          ReceiptCopy.check(receipt, in: session.session),
        ].compactMap { $0 })
    case .answer(let answer): checks = AnswerChecks(answer, session: session).all()
    case .trustList(let list): checks = others.trustList(list)
    case .statusToken(let token): checks = others.statusToken(token)
    case .typeFile(let type): checks = others.typeFile(type)
    case .checkpoint(let note, let checkpoint): checks = others.checkpoint(note, checkpoint)
    case .proof(let proof): checks = others.proof(proof)
    case .identity(let identity, let more):
      checks = IdentityChecks(
        identity: identity, others: more + pool.identities, session: session
      ).all()
    case .malformed(let fault): return unreadable(file.kind, fault)
    }
    var request: PresentationRequest?
    if case .request(let found) = file.content { request = found }
    var judged = checks
    if case .receipt(let receipt) = file.content { judged = session.admitting(receipt, checks) }
    return FileReport(
      kind: file.kind, checks: judged, request: request, root: session.anchor.root.sha256)
  }

  private func presentation(
    _ certificate: UnverifiedCertificate, in session: AnchorSession
  ) -> FileReport {
    let request = PresentationRequest.answered(by: certificate, among: pool.requests)
    var checks = session.session.verify(certificate).checks
    for check in presentationChecks(of: certificate, request, in: session) { checks.append(check) }
    return FileReport(
      kind: .presentation, checks: session.admitting(certificate, checks), certificate: certificate,
      type: session.session.typeFile(of: certificate),
      request: request, root: session.anchor.root.sha256)
  }

  private func presentationChecks(
    of certificate: UnverifiedCertificate, _ request: PresentationRequest?,
    in session: AnchorSession
  ) -> [Check] {
    let asking = sessions.first { asking in
      guard let request, let host = RegistryNames.host(of: request.terms.issuer) else {
        return false
      }
      return asking.list?.host == host && asking.admission == nil
    }
    // A registry that is only admitted gives nobody here a right to ask (decision 23).
    let own = session.admission == nil ? session : sessions.first { $0.admission == nil }
    return session.session.presentationChecks(
      of: certificate, request: request, asking: (asking ?? own ?? session).session,
      audience: audience)
  }

  /// A delivery is what the department handed out: whole. Who shows less shows the copy.
  private static func withheld(
    _ certificate: UnverifiedCertificate, in session: AnchorSession
  ) -> [KnownFile.Fault] {
    let names = certificate.withheldNames(type: session.session.typeFile(of: certificate))
    guard !names.isEmpty else { return [] }
    return [
      KnownFile.Fault(
        code: "claims_withheld",
        message: "the delivery withholds claims that every such certificate has: "
          + "\(names.joined(separator: ", ")); give it as it was handed out, or the copy alone")
    ]
  }

  private func certificate(
    _ kind: FileKind, _ certificate: UnverifiedCertificate, receipt: Receipt?,
    delivery: Delivery? = nil, faults: [KnownFile.Fault] = [], in session: AnchorSession
  ) -> FileReport {
    var checks: CheckList
    if let receipt {
      let found = ReceiptChecks(
        receipt: receipt, session: session, certificate: certificate, delivery: delivery,
        isBundle: kind == .bundle
      ).all()
      let ledger = OtherChecks(session: session, pool: pool).fork(receipt.proof, found.ledger)
      checks =
        session.session.verify(
          certificate, provenTime: ledger.result == .passed ? found.provenTime : nil
        ).checks
      checks.append(ledger)
      checks.append(found.receipt)
    } else {
      checks = session.session.verify(certificate).checks
      for name in [Check.Name.ledger, .receipt] {
        checks.append(
          .notShown(
            name, code: "receipt_missing", "no receipt given; add the delivery or the receipt"))
      }
    }
    // Beside a request nothing but its answer will do, however good it is as what it is.
    if !pool.requests.isEmpty {
      for check in presentationChecks(of: certificate, pool.requests.first, in: session) {
        checks.append(check)
      }
    }
    if !faults.isEmpty {
      // Evidence that cannot be read is a fault of the file, never as if it had not been there.
      let format = Check.judged(.format, reasons: faults.map(Check.Reason.init), passed: "")
      checks = CheckList([format] + checks.checks.filter { $0.name != .format })
    }
    return FileReport(
      kind: kind, checks: session.admitting(certificate, checks), certificate: certificate,
      type: session.session.typeFile(of: certificate), root: session.anchor.root.sha256)
  }
}
