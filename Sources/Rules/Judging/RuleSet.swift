import Cryptography
import Encoding
import Ledger

/// The rules, version 1: one pure function, run by the writer before it appends and by every
/// auditor afterwards.
///
/// Spec: rules.md.
public enum RuleSet {
  /// The version that `ledger.ruled` puts in force.
  public static let version: Int64 = 1
  /// The longest time between signing and receiving.
  public static let ageMillisecondsMax: Int64 = 600_000
  /// How far the signer's clock may be ahead.
  public static let leadMillisecondsMax: Int64 = 60_000

  /// Judges an event at its place; if no public rule is broken, its effect is put into `facts`.
  ///
  /// A faulty entry has no effect on the facts, save that a well-formed tag of a department
  /// counts: the next entry's number is judged by what stands in the ledger.
  /// - Throws: `sourceFailed`, `malformedFact`: it could not look. A broken rule is no error.
  public static func judge(
    _ signature: SignatureState, in context: EntryContext, facts: inout FactOverlay,
    openings: Openings? = nil
  ) throws(RulesError) -> Judgement {
    var judge = Judge(event: signature.event, context: context)
    if case .failed = signature { judge.broken.insert(.signature) }
    try judge.judgeForm(facts: &facts)
    try judge.judgeCircumstances()
    try judge.judgeSigner(facts: &facts)
    try judge.judgeTags(facts: &facts)
    // Without a sound form the members cannot be read; their rules would only add noise.
    if judge.isWellFormed { try judge.judgeKind(facts: &facts) }
    let publicLayer = LayerVerdict(judge.broken)
    if judge.broken.isEmpty { try judge.apply(to: &facts) }
    return Judgement(
      publicLayer: publicLayer,
      disclosedLayer: try judge.disclosedLayer(openings, facts: &facts))
  }

  /// The identity to check an event's signature with, or nil if the facts know none.
  ///
  /// The first entry brings its own: the registrar's, whose path the judge checks.
  public static func signer(
    of event: Event, facts: inout FactOverlay
  ) throws(RulesError) -> Identity? {
    guard event.kind == .ledgerOpened else { return try facts.identity(event.keyID) }
    guard let der = event.der("registrar") else { return nil }
    do { return try Identity(der: der) } catch { return nil }
  }

  /// The USCCs whose threads the entry belongs to: the signer's, then those that it names.
  public static func departments(of event: Event) -> [String] {
    var codes: [String] = []
    if let code = event.issuerCode { codes.append(code) }
    for member in event.kind.shape.members where member.namesDepartment {
      // A malformed code is the form's fault; it has no thread.
      guard let code = event.text(member.name), CodeCheck.isDepartment(code) else { continue }
      if !codes.contains(code) { codes.append(code) }
    }
    return codes
  }

  /// The department tags that an entry of the event must begin with.
  public static func departmentTags(
    for event: Event, facts: inout FactOverlay
  ) throws(RulesError) -> [Tag] {
    var tags: [Tag] = []
    for code in departments(of: event) {
      let count = try facts.threadCount(code)
      tags.append(facts.threadKey(code).tag(count + 1))
    }
    return tags
  }
}

/// One judging: the broken rules of one event.
struct Judge {
  let event: Event
  let context: EntryContext
  var broken: Set<RuleCode> = []
  /// The version of the type that the event is about; nil where it is about none.
  var type: TypeVersionFact?

  /// Whose threads the entry belongs to.
  let departments: [String]

  init(event: Event, context: EntryContext) {
    self.event = event
    self.context = context
    departments = RuleSet.departments(of: event)
  }

  var isWellFormed: Bool {
    broken.isEmpty
      || broken.isDisjoint(with: [
        .member, .memberUnknown, .kindUnknown, .notOpened, .issuerMismatch,
      ])
  }

  mutating func require(_ condition: Bool, _ code: RuleCode) {
    if !condition { broken.insert(code) }
  }

  /// Members, number of digests and of tags.
  mutating func judgeForm(facts: inout FactOverlay) throws(RulesError) {
    let shape = event.kind.shape
    require(shape.isBuilt, .kindUnknown)
    for member in shape.members {
      guard let value = event.clear[member.name] else {
        require(member.isOptional, .member)
        continue
      }
      require(member.form.matches(value), .member)
    }
    require(
      event.clear.allSatisfy { member in shape.members.contains { $0.name == member.name } },
      .memberUnknown)
    if let code = event.text("type"), let version = event.integer("version") {
      type = try facts.type(code, version: Int(version))
    }
    let subjects = type?.subjects ?? 1
    let copies = type?.copies ?? 1
    require(
      event.digests.count == shape.disclosures.count(subjects: subjects, copies: copies),
      .digestCount)
    let tagCount = departments.count + shape.tags.count(subjects: subjects)
    require(context.tags.count == tagCount, .tagCount)
    // A tag that stands twice is one record of a run: an entry would stand for two of its threads.
    require(!Judge.hasRepetition(context.tags), .tagTwice)
    if let previous = context.previousReceived {
      require(context.received >= previous, .entryOrder)
    }
  }

  /// Tags are few: comparing each with each needs no memory.
  private static func hasRepetition(_ tags: [Tag]) -> Bool {
    tags.indices.contains { tags[..<$0].contains(tags[$0]) }
  }

  /// Freshness, number, replay, and the tree that the actor saw.
  mutating func judgeCircumstances() throws(RulesError) {
    let age = context.received.milliseconds - event.issuedAt * 1000
    require(age <= RuleSet.ageMillisecondsMax, .stale)
    require(age >= -RuleSet.leadMillisecondsMax, .early)
    require(event.id.milliseconds / 1000 == event.issuedAt, .numberTime)
    require((event.integer("occurred") ?? 0) <= event.issuedAt, .occurred)
    do {
      require(!(try context.isReplayed(event.id)), .replayed)
      if event.kind == .ledgerOpened {
        require(event.seen == .empty, .seenFork)
      } else if event.seen.size.value > context.index.value || event.seen.size.value == 0 {
        broken.insert(.seenAhead)
      } else if let root = try context.rootAt(event.seen.size) {
        require(root == event.seen.root, .seenFork)
      }
    } catch {
      throw RulesError(
        .sourceFailed, "the ledger's tree or event ids cannot be read", cause: error)
    }
  }

  /// The signer's identity and its right to this kind.
  mutating func judgeSigner(facts: inout FactOverlay) throws(RulesError) {
    if event.kind == .ledgerOpened { return }
    guard let ledger = try facts.ledger() else {
      broken.insert(.notOpened)
      return
    }
    require(event.audience == ledger.origin, .audience)
    guard let code = event.issuerCode, event.issuer == ledger.uri(of: code) else {
      broken.insert(.issuerMismatch)
      return
    }
    try judgeIdentity(of: code, facts: &facts)
    let isRegistrar = code == ledger.registrar
    switch event.kind.shape.signer {
    case .registrar: require(isRegistrar, .signerRole)
    case .department: break
    case .issuer: require(try mayIssue(code, facts: &facts), .typeIssuer)
    case .definer:
      let definer = String((event.text("type") ?? "").prefix(18))
      let fact = try facts.department(definer)
      let isActing = fact != nil && fact?.retiredAt == nil
      require(code == definer || (isRegistrar && !isActing), .signerRole)
    }
  }

  /// Whether the type lists the signer; for a step, who answers for a listed one will do.
  private func mayIssue(_ code: String, facts: inout FactOverlay) throws(RulesError) -> Bool {
    guard let type else { return true }
    if type.lists(code) { return true }
    guard event.kind.isCertificateStep else { return false }
    for issuer in type.issuers where try facts.answers(code, for: issuer) { return true }
    return false
  }

  private mutating func judgeIdentity(
    of code: String, facts: inout FactOverlay
  ) throws(RulesError) {
    // The registrar enrols its own department with the identity of the first entry.
    guard let identity = try facts.identityFact(event.keyID) else {
      broken.insert(.signerUnknown)
      return
    }
    require(identity.department == code, .issuerMismatch)
    require(identity.use == .act, .signerUsage)
    require(identity.state == .active, .signerState)
    if let parsed = try facts.identity(event.keyID) {
      let seconds = context.received.seconds
      // As libcrypto counts: the last second is out (identities.md, "Path rules").
      require(parsed.notBefore <= seconds && seconds < parsed.notAfter, .signerState)
    }
    if let department = try facts.department(code) {
      require(department.retiredAt == nil, .departmentRetired)
    }
  }

  private mutating func judgeTagList(_ expected: [Tag]) {
    require(context.tags.starts(with: expected), .departmentTag)
  }

  /// The department tags; their threads' numbers grow by one with every entry.
  mutating func judgeTags(facts: inout FactOverlay) throws(RulesError) {
    judgeTagList(try RuleSet.departmentTags(for: event, facts: &facts))
    for code in departments {
      facts.set(.thread(code), .thread(try facts.threadCount(code) + 1))
    }
  }
}
