import Cryptography
import Encoding
import Ledger

/// Where facts come from: a store's projection, or nothing for an audit from the first entry.
public protocol FactSource: Sendable {
  /// The fact under a key, or nil; must be that of the last durable entry.
  /// - Throws: `sourceFailed`, `malformedFact`.
  func fact(_ key: FactKey) throws(RulesError) -> Fact?
}

/// No facts: the state before the first entry.
public struct NoFacts: FactSource {
  /// The empty source.
  public init() {}

  /// Always nil.
  public func fact(_ key: FactKey) throws(RulesError) -> Fact? { nil }
}

/// The facts as the judge sees and changes them: a cache over a source that collects changes.
///
/// The writer makes one per batch and stores ``takeChanges()`` with the entries; the auditor keeps
/// one for the whole ledger over ``NoFacts``. Memory grows with departments, identities and types,
/// and, until ``forgetStored()``, with grants, requests, releases and disputes.
public struct FactOverlay: Sendable {
  private let source: any FactSource
  private var cache: [FactKey: Fact?] = [:]
  private var changed: Set<FactKey> = []
  /// The keys of sharing in the cache, where the source will have them.
  private var sharing: [FactKey] = []
  private let isOverStore: Bool
  /// Codes and names that millions of facts of sharing repeat, each once in memory.
  private var texts: Set<String> = []
  /// What ``rollBack()`` puts back: each fact set since ``begin()``, as it was before; nil for an
  /// audit, which takes nothing back.
  private var journal: [(key: FactKey, before: Fact??, wasChanged: Bool)]?
  private var identities: [Digest: Identity] = [:]
  private var threadKeys: [String: ThreadKey] = [:]
  /// Root and authority as validators, made once: many identities are judged under one authority.
  var paths: TrustPath?

  /// An overlay without changes.
  public init(over source: any FactSource = NoFacts()) {
    self.source = source
    isOverStore = !(source is NoFacts)
  }

  /// The fact under a key.
  public mutating func fact(_ key: FactKey) throws(RulesError) -> Fact? {
    if let known = cache[key] { return known }
    // Nothing lies behind an audit's: what it never had, or forgot, need not be remembered.
    guard isOverStore else { return nil }
    let fact = try source.fact(key)
    cache[key] = .some(fact)
    if key.isOfSharing { sharing.append(key) }
    return fact
  }

  /// Sets a fact.
  mutating func set(_ key: FactKey, _ fact: Fact) {
    let before = cache.updateValue(.some(fact), forKey: key)
    let isNew = changed.insert(key).inserted
    if isOverStore, before == nil, key.isOfSharing { sharing.append(key) }
    journal?.append((key, before, !isNew))
    forgetDerived(key)
  }

  /// Begins a group of changes that ``rollBack()`` can take back; an earlier one stays.
  package mutating func begin() { journal = [] }

  /// Takes back what was set since ``begin()``.
  package mutating func rollBack() {
    for (key, before, wasChanged) in (journal ?? []).reversed() {
      cache[key] = before
      if !wasChanged { changed.remove(key) }
      forgetDerived(key)
    }
    begin()
  }

  private mutating func forgetDerived(_ key: FactKey) {
    if case .identity(let keyID) = key { identities[keyID] = nil }
    if case .ledger = key { paths = nil }
  }

  /// The changes since the last call, in the order of their keys; they stay visible here.
  public mutating func takeChanges() -> [(key: FactKey, fact: Fact)] {
    var changes: [(key: FactKey, fact: Fact)] = []
    for key in changed {
      if case .some(.some(let fact)) = cache[key] { changes.append((key, fact)) }
    }
    changed = []
    return changes.sorted { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }
  }

  /// Forgets the facts of sharing, which the source has by now: a writer's memory shall not grow
  /// with their number. Only after ``takeChanges()`` were stored.
  package mutating func forgetStored() {
    for key in sharing where !changed.contains(key) { cache[key] = nil }
    sharing = []
    texts = []
  }

  /// Forgets facts that an audit will not ask about again: its memory shall not grow with them.
  package mutating func forget(_ keys: [FactKey]) {
    for key in keys {
      cache[key] = nil
      changed.remove(key)
    }
  }

  /// The same text, in the memory of the first one with its bytes.
  mutating func kept(_ text: String) -> String {
    let first = texts.insert(text).memberAfterInsert
    // Texts that Unicode holds for equal are others here.
    return first.hasSameBytes(as: text) ? first : text
  }

  /// All facts seen so far, in the order of their keys: what an audit compares with a projection.
  public func known() -> [(key: FactKey, fact: Fact)] {
    var facts: [(key: FactKey, fact: Fact)] = []
    for (key, value) in cache {
      if let fact = value { facts.append((key, fact)) }
    }
    return facts.sorted { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }
  }

  /// The ledger's fact.
  public mutating func ledger() throws(RulesError) -> LedgerFact? {
    if case .ledger(let fact) = try fact(.ledger) { return fact }
    return nil
  }

  /// A department's fact.
  public mutating func department(_ code: String) throws(RulesError) -> DepartmentFact? {
    if case .department(let fact) = try fact(.department(code)) { return fact }
    return nil
  }

  /// An identity's fact.
  public mutating func identityFact(_ keyID: Digest) throws(RulesError) -> IdentityFact? {
    if case .identity(let fact) = try fact(.identity(keyID)) { return fact }
    return nil
  }

  /// The newest version of a type.
  public mutating func type(_ code: String) throws(RulesError) -> TypeFact? {
    if case .type(let fact) = try fact(.type(code)) { return fact }
    return nil
  }

  /// One version of a type.
  public mutating func type(
    _ code: String, version: Int
  ) throws(RulesError) -> TypeVersionFact? {
    if case .typeVersion(let fact) = try fact(.typeVersion(code, version)) { return fact }
    return nil
  }

  /// An admitted registry, by the origin of its ledger.
  public mutating func registry(_ origin: String) throws(RulesError) -> RegistryFact? {
    if case .registry(let fact) = try fact(.registry(origin)) { return fact }
    return nil
  }

  /// The runs in force, which cover the ledger from its first entry; empty before the first.
  public mutating func runs() throws(RulesError) -> [RunFact] {
    if case .runs(let runs) = try fact(.runs) { return runs }
    return []
  }

  /// A department's thread key, cached: every entry of the department asks for it.
  mutating func threadKey(_ department: String) -> ThreadKey {
    if let known = threadKeys[department] { return known }
    let key = ThreadKey(publicDepartment: department)
    threadKeys[department] = key
    return key
  }

  /// How many entries a department's thread has.
  public mutating func threadCount(_ department: String) throws(RulesError) -> UInt64 {
    if case .thread(let count) = try fact(.thread(department)) { return count }
    return 0
  }

  /// Takes up a department's thread after entries that could not be read: the next entry's tag
  /// tells how many of them were of the thread, at most `unreadCount`; any other tag tells nothing.
  package mutating func resume(
    _ department: String, at tag: Tag, unreadCount: UInt64
  ) throws(RulesError) {
    let count = try threadCount(department)
    let key = threadKey(department)
    for skipped in 0...unreadCount where key.tag(count + skipped + 1) == tag {
      if skipped > 0 { set(.thread(department), .thread(count + skipped)) }
      return
    }
  }

  /// The parsed identity with a key id, cached: signatures are checked with it.
  public mutating func identity(_ keyID: Digest) throws(RulesError) -> Identity? {
    if let known = identities[keyID] { return known }
    guard let fact = try identityFact(keyID) else { return nil }
    let identity: Identity
    do { identity = try Identity(der: fact.der) } catch {
      throw RulesError(.malformedFact, "a stored identity cannot be read", cause: error)
    }
    identities[keyID] = identity
    return identity
  }
}
