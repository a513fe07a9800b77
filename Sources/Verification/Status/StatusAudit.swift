import Certificates
import Cryptography
import Ledger
import Rules

/// What lies beside a ledger in the place of a round's file.
public enum RoundFile: Sendable {
  /// Nothing.
  case missing
  /// Something that cannot be the file: too large, a link, a folder.
  case unreadable
  /// A file.
  case bytes([UInt8])
}

/// Holds the files of rounds against the ledger, and tokens against them: a list that was shown to
/// one verifier only is in none.
///
/// Reads the ledger as a stream and trusts no index. Memory grows with the rounds, by 300 bytes
/// each. Spec: status.md, "Publishing"; cli/audit.md, "status".
public struct StatusAudit<Reader: LedgerReader> {
  private let root: Digest
  private let note: [UInt8]?
  private let file: (_ path: String, _ maximumBytes: Int) throws -> RoundFile
  private let tokens: [(name: String, token: StatusToken)]
  private let book: RoundBook
  private var run: AuditRun<Reader>

  /// An audit under a pinned root.
  ///
  /// `file` reads what lies beside the ledger under a path, of at most so many bytes. Throws what
  /// the reader throws.
  public init(
    reader: Reader, root: Identity, tokens: [(name: String, token: StatusToken)],
    file: @escaping (_ path: String, _ maximumBytes: Int) throws -> RoundFile
  ) throws(LedgerError) {
    self.root = root.sha256
    self.tokens = tokens
    self.file = file
    note = try reader.latestCheckpoint()
    let size = try reader.size()
    let signed = note.flatMap(EvidencePool.checkpoint(of:))?.size
    let book = RoundBook()
    self.book = book
    run = AuditRun(
      reader: reader, size: signed.map { min($0, size) } ?? size, pinnedRoot: root.sha256,
      checkedFrom: LeafIndex(.max))
    run.judge.lastCovered = LedgerAudit<Reader>.lastCovered(note)
    run.judge.needsSignature = { _, event in
      event.kind.isAdministrative || event.kind == .statusPublished
    }
    run.judge.found = { book.take($0) }
    run.judge.visited = { entry, event, _ in book.visit(entry, event) }
  }

  /// Audits; faults are findings, not errors. Throws when it could not look.
  public consuming func run(
    progress: (UInt64, UInt64) -> Void = { _, _ in }, isStopped: () -> Bool = { false }
  ) throws -> StatusAuditReport {
    book.report.tokens = tokens.map { .init(name: $0.name, token: $0.token) }
    if let reason = try run.foreignRoot(root) {
      // Nothing else is judged.
      book.report.thread.isComplete = true
      book.report.thread.add(LeafIndex(0), .otherRoot, reason)
      return book.report
    }
    guard try run.advance(isStopped: isStopped, progress: progress) else { return book.report }
    try run.compareTiles(atEnd: true)
    try run.judgeCheckpoint(note)
    var report = book.report
    report.thread.through = run.judge.tree.size
    report.thread.checkpoint = run.judge.report.checkpoint
    guard try compareRounds(&report, isStopped) else { return report }
    // A fault may hide a round: then nobody is accused.
    if report.thread.faults.isEmpty {
      for number in report.tokens.indices where report.tokens[number].round == nil {
        try judge(&report, number)
      }
    }
    report.rounds.removeFirst(max(0, report.rounds.count - StatusAuditReport.roundCountMax))
    report.thread.isComplete = true
    return report
  }

  /// Holds each file against its entry, and looks for the tokens in it; false if it was stopped.
  private func compareRounds(
    _ report: inout StatusAuditReport, _ isStopped: () -> Bool
  ) throws -> Bool {
    // Whoever was shown a token can make its twin, which verifies as well.
    let leaves = tokens.map { one in
      [one.token.token.bytes, one.token.token.twin].map { MerkleTree.leafHash($0) }
    }
    for position in report.rounds.indices {
      if isStopped() { return false }
      let round = report.rounds[position]
      let path = StatusRound.path(department: round.department, round.sequence)
      let list = try list(of: round, at: path)
      report.rounds[position].result = list.result
      report.counts[list.result, default: 0] += 1
      if list.result == .failed {
        report.thread.add(
          round.index, .statusRound,
          "\(path) is not what the entry names; get a new export")
      }
      guard !leaves.isEmpty else { continue }
      let known = Set(list.leaves)
      for number in leaves.indices
      where report.tokens[number].round == nil && leaves[number].contains(where: known.contains) {
        report.tokens[number].round = report.rounds[position]
        report.tokens[number].result = .passed
      }
    }
    return true
  }

  private func list(
    of round: StatusAuditReport.Round, at path: String
  ) throws -> (result: Check.Result, leaves: [Digest]) {
    guard (0...Int64(LeafList.countMax)).contains(round.listCount) else { return (.failed, []) }
    switch try file(path, Int(round.listCount) * LeafList.lineByteCount) {
    case .missing: return (.notShown, [])
    case .unreadable: return (.failed, [])
    case .bytes(let bytes):
      do throws(LedgerError) {
        let list = try LeafList(parsing: bytes)
        return list.leaves.count == round.listCount && list.root == round.root
          ? (.passed, list.leaves) : (.failed, [])
      } catch {
        return (.failed, [])
      }
    }
  }

  /// A token that no file names: unpublished only if a department of this ledger sealed it, and it
  /// or who answers for it published again since.
  private mutating func judge(_ report: inout StatusAuditReport, _ number: Int) throws {
    let token = report.tokens[number].token
    func isOpen(_ code: String, _ text: String) {
      report.tokens[number].reason = Check.Reason(code: code, text: text)
    }
    let evidence = StatusEvidence(token, reader: IdentityReaderCache())
    guard evidence.isSigned, let leaf = evidence.path.leaf,
      let sealer = try run.judge.facts.identityFact(leaf.sha256), sealer.use == .seal,
      token.issuedAt + CertificateVerifier.skewSeconds >= sealer.from, try isOwn(token)
    else {
      return isOpen("status_foreign", "no department of this ledger sealed it")
    }
    guard sealer.state != .compromised else {
      return isOpen(
        "identity_compromised", "the key that sealed it is compromised: a thief may have")
    }
    let answering = try run.judge.facts.answerers(for: sealer.department)
    let rounds = report.rounds.filter { answering.contains($0.department) }
    guard rounds.contains(where: { $0.received.seconds >= token.issuedAt }) else {
      return isOpen(
        "status_not_covered",
        "its department, or who answers for it, published nothing since, as far as was read; get "
          + "a newer export")
    }
    // A token is dated ahead where several are signed in one second.
    let since = token.issuedAt - CertificateVerifier.skewSeconds
    if let missing = rounds.first(where: {
      $0.result == .notShown && $0.received.seconds >= since
    }) {
      let path = StatusRound.path(department: missing.department, missing.sequence)
      return isOpen("status_missing_round", "\(path) is missing; get a new export")
    }
    report.tokens[number].result = .failed
    report.thread.add(
      nil, .statusUnpublished,
      "\(report.tokens[number].name) is in no round of this ledger: whoever was shown it was shown "
        + "what nobody published")
  }

  /// Whether the list has a name of this registry's.
  private mutating func isOwn(_ token: StatusToken) throws -> Bool {
    guard let host = try run.judge.facts.ledger()?.host else { return false }
    do throws(CertificatesError) {
      return try StatusListName.parse(token.uri).host == host
    } catch {
      return false
    }
  }
}

/// Keeps the rounds while entries are judged; one that breaks a rule is none.
private final class RoundBook {
  var report = StatusAuditReport()
  /// Rule faults of the entry that is being judged.
  private var waiting: [AuditReport.Fault] = []

  /// Takes a fault: what hides entries counts always, a broken rule only of a round.
  func take(_ fault: AuditReport.Fault) {
    if case .rule = fault.origin, fault.index != nil {
      waiting.append(fault)
    } else {
      report.thread.add(fault)
    }
  }

  func visit(_ entry: Entry, _ event: Event) {
    defer { waiting.removeAll(keepingCapacity: true) }
    guard event.kind == .statusPublished else { return }
    for fault in waiting { report.thread.add(fault) }
    guard waiting.isEmpty, let department = event.issuerCode,
      let sequence = event.integer("sequence"), let count = event.integer("lists"),
      let root = event.digest("root")
    else { return }
    report.rounds.append(
      StatusAuditReport.Round(
        department: department, sequence: sequence, index: entry.index, received: entry.received,
        listCount: count, root: root))
  }
}
