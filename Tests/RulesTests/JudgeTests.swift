import Cryptography
import Encoding
import Rules
import Testing

@Suite("The judge")
struct JudgeTests {
  @Test("an entry that passes changes the facts; openings are not needed to see it in public")
  func happyPath() throws {
    let world = try World.settled()
    let before = try world.facts.threadCount(World.police)
    let judgement = try world.enter(try world.issued(subjects: 2))
    #expect(judgement.publicLayer == .passed)
    #expect(judgement.disclosedLayer == .passed)
    #expect(try world.facts.threadCount(World.police) == before + 1)
    var closed = try world.issued()
    closed.openings = nil
    let blind = try world.enter(closed)
    #expect(blind.publicLayer == .passed)
    #expect(blind.disclosedLayer == .notShown)
  }

  @Test("a refused act changes nothing but the count of its departments' threads")
  func refused() throws {
    let world = try World.settled()
    let act = try Act(world, .ledgerRuled, by: world.keys.police, ["rules": 1])
    var facts = world.facts
    _ = facts.takeChanges()
    let candidate = try world.candidate(act)
    let event = try Event(parsing: candidate.entry.event)
    let context = EntryContext(
      index: candidate.entry.index, received: candidate.entry.received,
      previousReceived: world.last?.received, tags: candidate.entry.tags, rootAt: { _ in nil },
      isReplayed: { _ in false })
    let judgement = try RuleSet.judge(
      .verified(try event.verified(by: world.keys.police.identity)), in: context, facts: &facts)
    #expect(judgement.codes == [.signerRole])
    #expect(facts.takeChanges().map(\.key) == [.thread(World.police)])
  }

  @Test("a group of changes is taken back with all that was read from it, and nothing before it")
  func rollBack() throws {
    let world = try World.settled()
    func known() -> [String] {
      world.facts.known().map { $0.key.text + String(decoding: $0.fact.bytes, as: UTF8.self) }
    }
    _ = world.facts.takeChanges()
    #expect(try world.enter(try world.ruled()).publicLayer == .passed)
    let kept = world.facts.takeChanges().map(\.key)
    #expect(try world.enter(try world.ruled()).publicLayer == .passed)
    let before = known()
    for _ in 0..<2 {
      var facts = world.facts
      facts.begin()
      swap(&facts, &world.facts)
      #expect(
        try world.enter(try world.enrolled(World.stranger, [("act", world.keys.stranger)]))
          .publicLayer == .passed)
      #expect(
        try world.facts.identity(world.keys.stranger.identity.sha256)
          == world.keys.stranger.identity)
      #expect(known() != before)
      world.facts.rollBack()
      #expect(known() == before)
      #expect(try world.facts.identity(world.keys.stranger.identity.sha256) == nil)
      #expect(try world.facts.department(World.stranger) == nil)
      swap(&facts, &world.facts)
    }
    world.facts.begin()
    world.facts.rollBack()
    #expect(world.facts.takeChanges().map(\.key) == kept)
  }

  @Test("a draft has the members of its kind, and no common one a second time")
  func drafts() throws {
    let world = try World.settled()
    let actor = world.keys.registrar
    func sign(_ clear: JSONObject) throws {
      _ = try EventDraft(
        .ledgerRuled, audience: World.origin, issuer: actor.uri, seen: world.seen, clear: clear
      ).signed(with: actor.key, keyID: actor.identity.sha256, at: world.now)
    }
    try sign(["rules": 1])
    for name in ["iss", "kind", "seen", "more"] {
      let clear: JSONObject = ["rules": 1]
      #expect(throws: RulesError(.invalidDraft, "")) { try sign(clear.with(name, "x")) }
    }
  }

  @Test("an event reads back from its bytes, and verifies with its signer's identity only")
  func signatures() throws {
    let world = try World.settled()
    let jwt = try world.issued().jwt()
    let parsed = try Event(parsing: jwt)
    #expect(parsed.jwt == jwt)
    _ = try parsed.verified(by: world.keys.police.identity)
    #expect(throws: RulesError(.invalidSignature, "")) {
      try parsed.verified(by: world.keys.registrar.identity)
    }
  }

  @Test("facts survive the store")
  func factsRoundTrip() throws {
    var facts = try World.settled().facts
    for change in facts.takeChanges() {
      #expect(try FactKey(bytes: change.key.bytes) == change.key)
      #expect(try Fact(bytes: change.fact.bytes, for: change.key) == change.fact)
    }
  }

  @Test("a rotated authority and list signer are in force, the older ones stay good")
  func rekeyed() throws {
    let world = try World.settled()
    try world.enter(
      try Act(
        world, .ledgerRekeyed, by: world.keys.registrar,
        ["authority": World.der(world.keys.authority)]))
    let ledger = try #require(try world.facts.ledger())
    #expect(ledger.authorities.count == 2)
    #expect(ledger.listSigners.count == 1)
    #expect(ledger.keys.count == 1)
    try world.enter(try world.enrolled(World.stranger, [("act", world.keys.stranger)]))
  }
}
