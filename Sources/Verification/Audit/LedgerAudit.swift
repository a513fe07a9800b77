import Cryptography
import Encoding
import Ledger
import Rules

/// Reads a whole ledger and runs every check and every public rule again.
///
/// Streams: memory grows by 32 bytes per 256 entries and with the events of eleven minutes.
/// Believes the pinned root and nothing else. Spec: rules.md; threat-model.md.
public struct LedgerAudit<Reader: LedgerReader> {
  private let reader: Reader
  private let pinnedRoot: Digest
  private var report = AuditReport()
  private var facts = FactOverlay()
  private var roots = HistoricRoots()
  private var window = EventWindow()
  private var previousLeaf = Digest.zero
  private var previousReceived: Timestamp?

  /// An audit of the ledger behind a reader under a pinned root.
  public init(reader: Reader, root: Identity) {
    self.reader = reader
    pinnedRoot = root.sha256
  }

  /// Audits; faults are findings, not errors.
  ///
  /// - Parameter progress: called after each batch with entries read and in all.
  /// - Throws: what the reader throws when it cannot read, and `sourceFailed`.
  public consuming func run(
    progress: (UInt64, UInt64) -> Void = { _, _ in }
  ) throws -> AuditReport {
    let note = try reader.latestCheckpoint()
    let size = try reader.size()
    while report.entryCount < size.value {
      let wanted = Int(min(256, size.value - report.entryCount))
      let batch = try reader.entries(from: LeafIndex(report.entryCount), count: wanted)
      guard !batch.isEmpty else { break }
      for bytes in batch.prefix(wanted) { try read(bytes) }
      progress(report.entryCount, size.value)
    }
    report.head = TreeHead(size: roots.size, root: roots.root)
    try judgeCheckpoint(note)
    return report
  }

  private mutating func read(_ bytes: [UInt8]) throws {
    let index = LeafIndex(report.entryCount)
    report.entryCount += 1
    let leaf = MerkleTree.leafHash(bytes)
    defer {
      roots.append(leaf)
      previousLeaf = leaf
    }
    let entry: Entry
    do { entry = try Entry(parsing: bytes) } catch {
      report.add(index, "entry-form", "the entry cannot be read: \(error.message)")
      return
    }
    if entry.index != index {
      report.add(index, "entry-index", "the entry says that its index is \(entry.index)")
    }
    if entry.previous != previousLeaf {
      report.add(index, "chain", "the entry does not continue the one before it")
    }
    let event: Event
    do { event = try Event(parsing: entry.event) } catch {
      report.add(index, "event-form", error.message)
      return
    }
    try judge(event, in: entry)
    previousReceived = entry.received
  }

  private mutating func judge(_ event: Event, in entry: Entry) throws {
    var root: Digest?
    if event.seen.size <= roots.size {
      root = try roots.root(at: event.seen.size, reader: reader)
    }
    let isReplayed = window.contains(event.id, received: entry.received)
    let context = EntryContext(
      index: entry.index, received: entry.received, previousReceived: previousReceived,
      tags: entry.tags, pinnedRoot: pinnedRoot, rootAt: { _ in root },
      isReplayed: { _ in isReplayed })
    let judgement = try RuleSet.judge(try signature(of: event), in: context, facts: &facts)
    for code in judgement.codes {
      report.add(
        entry.index, code.rawValue, "\(event.kind.rawValue) breaks the rule \(code.rawValue)")
    }
    if judgement.disclosedLayer == .notShown { report.notShownCount += 1 }
    window.insert(event.id, received: entry.received)
  }

  private mutating func signature(of event: Event) throws -> SignatureState {
    guard let signer = try RuleSet.signer(of: event, facts: &facts) else { return .failed(event) }
    report.signatureCount += 1
    do { return .verified(try event.verified(by: signer)) } catch { return .failed(event) }
  }

  /// The signed checkpoint must be of this ledger's key and cover exactly a tree that was read.
  private mutating func judgeCheckpoint(_ note: [UInt8]?) throws {
    guard let note else {
      report.add(nil, "checkpoint-missing", "the ledger has no signed checkpoint")
      return
    }
    guard let ledger = try facts.ledger() else { return }
    let checkpoint: Checkpoint
    do { checkpoint = try Checkpoint(parsing: try SignedNote(parsing: note).text) } catch {
      report.add(nil, "checkpoint-form", "the checkpoint cannot be read: \(error.message)")
      return
    }
    let keys = ledger.keys.last { $0.from <= checkpoint.size.value }.map { [$0.vkey] } ?? []
    let verified: VerifiedCheckpoint
    do throws(LedgerError) {
      let parsed = try keys.map { key throws(LedgerError) in try VerifierKey(parsing: key) }
      verified = try VerifiedCheckpoint(note: note, keys: parsed, origin: ledger.origin)
    } catch {
      report.add(
        nil, "checkpoint-signature", "the checkpoint is not signed by the ledger's key in force")
      return
    }
    guard checkpoint.size <= roots.size else {
      report.add(
        nil, "truncated",
        "the checkpoint covers \(checkpoint.size) entries, only \(roots.size) were there")
      return
    }
    guard try roots.root(at: checkpoint.size, reader: reader) == checkpoint.root else {
      report.add(nil, "root-mismatch", "the entries do not form the tree of the checkpoint")
      return
    }
    report.checkpoint = verified
  }
}

/// The ids of the events that freshness still lets in: a replay can only be of one of them.
private struct EventWindow {
  private var received: [EventID: Int64] = [:]
  private var order: [(id: EventID, at: Int64)] = []
  private var start = 0

  private static let milliseconds = RuleSet.ageMillisecondsMax + RuleSet.leadMillisecondsMax

  func contains(_ id: EventID, received now: Timestamp) -> Bool { received[id] != nil }

  mutating func insert(_ id: EventID, received now: Timestamp) {
    received[id] = now.milliseconds
    order.append((id, now.milliseconds))
    while start < order.count, order[start].at < now.milliseconds - EventWindow.milliseconds {
      received[order[start].id] = nil
      start += 1
    }
    // Give the front back in large pieces, so that each id is moved once on average.
    if start > 4096, start * 2 > order.count {
      order.removeFirst(start)
      start = 0
    }
  }
}
