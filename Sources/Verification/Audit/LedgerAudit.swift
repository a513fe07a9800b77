import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Reads a whole ledger and runs every check and every rule again.
///
/// Believes the pinned root and nothing else. Streams: memory grows by 32 bytes per 256 entries,
/// with the events of some minutes (``AuditReport``) and, where private members are shown, with the
/// certificates. Signatures are checked on all cores, ahead of the one thread that judges.
/// Spec: cli/audit.md; rules.md; threat-model.md.
public struct LedgerAudit<Reader: LedgerReader> {
  private let reader: Reader
  private let since: [UInt8]?
  private let projection: (any LedgerProjection)?
  /// What is told of sharing; nil where no private members are shown.
  private let shares: ShareBook?
  private var run: AuditRun<Reader>
  private let note: [UInt8]?
  private let root: Digest

  /// How often a ledger that grows meanwhile is followed to its new end.
  private static var roundCountMax: Int { 10 }

  /// An audit of the ledger behind a reader under a pinned root.
  ///
  /// - Parameters:
  ///   - since: a signed note of this ledger: entries below it are read for state and root, their
  ///     signatures are not checked again.
  ///   - projection: what a registry keeps beside its entries, to be compared.
  ///   - scratch: a folder for files without a name, 40 bytes for each tag, if runs are published.
  ///   - openings: what is shown of the private members, asked for in the order of the entries.
  /// - Throws: what the reader throws; `invalidNote` and its kin when `since` is no checkpoint.
  public init(
    reader: Reader, root: Identity, since: [UInt8]? = nil,
    projection: (any LedgerProjection)? = nil, scratch: String = "/tmp",
    openings: ((LeafIndex) throws -> OpeningState)? = nil
  ) throws(LedgerError) {
    self.reader = reader
    self.since = since
    self.projection = projection
    self.root = root.sha256
    note = try reader.latestCheckpoint()
    var trusted = TreeSize.zero
    if let since { trusted = try Checkpoint(parsing: try SignedNote(parsing: since).text).size }
    run = AuditRun(
      reader: reader, size: try reader.size(), pinnedRoot: root.sha256,
      checkedFrom: trusted.nextIndex, projection: projection)
    shares = openings.map { _ in ShareBook(ShareQuestion(), isReport: true) }
    run.judge.openings = openings
    if let shares, let openings {
      run.judge.openings = { index in
        let state = try openings(index)
        shares.note(state, of: index)
        return state
      }
      run.judge.visited = { entry, event, _ in shares.visit(entry, event) }
    }
    run.judge.runs = RunRebuilding(reader: reader, scratch: scratch)
    run.judge.needsSignature = { entry, _ in !trusted.contains(entry.index) }
    run.judge.report.since = trusted
    run.judge.lastCovered = LedgerAudit.lastCovered(note)
  }

  /// Audits; faults are findings, not errors.
  ///
  /// - Parameters:
  ///   - progress: told entries read and in all.
  ///   - isStopped: asked after each chunk of some hundred entries; true ends the audit early.
  ///   - found: told every fault, also those beyond the first that the report keeps.
  /// - Throws: what the reader throws when it cannot read, and `sourceFailed`; `unknownKey` and its
  ///   kin when the checkpoint of `since` is not this ledger's.
  public consuming func run(
    progress: (UInt64, UInt64) -> Void = { _, _ in }, isStopped: () -> Bool = { false },
    found: @escaping (AuditReport.Fault) -> Void = { _ in }
  ) throws -> AuditReport {
    let shares = shares
    run.judge.found = {
      found($0)
      shares?.take($0)
    }
    if let reason = try run.foreignRoot(root) {
      run.judge.add(LeafIndex(0), .otherRoot, reason)
      run.judge.report.isComplete = true
      run.judge.report.checks.append(run.judge.counts.check(.root, passed: ""))
      return run.judge.report
    }
    var snapshot: StoredComparison.Snapshot?
    for _ in 0..<Self.roundCountMax {
      guard try run.advance(isStopped: isStopped, progress: progress) else {
        run.judge.report.checks = try checks(snapshot: nil)
        return run.judge.report
      }
      guard let projection else { break }
      snapshot = try takeSnapshot(StoredComparison(projection: projection))
      guard let snapshot, snapshot.head.size > run.size else { break }
      run.extend(to: snapshot.head.size)
    }
    try run.compareTiles(atEnd: true)
    run.judge.report.head = run.judge.tree.head
    let ledger = try run.judge.facts.ledger()
    run.judge.report.origin = ledger?.origin
    run.judge.report.rulesVersion = ledger?.rules
    try run.judgeCheckpoint(note)
    if run.judge.report.checkpoint != nil {
      run.judge.report.coveredUntil = run.judge.lastCoveredReceived
    }
    run.judge.report.shares = shares?.finished(asOf: run.judge.report.coveredUntil)
    run.judge.judgeErased()
    try judgeSince()
    try compareStored(snapshot)
    run.judge.report.isComplete = true
    run.judge.report.checks = try checks(snapshot: snapshot)
    return run.judge.report
  }

  // MARK: Checkpoints

  /// The last entry that a note says it covers; a note that cannot be read is judged later.
  static func lastCovered(_ note: [UInt8]?) -> LeafIndex? {
    guard let size = note.flatMap(EvidencePool.checkpoint(of:))?.size, size > .zero else {
      return nil
    }
    return LeafIndex(size.value - 1)
  }

  private mutating func judgeSince() throws {
    guard let since else { return }
    let earlier: VerifiedCheckpoint
    do throws(LedgerError) {
      earlier = try run.verify(since, of: run.judge.report.since)
    } catch {
      // Where entries are at fault the keys may be lost with them: what was found is the answer.
      guard run.judge.report.faultCount > 0 else { throw error }
      run.judge.add(
        nil, .sinceMismatch, "the checkpoint given cannot be checked: \(error.message)")
      return
    }
    let size = run.judge.tree.size
    guard earlier.head.size <= size else {
      run.judge.add(
        nil, .sinceMismatch,
        "there are \(size) entries, and the checkpoint given is of \(earlier.head.size): this is "
          + "older, or its end was cut off; get a newer one")
      return
    }
    guard try run.judge.tree.root(at: earlier.head.size) == earlier.head.root else {
      run.judge.add(
        nil, .sinceMismatch,
        "the first \(earlier.head.size) entries are not those of the checkpoint given")
      return
    }
  }

  // MARK: What is stored beside the entries

  /// A store that cannot be read as what it should be is a finding; one that fails is an error.
  private mutating func takeSnapshot(
    _ stored: StoredComparison
  ) throws -> StoredComparison.Snapshot? {
    var isHeadDamaged = false
    do throws(LedgerError) { _ = try stored.projection.head() } catch {
      guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
      isHeadDamaged = true
      run.judge.add(
        nil, .storedTree, "the stored size and root cannot be read: \(error.message)")
    }
    do throws(LedgerError) {
      guard isHeadDamaged else { return try stored.snapshot() }
      // Nobody writes into such a ledger: its facts stand still.
      return StoredComparison.Snapshot(
        head: run.judge.tree.head, facts: try stored.projection.facts(prefix: []))
    } catch {
      guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
      run.judge.add(nil, .fact, "the stored facts cannot be read: \(error.message)")
      return nil
    }
  }

  private mutating func compareStored(_ snapshot: StoredComparison.Snapshot?) throws {
    guard let projection else { return }
    let stored = StoredComparison(projection: projection)
    if let snapshot, snapshot.head.size <= run.judge.report.head.size {
      let faults = stored.compare(
        snapshot, head: run.judge.report.head, facts: run.judge.facts)
      for (code, reason) in faults { run.judge.add(nil, code, reason) }
    }
    do throws(LedgerError) {
      if try !stored.hasOneRowEach(entryCount: run.judge.report.entryCount) {
        run.judge.add(nil, .eventIndex, "the index of events has not one row for each entry")
      }
      if let id = try strayEntry(projection) {
        run.judge.add(nil, .storedTree, "a row \(id) is stored for an entry outside the size")
      }
      if let size = try projection.strayCheckpoint() {
        run.judge.add(nil, .checkpointStored, "a checkpoint is stored for the size \(size)")
      }
      try judgeStoredCheckpoints(stored)
    } catch {
      guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
      run.judge.add(nil, .checkpointStored, "a stored row cannot be read: \(error.message)")
    }
  }

  /// An entry stored outside the size; none where the size cannot be read, which was named before.
  private func strayEntry(_ projection: any LedgerProjection) throws(LedgerError) -> Int64? {
    do throws(LedgerError) { return try projection.strayEntry() } catch {
      guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
      return nil
    }
  }

  private mutating func judgeStoredCheckpoints(
    _ stored: StoredComparison
  ) throws(LedgerError) {
    try stored.forEachCheckpoint { size, note throws(LedgerError) in
      // A checkpoint of what was appended since the end of this audit is the next one's.
      if size > run.judge.tree.size, try stored.projection.head().size >= size { return }
      do throws(LedgerError) {
        let head = try run.verify(note, of: size).head
        if head.size == size, try run.judge.tree.root(at: size) == head.root { return }
      } catch {
        guard error.code != .storage, error.code != .inputOutput else { throw error }
      }
      run.judge.add(
        nil, .checkpointStored,
        "the stored checkpoint of size \(size) is not of this ledger's key and tree")
    }
  }

  // MARK: The answer

  private mutating func checks(snapshot: StoredComparison.Snapshot?) throws -> CheckList {
    let report = run.judge.report
    let counts = run.judge.counts
    var list = CheckList()
    let signed = report.signedHead?.size.value ?? 0
    list.append(counts.check(.checkpoint, passed: "signed over \(Counted.entries(signed))"))
    list.append(
      counts.check(.tree, passed: "\(Counted.entries(report.head.size.value)): the signed tree"))
    list.append(
      counts.check(.chain, passed: "\(Counted.entries(report.entryCount)), each after the other"))
    list.append(
      counts.check(
        .signatures, passed: "\(Counted.text(report.signatureCount, "signature")) verified"))
    list.append(rulesCheck())
    if since != nil {
      list.append(
        counts.check(
          .since, passed: "the first \(report.since) entries are those of the checkpoint given"))
    }
    if projection != nil { list.append(factsCheck(snapshot)) }
    list.append(try runsCheck())
    list.append(disclosedCheck())
    list.append(tailCheck())
    run.judge.report.notDemanded = shares != nil ? [.runs, .tail] : [.runs, .tail, .disclosed]
    return list
  }

  private mutating func runsCheck() throws -> Check {
    guard let last = try run.judge.facts.runs().last else {
      return Check(
        .runs, .notShown, text: "no runs are published: that a thread has ended is unproven")
    }
    return run.judge.counts.check(
      .runs, passed: "they cover the first \(Counted.entries(last.range.to.value))")
  }

  private func tailCheck() -> Check {
    let report = run.judge.report
    guard let signed = report.signedHead?.size else {
      return Check(.tail, .notShown, text: "no checkpoint says how far the ledger goes")
    }
    guard report.head.size > signed else {
      return Check(.tail, .passed, text: "the checkpoint covers every entry")
    }
    let count = report.head.size.value - signed.value
    return Check(.tail, .notShown, text: "beyond the checkpoint: \(Counted.entries(count))")
  }

  private func rulesCheck() -> Check {
    let check = run.judge.counts.check(
      .rules, passed: "every entry keeps the rules in force at its index")
    guard check.result == .passed, run.judge.hasForgotten else { return check }
    return Check(
      .rules, .notShown,
      text: "so much was received within minutes that replays among it were not looked for")
  }

  private func factsCheck(_ snapshot: StoredComparison.Snapshot?) -> Check {
    let check = run.judge.counts.check(
      .facts, passed: "what is stored beside the entries is what they say")
    guard check.result == .passed, snapshot?.head.size != run.judge.report.head.size else {
      return check
    }
    return Check(.facts, .notShown, text: "the ledger grew too fast to compare its facts")
  }

  private func disclosedCheck() -> Check {
    let tally = run.judge.report.disclosedTally
    let check = run.judge.counts.check(
      .disclosed, passed: "\(Counted.entries(tally.passed)) with private members, every rule kept")
    guard check.result == .passed else { return check }
    if tally.notShown > 0 {
      return Check(
        .disclosed, .notShown,
        text: "the private members of \(Counted.entries(tally.notShown))")
    }
    guard tally.erased > 0 else { return check }
    return Check(
      .disclosed, .erased, text: "the private members of \(Counted.entries(tally.erased))")
  }
}
