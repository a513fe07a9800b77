import Cryptography
import Encoding
import Ledger
import Rules

/// Judges the entries of a ledger in their order; one thread.
struct AuditJudge<Reader: LedgerReader> {
  /// Whether an entry's signature is checked where it was not checked ahead.
  var needsSignature: (Entry, Event) -> Bool = { _, _ in true }
  /// Told every fault, also those that the report does not keep.
  var found: (AuditReport.Fault) -> Void = { _ in }
  /// Told every entry that holds an event, after it was judged.
  var visited: (Entry, Event, Judgement) -> Void = { _, _, _ in }
  /// Asked after each entry which facts no later entry of interest needs.
  var forgotten: () -> [FactKey] = { [] }
  /// What is shown of private members; nil where nothing is.
  var openings: ((LeafIndex) throws -> OpeningState)?

  var report = AuditReport()
  /// The first entry of which nothing is shown because it was erased, and whether an act erased.
  private var firstErased: LeafIndex?
  private var hasErasure = false
  var facts = FactOverlay()
  var tree: AuditTree<Reader>
  /// Identities that verified something, for those who check signatures ahead.
  private(set) var identities: [Digest: Identity] = [:]
  private(set) var counts = FaultCounts()
  private let reader: Reader
  /// The entries there are, as far as known when the audit began.
  var size: TreeSize
  private let pinnedRoot: Digest
  private var window = EventWindow()
  private var threads = PrivateThreads()
  private var previousLeaf = Digest.zero
  private var previousReceived: Timestamp?
  /// Replays that were looked for in the entries: each reads up to twenty-two minutes again.
  private var searchCount = 0
  private var entryFaultCount: UInt64 = 0
  /// Entries that could not be read: numbers of threads may have gone with them.
  private var unreadCount: UInt64 = 0
  private var unread = UnreadRun()
  /// Rebuilds published runs; nil for an audit that does not ask about them.
  var runs: RunRebuilding<Reader>?
  /// The last entry that the checkpoint covers, to note when it was received.
  var lastCovered: LeafIndex?
  private(set) var lastCoveredReceived: Timestamp?
  /// What the entry before was, as far as it decides about a replacement.
  private var before = Before.other

  /// What stands before an entry.
  private enum Before {
    /// A `certificate.replaced`, with what was opened of it.
    case replaced(Event, Openings.Replaced?)
    /// An entry that could not be read.
    case unread
    case other
  }

  private static var searchCountMax: Int { 100 }

  init(reader: Reader, size: TreeSize, pinnedRoot: Digest) {
    self.reader = reader
    self.size = size
    self.pinnedRoot = pinnedRoot
    tree = AuditTree(reader: reader)
  }

  /// Whether replays may have gone unseen, because too much was received within minutes.
  var hasForgotten: Bool { window.hasForgotten }

  // MARK: Entries

  /// Judges the next entry, which comes before another. Throws when it cannot look; a fault is no
  /// error.
  mutating func judge(
    _ prepared: PreparedEntry, before next: NextEntry, at index: LeafIndex
  ) throws {
    report.entryCount += 1
    // Before the count begins anew: what is named here are other entries' faults.
    if case .missing = prepared {} else { reportUnread() }
    entryFaultCount = 0
    var leaf: Digest
    switch prepared {
    case .missing(let error):
      passUnread(index)
      unread.append(index, error)
      // Named at the end of the run, counted here.
      entryFaultCount += 1
      // The tiles still have its hash: the rest of the tree can be held against the checkpoint.
      leaf = try tree.storedLeaf(at: index, of: size) ?? .zero
    case .malformed(let hash, let error):
      passUnread(index)
      add(index, .entryForm, "the entry cannot be read: \(error.message)")
      leaf = hash
    case .withoutEvent(let entry, let error):
      passUnread(index)
      judgePlace(of: entry, at: index)
      add(index, .eventForm, error.message)
      leaf = entry.leafHash
    case .event(let entry, let event, let signature):
      judgePlace(of: entry, at: index)
      try judge(event, signature, in: entry, before: next.following, at: index)
      leaf = entry.leafHash
    }
    leaf = try place(leaf, before: next, at: index)
    if entryFaultCount == 0 {
      report.publicTally.passed += 1
    } else {
      report.publicTally.failed += 1
    }
    tree.append(leaf)
    previousLeaf = leaf
  }

  /// An entry without an event that can be read.
  private mutating func passUnread(_ index: LeafIndex) {
    noteUnread(index)
    before = .unread
  }

  /// Names the entries that could not be read since the last one that could: a long run of them is
  /// one fault. With `size`, the rest up to it was given up.
  mutating func reportUnread(through size: TreeSize? = nil) {
    for (index, reason) in unread.take(through: size) { add(index, .entryMissing, reason) }
  }

  /// The hash that an entry has in the tree.
  ///
  /// An entry whose bytes have another hash than both the tiles and the entry after it name was
  /// altered where it lies: one fault, and not one of every later entry whose actor has seen the
  /// tree with the true one.
  private mutating func place(
    _ leaf: Digest, before next: NextEntry, at index: LeafIndex
  ) throws -> Digest {
    guard let named = next.previous, named != leaf,
      try tree.storedLeaf(at: index, of: size) == named
    else { return leaf }
    add(
      index, .entryAltered,
      "its bytes were altered: the tiles and the entry after it have another hash")
    // Whose threads it truly is of nobody can tell from its bytes.
    noteUnread(index)
    return named
  }

  private mutating func noteUnread(_ index: LeafIndex) {
    unreadCount += 1
    runs?.noteUnread(index)
  }

  private mutating func judgePlace(of entry: Entry, at index: LeafIndex) {
    if entry.index != index {
      add(index, .entryIndex, "the entry says that its index is \(entry.index)")
    }
    if entry.previous != previousLeaf {
      add(index, .chain, "the entry does not continue the one before it")
    }
  }

  private mutating func judge(
    _ event: Event, _ signature: PreparedEntry.Signature, in entry: Entry,
    before following: EntryContext.Following, at index: LeafIndex
  ) throws {
    let root = try tree.root(at: event.seen.size)
    let isReplayed = try isReplayed(event.id, before: index)
    let context = EntryContext(
      index: index, received: entry.received, previousReceived: previousReceived,
      tags: entry.tags, following: following, pinnedRoot: pinnedRoot, rootAt: { _ in root },
      isReplayed: { _ in isReplayed })
    let state = try self.state(of: signature, event, in: entry)
    try resumeThreads(event, in: entry)
    let shown = try shown(event, in: entry, at: index)
    let judgement = try RuleSet.judge(
      state, in: context, facts: &facts, openings: shown.openings?.openings)
    for code in judgement.publicLayer.codes {
      add(index, .rule(code), "\(event.kind.rawValue) breaks the rule \(code.rawValue)")
    }
    if event.kind == .ledgerMapped, judgement.publicLayer == .passed {
      try judgeRun(at: index)
    }
    if event.kind == .certificateErased, judgement.publicLayer == .passed { hasErasure = true }
    noteDisclosed(judgement, shown, event, at: index)
    before = AuditJudge.before(event, shown)
    window.insert(event.id, received: entry.received, at: index)
    previousReceived = entry.received
    if index == lastCovered { lastCoveredReceived = entry.received }
    visited(entry, event, judgement)
    facts.forget(forgotten())
  }

  /// One unreadable entry is one fault, not one of every later entry of the same department.
  private mutating func resumeThreads(_ event: Event, in entry: Entry) throws {
    guard unreadCount > 0 else { return }
    for (code, tag) in zip(RuleSet.departments(of: event), entry.tags) {
      try facts.resume(code, at: tag, unreadCount: min(unreadCount, Self.unreadCountMax))
    }
  }

  private static var unreadCountMax: UInt64 { 1000 }

  // MARK: Signatures

  private mutating func state(
    of signature: PreparedEntry.Signature, _ event: Event, in entry: Entry
  ) throws -> SignatureState {
    switch signature {
    case .verified(let verified):
      report.signatureCount += 1
      return .verified(verified)
    case .failed:
      report.signatureCount += 1
      return .failed(event)
    case .open: break
    }
    guard needsSignature(entry, event) else {
      return .verified(VerifiedEvent(trustingSignatureOf: event))
    }
    guard let signer = try RuleSet.signer(of: event, facts: &facts) else { return .failed(event) }
    report.signatureCount += 1
    do {
      let verified = try event.verified(by: signer)
      // The first entry brings its own identity, which is not known before it was judged.
      if event.kind != .ledgerOpened { identities[event.keyID] = signer }
      return .verified(verified)
    } catch {
      return .failed(event)
    }
  }

  // MARK: Replays

  private mutating func isReplayed(_ id: EventID, before index: LeafIndex) throws -> Bool {
    guard let start = window.place(of: id) else { return false }
    guard searchCount < Self.searchCountMax else { return true }
    searchCount += 1
    var feed = AuditFeed(reader: reader, size: TreeSize(index.value), from: start)
    while true {
      let slots = try feed.chunk()
      if slots.isEmpty { return false }
      for case .bytes(let bytes) in slots {
        guard let event = AuditJudge.event(in: bytes) else { continue }
        if event.id == id { return true }
      }
    }
  }

  private static func event(in bytes: [UInt8]) -> Event? {
    do { return try Event(parsing: try Entry(parsing: bytes).event) } catch { return nil }
  }

  // MARK: The disclosed layer

  private struct Shown {
    var state = OpeningState.notShown
    var openings: (openings: Openings, finding: PrivateThreads.Finding)?
  }

  private mutating func shown(
    _ event: Event, in entry: Entry, at index: LeafIndex
  ) throws -> Shown {
    guard let openings, AuditJudge.isPrivate(event) else { return Shown() }
    var shown = Shown(state: try openings(index))
    let pair = replaced(by: event)
    if case .opened(let opening) = shown.state {
      shown.openings = threads.open(
        opening, event, tags: entry.tags,
        unreadCount: unreadCount * UInt64(Entry.tagCountMaximum), replaced: pair.replaced)
      if pair.isHidden { shown.openings?.finding.unjudged.insert(.replacementPair) }
    } else {
      var isErased = false
      if case .erased = shown.state { isErased = true }
      threads.hide(event, tags: entry.tags, isErased: isErased)
    }
    return shown
  }

  /// What the entry before opened of the certificate in whose place this one is issued, and whether
  /// there may be one that was not shown.
  private func replaced(by event: Event) -> (replaced: Openings.Replaced?, isHidden: Bool) {
    switch before {
    case .unread: (nil, event.kind == .certificateIssued)
    case .replaced(let old, let opened) where old.isReplaced(with: event): (opened, opened == nil)
    case .replaced, .other: (nil, false)
    }
  }

  private static func before(_ event: Event, _ shown: Shown) -> Before {
    guard event.kind == .certificateReplaced else { return .other }
    guard case .opened(let opening) = shown.state else { return .replaced(event, nil) }
    return .replaced(event, Openings.Replaced(opening.disclosures))
  }

  /// What is said to be erased was erased by an act that says so.
  mutating func judgeErased() {
    guard let firstErased, !hasErasure else { return }
    add(
      firstErased, .erasedUnfounded,
      "it is said to be erased, and no act here erased anything; if what is shown is newer than "
        + "the ledger, get a newer export")
  }

  private mutating func noteDisclosed(
    _ judgement: Judgement, _ shown: Shown, _ event: Event, at index: LeafIndex
  ) {
    guard AuditJudge.isPrivate(event) else { return }
    guard case .opened(let opening) = shown.state, let finding = shown.openings?.finding else {
      if case .erased = shown.state {
        report.disclosedTally.erased += 1
        firstErased = firstErased ?? index
      } else {
        report.disclosedTally.notShown += 1
      }
      return
    }
    let codes = Set(judgement.disclosedLayer.codes).subtracting(finding.unjudged)
      .union(finding.codes)
    for code in codes.sorted() {
      let reason =
        code == .disclosureDigest
        ? "what was shown of it is not what \(event.kind.rawValue) bears the digests of"
        : "\(event.kind.rawValue) breaks the rule \(code.rawValue)"
      add(index, .rule(code), reason, layer: .disclosed)
    }
    if !codes.isEmpty {
      report.disclosedTally.failed += 1
    } else if !finding.unjudged.isEmpty {
      report.disclosedTally.notShown += 1
    } else {
      report.disclosedTally.passed += 1
    }
    if codes.isEmpty, judgement.publicLayer == .passed { threads.apply(opening, event) }
  }

  /// Whether an event has anything that needs opening.
  private static func isPrivate(_ event: Event) -> Bool {
    !event.digests.isEmpty || event.kind.shape.tags != .none
  }

  // MARK: Faults

  mutating func add(_ index: LeafIndex?, _ code: AuditCode, _ reason: String) {
    add(index, .audit(code), reason)
  }

  private mutating func add(
    _ index: LeafIndex?, _ origin: AuditReport.Origin, _ reason: String,
    layer: AuditReport.Layer = .public
  ) {
    let fault = AuditReport.Fault(index: index, origin: origin, reason: reason, layer: layer)
    if layer == .public { entryFaultCount += 1 }
    report.faultCount += 1
    counts.add(fault)
    if report.faults.count < AuditReport.faultCountMax { report.faults.append(fault) }
    found(fault)
  }
}
