import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

extension Writer {
  /// What one step needs, gathered before the events are signed on all cores.
  private struct Prepared: Sendable {
    let position: Int
    let certificate: StoredCertificate
    let handle: CertificateHandle
    let draft: EventDraft
    let threads: [Proposal.Thread]
    let step: StateStep
  }

  /// Takes the steps of one batch: judged in order, durable together.
  ///
  /// Give it about 1,000 at a time. A step that a certificate cannot take is refused before
  /// anything is signed; one that it took already is passed over, so a batch may be repeated
  /// after any interruption. Throws what `append` throws.
  public func takeSteps(
    _ requests: [StateRequest], by signer: Signer
  ) throws(RegistryError) -> (outcomes: [StateOutcome], checkpoint: VerifiedCheckpoint) {
    let reader = try CertificateReader(ledger: ledger, vault: vault, cipher: cipher)
    var outcomes = [StateOutcome](repeating: .passedOver, count: requests.count)
    var prepared: [Prepared] = []
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
      let verdict = Writer.verdict(request, certificate, state, signer)
      outcomes[position] = verdict ?? .passedOver
      guard verdict == nil else { continue }
      states[certificate.row.id] = request.step.target
      prepared.append(
        try prepare(request.step, certificate, from: state, by: signer, at: position))
    }
    let proposals = try propose(prepared, by: signer)
    let result = try append(proposals)
    for (item, outcome) in zip(prepared, result.outcomes) {
      outcomes[item.position] = Writer.outcome(
        outcome, of: item.certificate, to: item.step.target, line: requests[item.position].line)
    }
    return (outcomes, result.checkpoint)
  }

  /// The certificate's private threads, in the order of the kinds that bear them all.
  func threads(
    of row: CertificateRow, _ handle: CertificateHandle, places: Int
  ) throws(RegistryError) -> [Proposal.Thread] {
    guard row.subjects.count <= places else {
      throw RegistryError(
        .damagedVault, "a certificate has more subjects than its type", at: "certificate")
    }
    var threads: [Proposal.Thread] = []
    for id in row.subjects { threads.append(.subject(try subject(id).id)) }
    threads += Array(repeating: .padding, count: places - row.subjects.count)
    return threads + [.certificate(handle.id)]
  }

  /// What the vault changes with a step.
  static func changes(
    _ row: CertificateRow, to state: CertificateState, disclosures: [UInt8]
  ) -> [VaultChange] {
    var changes: [VaultChange] = [
      .setState(certificate: row.id, state: state.number),
      .insertRecord(certificate: row.id, disclosures: disclosures, content: nil),
    ]
    for copy in row.copies {
      changes.append(.setCopyState(copy: copy, state: state.statusValue))
    }
    return changes
  }

  /// The type version that a certificate was issued as.
  func typeVersion(of certificate: StoredCertificate) throws(RegistryError) -> TypeVersionFact {
    guard
      case .typeVersion(let type)? = try fact(
        .typeVersion(certificate.typeCode, certificate.typeVersion))
    else {
      throw RegistryError(
        .damagedLedger, "the type version of a certificate is not among the facts")
    }
    return type
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
  private static func verdict(
    _ request: StateRequest, _ certificate: StoredCertificate, _ state: CertificateState,
    _ signer: Signer
  ) -> StateOutcome? {
    guard certificate.issuer == signer.uri else { return .refused(.notIssuer(request.line)) }
    switch request.step.verdict(from: state) {
    case .isThere: return .alreadyThere
    case .impossible:
      if case .row = request.target { return .passedOver }
      return .refused(.stateStep(request.line, from: state, to: request.step.target))
    case .changes:
      return certificate.row.secret.isEmpty ? .refused(.erased(request.line)) : nil
    }
  }

  private func prepare(
    _ step: StateStep, _ certificate: StoredCertificate, from state: CertificateState,
    by signer: Signer, at position: Int
  ) throws(RegistryError) -> Prepared {
    let type = try typeVersion(of: certificate)
    let handle = try self.certificate(certificate.row)
    var draft = draft(
      step.kind, by: signer,
      [
        "from": .string(state.coarse.rawValue), "to": .string(step.target.coarse.rawValue),
        "type": .string(certificate.typeCode), "version": .integer(Int64(certificate.typeVersion)),
      ], subjects: type.subjects, copies: type.copies)
    draft.disclose(
      "certificate",
      [
        "identifier": .string(certificate.identifier.text),
        "thread": .string(handle.key.commitment.base64url),
      ])
    draft.disclose("state", .string(step.target.rawValue))
    if let reason = step.reason { draft.disclose("reason", .string(reason)) }
    return Prepared(
      position: position, certificate: certificate, handle: handle, draft: draft,
      threads: try threads(of: certificate.row, handle, places: type.subjects), step: step)
  }

  private func propose(
    _ prepared: [Prepared], by signer: Signer
  ) throws(RegistryError) -> [Proposal] {
    let time = now
    let cipher = cipher
    return try Parallel.map(prepared) { item throws(RegistryError) in
      let signed: SignedEvent
      do throws(RulesError) {
        signed = try item.draft.signed(with: signer.key, keyID: signer.keyID, at: time)
      } catch {
        throw RegistryError(error)
      }
      let sealed = try cipher.seal(
        RecordText.bytes(signed.disclosures), for: .disclosures(item.handle.id),
        under: item.handle.contentKey)
      return Proposal(
        signed, threads: item.threads,
        changes: Writer.changes(item.certificate.row, to: item.step.target, disclosures: sealed),
        state: item.step.target)
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
