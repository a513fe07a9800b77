import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

// Lodging what holders signed. Spec: grant.md; registry-on-disk.md, "Matters".
extension Writer {
  /// What comes of an order before anything is appended.
  private enum Step {
    case draft(GrantDraft)
    case done(GrantOutcome)
  }

  /// A proposal with what is told when it enters.
  private struct GrantDraft {
    let proposal: Proposal
    let name: EventName
    let grant: Grant
    /// Whose it is, and the token.
    let key: ActKey
  }

  /// Lodges grants, in one append: give it some hundred at a time.
  ///
  /// The copy that a grant names is looked for among the certificates in force of its holder. What
  /// the rules refuse is recorded. Throws what `append` throws.
  func lodge(
    _ orders: [GrantOrder], by signer: Signer, registrar: Signer?
  ) throws(RegistryError) -> (outcomes: [GrantOutcome], checkpoint: VerifiedCheckpoint) {
    try enter(orders, registrar) { order throws(RegistryError) in
      guard let subject = try subject(of: order) else {
        return .done(.refused(.init(.holderUnknown)))
      }
      let known = try matters().grant(number: order.grant.number)
      if let known, known.row.subject == subject.handle.id,
        known.grant.text == order.grant.text, known.state(at: now.seconds) != .withdrawn
      {
        return .done(.already(GrantChange(known, at: known.entry.index)))
      }
      return .draft(
        try giving(order.grant, of: subject, isTaken: known != nil, by: signer))
    }
  }

  /// Lodges withdrawals, as ``lodge(_:by:registrar:)`` does grants; the holder's signature is all
  /// that they need.
  func withdraw(
    _ withdrawals: [GrantWithdrawal], by signer: Signer, registrar: Signer?
  ) throws(RegistryError) -> (outcomes: [GrantOutcome], checkpoint: VerifiedCheckpoint) {
    try enter(withdrawals, registrar) { withdrawal throws(RegistryError) in
      let reader = try matters()
      guard let stored = try reader.grant(number: withdrawal.grant) else {
        return .done(.refused(.init(.grantUnknown)))
      }
      if let index = try reader.withdrawal(withdrawal, of: stored) {
        return .done(.already(GrantChange(stored, at: index)))
      }
      return .draft(try withdrawing(stored, withdrawal, by: signer))
    }
  }

  private func enter<Order>(
    _ orders: [Order], _ registrar: Signer?,
    _ prepare: (Order) throws(RegistryError) -> Step
  ) throws(RegistryError) -> (outcomes: [GrantOutcome], checkpoint: VerifiedCheckpoint) {
    if let registrar { _ = try recordWaitingRefusals(by: registrar) }
    var outcomes = [GrantOutcome?](repeating: nil, count: orders.count)
    var drafts: [GrantDraft] = []
    var positions: [Int] = []
    var twins = Twins()
    for (position, order) in orders.enumerated() {
      switch try prepare(order) {
      case .draft(let draft):
        if twins.isFirst(draft.key, at: position) {
          drafts.append(draft)
          positions.append(position)
        }
      case .done(let outcome): outcomes[position] = outcome
      }
    }
    let result = try append(drafts.map(\.proposal), registrar: registrar)
    for (position, (draft, outcome)) in zip(positions, zip(drafts, result.outcomes)) {
      outcomes[position] = try Writer.outcome(outcome, of: draft, result.refusals)
    }
    for twin in twins.all { outcomes[twin.position] = outcomes[twin.of]?.again }
    return (outcomes.compactMap(\.self), result.checkpoint)
  }

  private static func outcome(
    _ outcome: Outcome, of draft: GrantDraft, _ refusals: [Entry]
  ) throws(RegistryError) -> GrantOutcome {
    switch outcome {
    case .entered(let entry), .repeated(let entry):
      return .entered(
        GrantChange(name: draft.name, grant: draft.grant, index: entry.index))
    case .refused(let codes):
      let number = draft.proposal.event.id.number
      var place: LeafIndex?
      for entry in refusals {
        do throws(RulesError) {
          if try Event(parsing: entry.event).digest("number") == number { place = entry.index }
        } catch {
          throw RegistryError(error)
        }
      }
      return .refused(GrantRefusal(.rules(codes), recordedAs: place))
    case .withdrawn: return .refused(GrantRefusal(.rules([])))
    }
  }

  // MARK: Proposals

  private func giving(
    _ grant: Grant, of subject: (handle: SubjectHandle, code: HolderCode), isTaken: Bool,
    by signer: Signer
  ) throws(RegistryError) -> GrantDraft {
    var draft = draft(.grantGiven, by: signer, grant.terms.members)
    draft.disclose("subject_1", subject.code.value(in: subject.handle.key))
    draft.disclose("grant", .string(grant.text))
    let signed = try sign(draft, by: signer)
    let matter = try newMatter()
    var row = MatterRow(
      id: matter.id, kind: .grant, department: try vault.makeNumber(of: signer.code),
      other: try vault.makeNumber(of: grant.terms.requester), secret: matter.secret)
    row.subject = subject.handle.id
    row.lookup = cipher.lookup(grant: grant.number)
    var proposal = Proposal(
      signed, threads: [.subject(subject.handle.id)],
      changes: [.insertMatter(row), try matter.record(signed.disclosures, cipher)])
    proposal.sharing.copy = try heldCopy(grant.copy, subject: subject.handle.id)
    proposal.sharing.isGrantTaken = isTaken
    return GrantDraft(
      proposal: proposal,
      name: EventName(number: signed.event.id.number, department: signer.code), grant: grant,
      key: ActKey([subject.handle.id], [grant.text]))
  }

  private func withdrawing(
    _ stored: StoredGrant, _ withdrawal: GrantWithdrawal, by signer: Signer
  ) throws(RegistryError) -> GrantDraft {
    var draft = draft(
      .grantWithdrawn, by: signer,
      [
        "grant": stored.event.id.value,
        "requester": .string(stored.grant.terms.requester),
      ])
    draft.disclose("subject_1", stored.subject)
    draft.disclose("withdrawal", .string(withdrawal.text))
    let signed = try sign(draft, by: signer)
    let handle = try subject(stored.row.subject)
    var proposal = Proposal(
      signed, threads: [.subject(handle.id)],
      changes: [
        .setMatter(id: stored.row.id, state: GrantState.withdrawn.rawValue, certificate: nil),
        try matter(stored.row).record(signed.disclosures, cipher),
      ])
    proposal.sharing.grant = Openings.Given(stored.disclosures)
    return GrantDraft(
      proposal: proposal, name: stored.name, grant: stored.grant,
      key: ActKey([handle.id], [withdrawal.text]))
  }

  // MARK: Whose it is

  /// The person of an order; nil for one that the registry does not know.
  private func subject(
    of order: GrantOrder
  ) throws(RegistryError) -> (handle: SubjectHandle, code: HolderCode)? {
    switch order.holder {
    case .code(let code):
      guard let handle = try knownSubject(code) else { return nil }
      return (handle, code)
    case .certificate(let identifier):
      let reader = try certificates()
      guard let certificate = try reader.find(identifier),
        let copy = try reader.copies(of: certificate.row)
          .first(where: { $0.certificate.digest == order.grant.copy }),
        certificate.row.subjects.indices.contains(copy.subject - 1),
        let row = try vault.subject(certificate.row.subjects[copy.subject - 1])
      else { return nil }
      return (try subject(row.id), try Writer.open(row, cipher).1)
    }
  }

  /// The copy with a digest, if it is one of a certificate in force that names the person.
  ///
  /// Reads what was issued to the person, and nothing else: digests have no index.
  private func heldCopy(
    _ digest: Digest, subject id: Int64
  ) throws(RegistryError) -> Openings.HeldCopy? {
    let reader = try certificates()
    var after: Int64 = 0
    while true {
      let rows = try vault.certificates(
        after: after, limit: Writer.holdingCount, type: nil, subject: id)
      for row in rows {
        guard try reader.stored(row)?.state == .inForce else { continue }
        for copy in try reader.copies(of: row)
        where copy.certificate.digest == digest && copy.subject <= row.subjects.count {
          guard let key = copy.certificate.holderKey, !copy.isStopped else { return nil }
          return Openings.HeldCopy(
            holder: key.thumbprint,
            subject: try subject(row.subjects[copy.subject - 1]).key.commitment)
        }
      }
      guard rows.count == Writer.holdingCount, let last = rows.last else { return nil }
      after = last.id
    }
  }

  private static let holdingCount = 256
}
