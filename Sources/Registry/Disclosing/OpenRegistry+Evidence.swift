import Encoding
import Ledger
import Rules

extension OpenRegistry {
  /// Most events that one entry names.
  private static let eventCountMax = 256
  /// Proposals that are appended at once.
  private static let batchCount = 500

  /// Records that evidence is handed over: one entry for each person and 256 events, in the
  /// person's thread. Call it before anything is shown: what was recorded and not shown does no
  /// harm, what was shown and not recorded was secret.
  ///
  /// Needs the registrar's key, the ledger's and the vault's. Returns where the entries stand.
  /// Throws `refused`, `readOnly`, and what keys and appends throw.
  @discardableResult
  public func recordEvidence(
    _ evidence: [PersonEvidence], to receiver: EvidenceReceiver
  ) throws(RegistryError) -> [LeafIndex] {
    try requireWritable()
    let pieces = evidence.flatMap { evidence in
      stride(from: 0, to: evidence.events.count, by: Self.eventCountMax).map { start in
        PersonEvidence(
          person: evidence.person,
          events: Array(evidence.events[start...].prefix(Self.eventCountMax)))
      }
    }
    let registrar = try signer(settings.code, use: .act)
    let department = try vault.makeNumber(of: settings.code)
    var other: Int64 = 0
    if let code = receiver.department { other = try vault.makeNumber(of: code) }
    var recorded: [LeafIndex] = []
    for start in stride(from: 0, to: pieces.count, by: Self.batchCount) {
      let batch = pieces[start...].prefix(Self.batchCount)
      recorded += try write { writer throws(RegistryError) in
        _ = try writer.recordWaitingRefusals(by: registrar)
        var proposals: [Proposal] = []
        for piece in batch {
          proposals.append(
            try writer.evidence(piece, to: receiver, by: registrar, (department, other)))
        }
        return try writer.append(proposals, registrar: registrar).required().map(\.index)
      }
    }
    return recorded
  }

  /// Enters the refused acts that wait for the registrar, so that what is disclosed has them.
  ///
  /// Throws what `write`, `append` and the registrar's passphrase throw.
  public func enterWaitingRefusals() throws(RegistryError) {
    try requireWritable()
    let registrar = try signer(settings.code, use: .act)
    _ = try write { writer throws(RegistryError) in
      try writer.recordWaitingRefusals(by: registrar)
    }
  }
}

extension Writer {
  /// The entry about one person.
  fileprivate func evidence(
    _ evidence: PersonEvidence, to receiver: EvidenceReceiver, by registrar: Signer,
    _ numbers: (department: Int64, other: Int64)
  ) throws(RegistryError) -> Proposal {
    var members: JSONObject = [
      "to": .string(receiver.name), "citation": .string(receiver.citation),
      "count": .integer(Int64(evidence.events.count)),
    ]
    if let code = receiver.department { members["department"] = .string(code) }
    var draft = draft(.evidenceDisclosed, by: registrar, members)
    draft.disclose(
      "which",
      .array(evidence.events.map(\.value)))
    var subject: SubjectHandle?
    if let id = evidence.person {
      let handle = try self.subject(id)
      let code = try holderCode(ofSubject: id)
      draft.disclose("subject_1", code.value(in: handle.key))
      subject = handle
    }
    let signed = try sign(draft, by: registrar)
    let matter = try newMatter()
    var row = MatterRow(
      id: matter.id, kind: .evidence, department: numbers.department, other: numbers.other,
      secret: matter.secret)
    row.subject = subject?.id ?? 0
    return Proposal(
      signed, threads: [subject.map { .subject($0.id) } ?? .padding],
      changes: [.insertMatter(row), try matter.record(signed.disclosures, cipher)])
  }

  private func holderCode(ofSubject id: Int64) throws(RegistryError) -> HolderCode {
    guard let row = try vault.subject(id) else {
      throw RegistryError(.damagedVault, "a row names a subject that is not there")
    }
    return try Writer.open(row, cipher).1
  }
}
