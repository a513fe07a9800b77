import Certificates
import Cryptography
import Encoding
import Ledger
import Registry
import Rules

/// What the civil affairs bureau asks the police of a person, act by act, as the writer takes it.
final class TestShare {
  let city: TestCity
  let card: CertificateIdentifier
  let person: Int
  let reference: String
  private(set) var events: [EventKind: EventID] = [:]
  /// Called with the writer before it appends.
  var prepare: (Writer) -> Void = { _ in }
  static let enclosed = Array("enclosed".utf8)
  /// What is released, and what it is said to hold.
  var material = (enclosed: TestShare.enclosed, content: SHA256.hash("content"))

  init(_ city: TestCity, _ card: CertificateIdentifier, person: Int, reference: String = "17") {
    self.city = city
    self.card = card
    self.person = person
    self.reference = reference
  }

  private func name(_ kind: EventKind) -> JSONValue {
    guard let id = events[kind] else { return .null }
    return ["iss": .string(id.issuer), "jti": .string(id.number.base64url)]
  }

  // MARK: The acts

  /// The request; `names`: whether it names the certificate.
  func request(names: Bool = true) throws -> Outcome { try enter(requesting(names: names)) }

  /// Several requests in one append.
  static func request(_ shares: [TestShare]) throws -> [Outcome] {
    let registry = try shares[0].city.base.open()
    let signer = try registry.signer(TestCity.civil, use: .act)
    let stored = try shares.map { try $0.stored(registry) }
    let outcomes = try registry.write { writer throws(RegistryError) in
      var proposals: [Proposal] = []
      for (share, stored) in zip(shares, stored) {
        proposals.append(
          try share.proposal(share.requesting(names: true), by: signer, stored, registry, writer))
      }
      return try writer.append(proposals).outcomes
    }
    try registry.close()
    return outcomes
  }

  private func requesting(names: Bool) -> Act {
    let answerBy = city.base.clock.now().seconds + 3600
    return Act(
      .shareRequested, by: TestCity.civil,
      [
        "provider": .string(TestCity.police), "material": "certificate",
        "type": .string(TestCity.card), "claims": ["holders"],
        "purpose": "marriage-registration", "mode": "duty", "citation": "《婚姻登记条例》",
        "officer_role": "clerk", "answer_by": .integer(answerBy),
      ], [("officer", ["number": "8817"])], names: names ? Self.all : ["subject_1", "case"])
  }

  func release(names: Set<String> = TestShare.all) throws -> Outcome {
    let registry = try city.base.open(writing: false)
    let receiver = try registry.signer(TestCity.civil, use: .open).keyID
    try registry.close()
    return try enter(
      Act(
        .shareReleased, by: TestCity.police,
        [
          "request": name(.shareRequested), "requester": .string(TestCity.civil),
          "claims": ["holders"], "receiver": .string(receiver.base64url),
          "enclosed": .string(SHA256.hash(material.enclosed).base64url),
        ], [("content", .string(material.content.base64url))], after: .shareRequested,
        names: names))
  }

  func refuse() throws -> Outcome {
    try enter(
      Act(
        .shareRefused, by: TestCity.police,
        [
          "request": name(.shareRequested), "requester": .string(TestCity.civil), "reason": "none",
        ], [], after: .shareRequested, names: ["subject_1", "case"]))
  }

  func acknowledge() throws -> Outcome {
    try enter(
      Act(
        .shareAcknowledged, by: TestCity.civil,
        [
          "release": name(.shareReleased), "provider": .string(TestCity.police),
          "enclosed": .string(SHA256.hash(material.enclosed).base64url),
        ], [], after: .shareReleased, names: []))
  }

  func dispute() throws -> Outcome {
    try enter(
      Act(
        .shareDisputed, by: TestCity.civil,
        [
          "release": name(.shareReleased), "provider": .string(TestCity.police),
          "issuer": .string(TestCity.police),
        ], [("claim", "holders"), ("reason", "another name")], after: .shareReleased, names: []))
  }

  func settle() throws -> Outcome {
    try enter(
      Act(
        .shareSettled, by: TestCity.police,
        [
          "dispute": name(.shareDisputed), "requester": .string(TestCity.civil),
          "outcome": "upheld",
        ], [("reason", "it is so")], after: .shareReleased, names: []))
  }

  func decide(names: Set<String> = TestShare.all) throws -> Outcome {
    try enter(
      Act(
        .caseDecided, by: TestCity.civil,
        ["purpose": "marriage-registration", "outcome": "granted"], [], names: names))
  }

  // MARK: Entering

  static let all: Set<String> = ["subject_1", "certificate", "case"]

  /// An act, before it is signed.
  struct Act {
    let kind: EventKind
    let department: String
    let clear: JSONObject
    let more: [(String, JSONValue)]
    let before: EventKind?
    let names: Set<String>

    init(
      _ kind: EventKind, by department: String, _ clear: JSONObject, _ more: [(String, JSONValue)],
      after before: EventKind? = nil, names: Set<String>
    ) {
      self.kind = kind
      self.department = department
      self.clear = clear
      self.more = more
      self.before = before
      self.names = names
    }
  }

  /// Signs an act and proposes it with what the acts before opened.
  private func enter(_ act: Act) throws -> Outcome {
    let registry = try city.base.open()
    let signer = try registry.signer(act.department, use: .act)
    let stored = try stored(registry)
    let outcome = try registry.write { writer throws(RegistryError) in
      let proposal = try proposal(act, by: signer, stored, registry, writer)
      prepare(writer)
      let outcome = try writer.append([proposal]).outcomes[0]
      if outcome.entry != nil { events[act.kind] = proposal.event.id }
      return outcome
    }
    try registry.close()
    return outcome
  }

  private func stored(_ registry: OpenRegistry) throws -> StoredCertificate {
    guard let stored = try registry.certificates().find(card) else {
      throw RegistryError(.notFound, "no such card")
    }
    return stored
  }

  private func proposal(
    _ act: Act, by signer: Signer, _ stored: StoredCertificate, _ registry: OpenRegistry,
    _ writer: Writer
  ) throws(RegistryError) -> Proposal {
    var draft = writer.draft(act.kind, by: signer, act.clear)
    let threads = try self.threads(of: stored.row, writer)
    for name in act.names.sorted() { draft.disclose(name, threads.value(name)) }
    for (name, value) in act.more { draft.disclose(name, value) }
    var proposal = Proposal(try writer.sign(draft, by: signer))
    let hasCertificate: Bool
    if let before = act.before, let id = events[before] {
      hasCertificate = try follow(id, act.names, &proposal, threads, writer)
    } else {
      hasCertificate = act.names.contains("certificate")
      try begin(act, hasCertificate, &proposal, threads, registry, writer)
    }
    proposal.threads = [
      .subject(threads.subject.id),
      hasCertificate ? .certificate(threads.certificate.id) : .padding, .case(threads.file.id),
    ]
    proposal.sharing.namesSubject = stored.row.subjects.contains(threads.subject.id)
    return proposal
  }

  private func begin(
    _ act: Act, _ hasCertificate: Bool, _ proposal: inout Proposal, _ threads: Threads,
    _ registry: OpenRegistry, _ writer: Writer
  ) throws(RegistryError) {
    let matter = try writer.newMatter()
    var other: Int64 = 0
    if let provider = act.clear["provider"]?.stringValue {
      other = try registry.vault.makeNumber(of: provider)
    }
    var row = MatterRow(
      id: matter.id, kind: act.kind == .caseDecided ? .decision : .share,
      department: try registry.vault.makeNumber(of: act.department), other: other,
      secret: matter.secret)
    row.subject = threads.subject.id
    row.certificate = hasCertificate ? threads.certificate.id : 0
    row.caseThread = threads.file.id
    proposal.changes = [
      .insertMatter(row), try matter.record(proposal.disclosures, writer.cipher),
    ]
  }

  /// The matter as the act before left it, one step further; true if the act is in the
  /// certificate's thread.
  private func follow(
    _ before: EventID, _ names: Set<String>, _ proposal: inout Proposal, _ threads: Threads,
    _ writer: Writer
  ) throws(RegistryError) -> Bool {
    let kind = proposal.event.kind
    let reader = try writer.matters()
    guard let (record, matter) = try reader.find(before),
      let state = ShareState(after: kind)
    else { throw RegistryError(.notFound, "no such act") }
    proposal.sharing.answered = Openings.Shared(try reader.disclosures(record, of: matter))
    let hasCertificate = names.contains("certificate") || (names.isEmpty && matter.certificate > 0)
    proposal.changes = [
      .setMatter(
        id: matter.id, state: state.number,
        certificate: hasCertificate ? threads.certificate.id : nil),
      try writer.matter(matter).record(proposal.disclosures, writer.cipher),
    ]
    if kind == .shareReleased {
      proposal.changes.append(Outbox.put(material.enclosed, of: matter.id))
    } else if kind == .shareAcknowledged {
      proposal.changes.append(Outbox.remove(matter.id))
    }
    return hasCertificate
  }

  // MARK: Threads

  struct Threads {
    let subject: SubjectHandle
    let file: SubjectHandle
    let certificate: CertificateHandle
    let values: [String: JSONValue]

    func value(_ name: String) -> JSONValue { values[name] ?? .null }
  }

  private func threads(
    of row: CertificateRow, _ writer: Writer
  ) throws(RegistryError) -> Threads {
    let code = HolderCode(type: "111", code: CardSheet.citizenNumber(person))
    let found = try writer.subjects([code, .ofCase(reference, of: TestCity.civil)])
    let certificate = try writer.certificate(row)
    func thread(_ key: ThreadKey) -> JSONValue { .string(key.commitment.base64url) }
    return Threads(
      subject: found[0], file: found[1], certificate: certificate,
      values: [
        "subject_1": [
          "code": .string(code.code), "code_type": .string(code.type),
          "thread": thread(found[0].key),
        ],
        "certificate": [
          "identifier": .string(card.text), "thread": thread(certificate.key),
        ],
        "case": ["reference": .string(reference), "thread": thread(found[1].key)],
      ])
  }
}
