import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

extension Writer {
  /// Takes the steps of one batch: judged in order, durable together.
  ///
  /// Give it about 1,000 at a time. A step that a certificate cannot take is refused before
  /// anything is signed; one that it took already is passed over, so a batch may be repeated
  /// after any interruption. Throws what `append` throws.
  public func takeSteps(
    _ requests: [StateRequest], by signer: Signer
  ) throws(RegistryError) -> (outcomes: [StateOutcome], checkpoint: VerifiedCheckpoint) {
    let reader = try certificates()
    var outcomes = [StateOutcome](repeating: .passedOver, count: requests.count)
    var drafts: [StepDraft] = []
    var positions: [Int] = []
    var states: [Int64: CertificateState] = [:]
    for (position, request) in requests.enumerated() {
      guard let certificate = try find(request, reader) else {
        // A number of a batch whose certificate a rule refused is none of its members.
        if case .identifier = request.target {
          outcomes[position] = .refused(.notFound(request.line))
        }
        continue
      }
      let state = states[certificate.row.id] ?? certificate.state
      let verdict = try verdict(request, certificate, state, signer)
      outcomes[position] = verdict ?? .passedOver
      guard verdict == nil else { continue }
      states[certificate.row.id] = request.step.target
      positions.append(position)
      drafts.append(
        try stepDraft(
          request.step.kind, of: certificate, from: state, to: request.step.target,
          reason: request.step.reason, by: signer))
    }
    let time = now
    let cipher = cipher
    let proposals = try Parallel.map(drafts) { draft throws(RegistryError) in
      try draft.proposal(by: signer, at: time, cipher)
    }
    let result = try append(proposals)
    for (position, (draft, outcome)) in zip(positions, zip(drafts, result.outcomes)) {
      outcomes[position] = Writer.outcome(
        outcome, of: draft.certificate, to: draft.target, line: requests[position].line)
    }
    return (outcomes, result.checkpoint)
  }

  /// Whether a department acts for one that issued, was asked or asked: itself, or a retired one
  /// for which it answers.
  func answers(_ signer: Signer, for code: String) throws(RegistryError) -> Bool {
    do throws(RulesError) {
      return try facts.answers(signer.code, for: code)
    } catch {
      throw RegistryError(error)
    }
  }

  // MARK: Helpers

  private func find(
    _ request: StateRequest, _ reader: CertificateReader
  ) throws(RegistryError) -> StoredCertificate? {
    switch request.target {
    case .identifier(let identifier): return try reader.find(identifier)
    case .row(let id):
      guard let row = try vault.certificate(id) else { return nil }
      return try reader.stored(row)
    }
  }

  /// What is clear before anything is signed; nil when the step can be taken.
  private func verdict(
    _ request: StateRequest, _ certificate: StoredCertificate, _ state: CertificateState,
    _ signer: Signer
  ) throws(RegistryError) -> StateOutcome? {
    guard try answers(signer, for: certificate.issuerCode) else {
      return .refused(.notIssuer(request.line))
    }
    switch request.step.verdict(from: state) {
    case .isThere:
      return .alreadyThere(
        StandingCertificate(identifier: certificate.identifier.text, state: state))
    case .impossible:
      if case .row = request.target { return .passedOver }
      return .refused(.stateStep(request.line, from: state, to: request.step.target))
    case .changes:
      return certificate.row.secret.isEmpty ? .refused(.erased(request.line)) : nil
    }
  }

  private static func outcome(
    _ outcome: Outcome, of certificate: StoredCertificate, to state: CertificateState, line: Int?
  ) -> StateOutcome {
    switch outcome {
    case .entered(let entry), .repeated(let entry):
      .changed(
        StateChange(
          identifier: certificate.identifier.text, state: state, index: entry.index))
    case .refused(let codes): .refused(.rules(line, codes))
    case .withdrawn: .refused(.rules(line, []))
    }
  }
}
