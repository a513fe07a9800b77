import Certificates
import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Testing

/// A holder's grants in a small city: the civil affairs bureau lodges them, and asks under them.
final class TestGrant {
  static let purpose = "marriage-registration"

  let city: TestCity
  private let keys: [P256PrivateKey]

  /// Two persons have cards that are bound to keys of theirs.
  init() throws {
    city = try TestCity()
    keys = [try .generate(), try .generate()]
    let registry = try city.base.open()
    let file = try registry.typeFile(try TypeCode(TestCity.card), version: nil)
    let builder = try registry.certificateBuilder(file, department: TestCity.police)
    let indices = StatusIndices(
      department: try USCC(TestCity.police), type: file.code, host: TestRegistry.host)
    let orders = try keys.enumerated().map { person, key in
      CertificateOrder(
        claims: try TestCity.claims("N\(person)", [person]), holderKeys: [key.publicKey])
    }
    try registry.write { writer throws(RegistryError) in
      let built = try builder.build(try builder.prepare(orders, indices, writer))
      _ = try writer.append(built.map(\.proposal))
    }
    try registry.close()
  }

  private func holder(_ person: Int) -> HolderCode {
    HolderCode(type: "111", code: CardSheet.citizenNumber(person))
  }

  /// Terms that begin now.
  func terms(
    requester: String = TestCity.civil, days: Int64 = 10, frequency: GrantTerms.Frequency? = nil,
    purpose: String = TestGrant.purpose, claims: [String] = ["holders"]
  ) -> GrantTerms {
    let now = city.base.clock.now().seconds
    return GrantTerms(
      requester: requester, types: [TestCity.card], claims: claims, purpose: purpose,
      period: .init(from: now - 10, until: now + days * 86_400), frequency: frequency)
  }

  /// Lodges a person's grant; its name.
  func lodge(_ terms: GrantTerms, person: Int = 0) throws -> EventName {
    let registry = try city.base.open()
    let signer = try registry.signer(TestCity.civil, use: .act)
    let reader = try registry.certificates()
    var search = CertificateSearch()
    search.holder = holder(person)
    var copy: Digest?
    try reader.forEach(search) { certificate throws(RegistryError) in
      copy = try reader.view(certificate).copies[0].digest
      return false
    }
    let grant = try Grant.sign(
      terms, copy: copy ?? .zero, for: registry.settings.origin,
      at: city.base.clock.now().seconds, with: keys[person])
    let name = try registry.write { writer throws(RegistryError) -> EventName in
      let subject = try writer.subjects([holder(person)])[0]
      var draft = writer.draft(.grantGiven, by: signer, terms.members)
      draft.disclose("subject_1", value(subject, person))
      draft.disclose("grant", .string(grant.text))
      let event = try writer.sign(draft, by: signer)
      let matter = try writer.newMatter()
      var row = MatterRow(
        id: matter.id, kind: .grant,
        department: try registry.vault.makeNumber(of: TestCity.civil),
        other: try registry.vault.makeNumber(of: terms.requester), secret: matter.secret)
      row.subject = subject.id
      row.lookup = writer.cipher.lookup(grant: grant.number)
      var proposal = Proposal(
        event, threads: [.subject(subject.id)],
        changes: [.insertMatter(row), try matter.record(event.disclosures, writer.cipher)])
      proposal.sharing.copy = Openings.HeldCopy(
        holder: keys[person].publicKey.thumbprint, subject: subject.key.commitment)
      guard try writer.append([proposal]).outcomes[0].entry != nil else {
        throw RegistryError(.refused, "the grant was not taken")
      }
      return EventName(number: event.event.id.number, department: TestCity.civil)
    }
    try registry.close()
    return name
  }

  /// Withdraws a person's grant.
  func withdraw(_ name: EventName, person: Int = 0) throws {
    let registry = try city.base.open()
    let signer = try registry.signer(TestCity.civil, use: .act)
    let id = EventID(issuer: signer.uri, number: name.number)
    let now = city.base.clock.now().seconds
    let key = keys[person]
    try registry.write { writer throws(RegistryError) in
      let reader = try writer.matters()
      guard let (record, row) = try reader.find(id) else {
        throw RegistryError(.notFound, "no such grant")
      }
      let opened = try reader.disclosures(record, of: row)
      let subject = try writer.subjects([holder(person)])[0]
      var draft = writer.draft(
        .grantWithdrawn, by: signer,
        [
          "requester": .string(TestCity.civil),
          "grant": ["iss": .string(id.issuer), "jti": .string(id.number.base64url)],
        ])
      draft.disclose("subject_1", value(subject, person))
      draft.disclose(
        "withdrawal",
        .string(try withdrawal(of: opened, for: registry.settings.origin, at: now, key)))
      let event = try writer.sign(draft, by: signer)
      var proposal = Proposal(
        event, threads: [.subject(subject.id)],
        changes: [
          .setMatter(id: row.id, state: GrantState.withdrawn.rawValue),
          try writer.matter(row).record(event.disclosures, writer.cipher),
        ])
      proposal.sharing.grant = Openings.Given(opened)
      guard try writer.append([proposal]).outcomes[0].entry != nil else {
        throw RegistryError(.refused, "the withdrawal was not taken")
      }
    }
    try registry.close()
  }

  private func withdrawal(
    of opened: [EventDisclosure], for origin: String, at seconds: Int64, _ key: P256PrivateKey
  ) throws(RegistryError) -> String {
    do {
      let text = opened.first { $0.name == "grant" }?.value.stringValue ?? ""
      return try GrantWithdrawal.sign(
        grant: try Grant(parsing: text).number, for: origin, at: seconds, with: key
      ).text
    } catch {
      throw RegistryError(.invalidEvent, "the withdrawal cannot be signed", cause: error)
    }
  }

  private func value(_ subject: SubjectHandle, _ person: Int) -> JSONValue {
    [
      "code": .string(holder(person).code), "code_type": "111",
      "thread": .string(subject.key.commitment.base64url),
    ]
  }

  // MARK: Requests

  /// Asks under a grant, about one person in several cases, in one batch; what was refused.
  func request(
    _ grant: EventName, person: Int = 0, cases: [String] = ["1"], by code: String = TestCity.civil,
    purpose: String? = nil
  ) throws -> [[RuleCode]] {
    let registry = try city.base.open()
    let signer = try registry.signer(code, use: .act)
    var stated = StatedTerms(
      type: try TypeCode(TestCity.card), officerRole: "clerk",
      answerBy: city.base.clock.now().seconds + 3_600)
    stated.grant = .event(grant)
    stated.purpose = purpose
    if code == TestCity.police { stated.provider = TestCity.civil }
    let terms = try registry.terms(stated, by: code)
    let rows = try cases.map { reference in
      let file: JSONValue = [
        "case": .string(reference), "code": .string(holder(person).code), "code_type": "111",
        "officer": "8817",
      ]
      return try RequestRow(file: file.canonicalBytes())
    }
    let step = try registry.write { writer throws(RegistryError) in
      try writer.request(rows, terms, by: signer)
    }
    try registry.close()
    return ShareGrantOutcome.rules(step)
  }

  /// Releases the newest request; the code of its refusal.
  func release() throws -> String? {
    let registry = try city.base.open()
    let releaser = try registry.releaser(TestCity.police)
    let order = ReleaseOrder(try newest(registry))
    let step = try registry.write { writer throws(RegistryError) in
      try writer.release([order], by: releaser)
    }
    try registry.close()
    guard case .refused(let refusal)? = step.outcomes.first else { return nil }
    #expect(refusal.rules.isEmpty)
    return refusal.code
  }

  /// Refuses the newest request if it cannot be released; the reason that was told.
  func refuseUnreleasable() throws -> JSONValue? {
    let registry = try city.base.open()
    let signer = try registry.signer(TestCity.police, use: .act)
    let order = RefuseOrder(try newest(registry), reason: nil)
    let step = try registry.write { writer throws(RegistryError) in
      try writer.refuse([order], by: signer)
    }
    let act = try step.acts.first.flatMap {
      try registry.matters().share(.entry($0.index), host: TestRegistry.host)?.act
    }
    try registry.close()
    return act?.event.clear["reason"]
  }

  private func newest(_ registry: OpenRegistry) throws -> ActName {
    var newest: LeafIndex?
    try registry.forEachShare(ShareSearch()) { share throws(RegistryError) in
      newest = share.index
      return false
    }
    return .entry(newest ?? LeafIndex(0))
  }
}

/// What a step came to, in rules.
enum ShareGrantOutcome {
  /// For each order the rules that it broke; none where it entered.
  static func rules(_ step: ShareStep) -> [[RuleCode]] {
    step.outcomes.map { outcome in
      if case .refused(let refusal) = outcome { refusal.rules } else { [] }
    }
  }
}
