import Certificates
import Cryptography
import Encoding
import Ledger
import Rules
import Testing

@Suite("The judge")
struct JudgeTests {
  /// A certificate of one subject, with the openings that a writer has.
  private struct Issue {
    var signed: SignedEvent
    var tags: [Ledger.Tag]
    var openings: Openings
  }

  private func issue(_ world: World, identifierIssuer: String = World.police) throws -> Issue {
    let subject = try ThreadKey.random(from: SystemRandom())
    let certificate = try ThreadKey.random(from: SystemRandom())
    let identifier = try CertificateIdentifier.make(
      type: TypeCode(World.type), issuer: USCC(identifierIssuer), serial: "A1", version: 1)
    var draft = world.draft(
      .certificateIssued, by: world.department,
      ["type": .string(World.type), "version": 1], subjects: 2, copies: 1)
    draft.disclose(
      "certificate",
      [
        "identifier": .string(identifier.text),
        "thread": .string(certificate.commitment.base64url),
      ])
    draft.disclose(
      "subject_1",
      [
        "code": "440305198902012956", "code_type": "111",
        "thread": .string(subject.commitment.base64url),
      ])
    draft.disclose("copy_1", world.copy(1))
    let signed = try world.sign(draft, by: world.department)
    let padding = Ledger.Tag(SHA256.hash([3]))
    return Issue(
      signed: signed, tags: [subject.tag(1), padding, certificate.tag(1)],
      openings: Openings(
        disclosures: signed.disclosures, subjects: [.init(key: subject, number: 1)],
        certificate: .init(key: certificate, number: 1)))
  }

  @Test("a ledger is opened, departments enrolled, a type published, a certificate issued")
  func happyPath() throws {
    let world = try World.settled()
    let issue = try issue(world)
    let judgement = try world.append(
      issue.signed, privateTags: issue.tags, openings: issue.openings)
    #expect(judgement.publicLayer == .passed)
    #expect(judgement.disclosedLayer == .passed)
    #expect(try world.facts.threadCount(World.police) == 3)
    let unopened = try self.issue(world)
    let blind = try world.append(unopened.signed, privateTags: unopened.tags)
    #expect(blind.publicLayer == .passed)
    #expect(blind.disclosedLayer == .notShown)
  }

  @Test("an event reads back from its bytes, and an altered signature does not verify")
  func signatures() throws {
    let world = try World.settled()
    let signed = try issue(world).signed
    let parsed = try Event(parsing: signed.event.jwt)
    #expect(parsed == signed.event)
    #expect(parsed.clear == signed.event.clear)
    #expect(parsed.digests == signed.event.digests)
    _ = try parsed.verified(by: world.department.identity)
    #expect(throws: RulesError(.invalidSignature, "")) {
      try parsed.verified(by: world.registrar.identity)
    }
  }

  @Test("facts survive the store")
  func factsRoundTrip() throws {
    var world = try World.settled().facts
    for change in world.takeChanges() {
      #expect(try FactKey(bytes: change.key.bytes) == change.key)
      #expect(try Fact(bytes: change.fact.bytes, for: change.key) == change.fact)
    }
  }

  private func codes(
    _ world: World, _ kind: EventKind, by actor: World.Actor, _ clear: JSONObject,
    at time: Timestamp? = nil, tags: [Ledger.Tag]? = nil
  ) throws -> [RuleCode] {
    try world.append(
      try world.sign(world.draft(kind, by: actor, clear), by: actor, at: time), tags: tags
    ).codes
  }

  @Test("time: stale, early and a number of another second are named")
  func time() throws {
    let world = try World.settled()
    let rules: JSONObject = ["rules": 1]
    let stale = world.now.adding(milliseconds: -600_001 - 999)
    #expect(try codes(world, .ledgerRuled, by: world.registrar, rules, at: stale) == [.stale])
    let early = world.now.adding(milliseconds: 61_000)
    #expect(try codes(world, .ledgerRuled, by: world.registrar, rules, at: early) == [.early])
  }

  @Test("an event is taken once, for its own ledger, from a tree that this one had")
  func circumstances() throws {
    let world = try World.settled()
    let signed = try world.sign(
      world.draft(.ledgerRuled, by: world.registrar, ["rules": 1]), by: world.registrar)
    #expect(try world.append(signed).isFaultless)
    #expect(try world.append(signed).codes == [.replayed])
    let foreign = EventDraft(
      .ledgerRuled, audience: "elsewhere.example/ledger", issuer: world.registrar.uri,
      seen: world.seen, clear: ["rules": 1])
    #expect(
      try world.append(try world.sign(foreign, by: world.registrar)).codes == [.audience])
    let ahead = SeenTree(size: TreeSize(99), root: SHA256.hash([9]))
    let fork = SeenTree(size: world.seen.size, root: SHA256.hash([9]))
    for (seen, code) in [(ahead, RuleCode.seenAhead), (fork, .seenFork)] {
      let draft = EventDraft(
        .ledgerRuled, audience: World.origin, issuer: world.registrar.uri, seen: seen,
        clear: ["rules": 1])
      #expect(try world.append(try world.sign(draft, by: world.registrar)).codes == [code])
    }
  }

  @Test("only the one whose act it is may act, with a true signature and tag")
  func actors() throws {
    let world = try World.settled()
    #expect(
      try codes(world, .ledgerRuled, by: world.department, ["rules": 1]) == [.signerRole])
    let forged = try world.sign(
      world.draft(.ledgerRuled, by: world.registrar, ["rules": 1]), by: world.registrar)
    #expect(try world.append(forged, isForged: true).codes == [.signature])
    #expect(
      try codes(
        world, .ledgerRuled, by: world.registrar, ["rules": 1], tags: [Ledger.Tag(SHA256.hash([4]))]
      )
        == [.departmentTag])
    #expect(
      try codes(world, .ledgerRuled, by: world.registrar, ["rules": 1], tags: [])
        == [.departmentTag, .tagCount])
  }

  @Test("a retired department and a compromised identity act no more")
  func endedActors() throws {
    let world = try World.settled()
    try world.enter(
      .identityRevoked, by: world.registrar,
      [
        "department": .string(World.police),
        "identity": .string(world.department.identity.sha256.base64url),
        "since": .integer(world.now.seconds - 10),
      ])
    #expect(
      try codes(
        world, .typeWithdrawn, by: world.department, ["type": .string(World.type), "version": 1])
        == [.signerState])
    try world.enter(
      .departmentRetired, by: world.registrar, ["department": .string(World.police)])
    #expect(
      try codes(
        world, .departmentRetired, by: world.registrar, ["department": .string(World.police)])
        == [.departmentRetired])
  }

  @Test("members: missing, of another form and unknown are named")
  func members() throws {
    let world = try World.settled()
    var members = world.publishedMembers
    members["version"] = 3
    #expect(try codes(world, .typePublished, by: world.department, members) == [.typeVersion])
    #expect(
      try codes(
        world, .departmentEnrolled, by: world.registrar,
        world.enrolledMembers(world.department, level: "municipal"))
        == [.departmentExists, .identityKnown])
  }

  @Test("a coarse step that no certificate can take is refused in public")
  func steps() throws {
    let world = try World.settled()
    var draft = world.draft(
      .certificateReinstated, by: world.department,
      ["type": .string(World.type), "version": 1, "from": "ended", "to": "valid"], subjects: 2)
    draft.disclose("certificate", ["identifier": "x"])
    draft.disclose("state", "in_force")
    let tag = Ledger.Tag(SHA256.hash([5]))
    let judgement = try world.append(
      try world.sign(draft, by: world.department), privateTags: [tag, tag, tag])
    #expect(judgement.codes == [.stateStep])
  }

  @Test("the disclosed layer: a withheld opening, a wrong tag, a taken or foreign identifier")
  func disclosedLayer() throws {
    let world = try World.settled()
    let good = try issue(world)
    func codes(_ issue: Issue, tags: [Ledger.Tag]? = nil, _ openings: Openings) throws -> [RuleCode]
    {
      try world.append(issue.signed, privateTags: tags ?? issue.tags, openings: openings).codes
    }
    let some = Openings(
      disclosures: Array(good.openings.disclosures.dropLast()), subjects: good.openings.subjects,
      certificate: good.openings.certificate)
    #expect(try codes(good, some) == [.disclosureDigest])
    let again = try issue(world)
    #expect(
      try codes(again, tags: [again.tags[1], again.tags[0], again.tags[2]], again.openings)
        == [.threadTag])
    let taken = try issue(world)
    let known = Openings(
      disclosures: taken.openings.disclosures, subjects: taken.openings.subjects,
      certificate: taken.openings.certificate, isIdentifierTaken: true)
    #expect(try codes(taken, known) == [.identifierTaken])
    let foreign = try issue(world, identifierIssuer: World.registry)
    #expect(try codes(foreign, foreign.openings) == [.identifierForm])
  }
}
