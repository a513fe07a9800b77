import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

extension Writer {
  /// Requests in one append.
  public static let requestCount = 1_000

  /// Makes the requests of one batch: judged in order, durable together.
  ///
  /// A request that stands already, about the same person and case and for the same, is passed
  /// over, so a batch may be repeated after any interruption. With `again` only one that waits for
  /// its answer stands. Throws what `append` throws.
  public func request(
    _ rows: [RequestRow], _ terms: RequestTerms, again: Bool = false, by signer: Signer
  ) throws(RegistryError) -> ShareStep {
    let provider = try vault.makeNumber(of: terms.provider)
    let requester = try vault.makeNumber(of: signer.code)
    let reader = try matters()
    let grant = try given(terms, reader)
    return try act(rows, by: signer) { row throws(RegistryError) in
      let file = HolderCode.ofCase(row.reference, of: signer.code)
      let earlier = try standing(row, file, terms, requester, reader) {
        again ? $0 == .open : $0.stands
      }
      if let share = earlier {
        return .success(
          .already(
            SharedAct(
              name: share.name.name, index: share.index, request: share.name.name,
              line: row.line)))
      }
      return try refusing {
        .work(
          try requestDraft(row, file, terms, (requester, provider), grant, by: signer),
          ActKey(
            [],
            [row.holder.type, row.holder.code, row.reference, row.certificate?.text ?? ""]),
          line: row.line)
      }
    }
  }

  /// The request that stands already; only a case that is known can have one.
  private func standing(
    _ row: RequestRow, _ file: HolderCode, _ terms: RequestTerms, _ requester: Int64,
    _ reader: MatterReader, stands: (ShareState) -> Bool
  ) throws(RegistryError) -> Share? {
    guard let file = try knownSubject(file), let subject = try knownSubject(row.holder) else {
      return nil
    }
    var filter = MatterFilter()
    filter.kind = .share
    filter.department = requester
    filter.subject = subject.id
    filter.caseThread = file.id
    var found: Share?
    try reader.forEach(filter) { matter throws(RegistryError) in
      guard let durable = try reader.durable(matter) else { return true }
      let share = try reader.share(durable)
      guard stands(share.state), terms.isAsked(by: share.request) else { return true }
      let named = try reader.requested(share).value("certificate")?["identifier"]?.stringValue
      guard named == row.certificate?.text else { return true }
      found = share
      return false
    }
    return found
  }

  /// What the grant opened on which requests rest; nil where they rest on none, or on one that is
  /// not there.
  private func given(
    _ terms: RequestTerms, _ reader: MatterReader
  ) throws(RegistryError) -> Openings.Given? {
    guard case .grant(let name) = terms.basis,
      let (record, row) = try reader.find(.event(name), host: settings.host), row.kind == .grant
    else { return nil }
    return Openings.Given(try reader.disclosures(record, of: row))
  }

  /// Drafts one request; throws `ShareRefusal` where it names a certificate that is not there.
  private func requestDraft(
    _ row: RequestRow, _ file: HolderCode, _ terms: RequestTerms,
    _ departments: (requester: Int64, provider: Int64), _ grant: Openings.Given?,
    by signer: Signer
  ) throws -> ShareDraft {
    let handles = try subjects([row.holder, file])
    let (subject, caseHandle) = (handles[0], handles[1])
    let matter = try newMatter()
    var shared = MatterRow(
      id: matter.id, kind: .share, department: departments.requester,
      other: departments.provider, secret: matter.secret)
    shared.subject = subject.id
    shared.caseThread = caseHandle.id
    var draft = draft(
      .shareRequested, by: signer,
      terms.members { DepartmentURI(host: settings.host, code: $0).text })
    draft.disclose("subject_1", row.holder.value(in: subject.key))
    draft.disclose(
      "case",
      [
        "reference": .string(row.reference),
        "thread": .string(caseHandle.key.commitment.base64url),
      ])
    draft.disclose("officer", ["number": .string(row.officer)])
    if let text = row.text { draft.disclose("text", .string(text)) }
    var threads: [Proposal.Thread] = [.subject(subject.id), .padding, .case(caseHandle.id)]
    var sharing = Openings.Sharing()
    sharing.grant = grant
    if let identifier = row.certificate {
      let reader = try certificates()
      guard let stored = try reader.find(identifier), !stored.row.secret.isEmpty else {
        throw ShareRefusal(
          "not_found",
          "this registry issued no certificate with the identifier, or its content was erased",
          line: row.line, column: "certificate")
      }
      let handle = try certificate(stored.row)
      draft.disclose("certificate", handle.value(of: identifier.text))
      threads[1] = .certificate(handle.id)
      shared.certificate = handle.id
      sharing.namesSubject = stored.row.subjects.contains(subject.id)
    }
    return ShareDraft(
      draft: draft, matter: matter, threads: threads, changes: [.insertMatter(shared)],
      sharing: sharing, share: nil, line: row.line)
  }
}

extension CertificateHandle {
  /// The value of `certificate`.
  func value(of identifier: String) -> JSONValue {
    ["identifier": .string(identifier), "thread": .string(key.commitment.base64url)]
  }
}
