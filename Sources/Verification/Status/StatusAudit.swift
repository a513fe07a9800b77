import Certificates
import Cryptography
import Ledger
import Rules

/// Holds the files of publications of status lists against the ledger, and tokens against them: a
/// list that was shown to one verifier only is in none.
///
/// Reads the ledger as a stream and trusts no index. Memory grows with the publications, by 150
/// bytes each. Spec: status.md, "Publishing"; cli/audit.md, "status".
public struct StatusAudit<Reader: LedgerReader> {
  private let root: Digest
  private let note: [UInt8]?
  private let file: (_ path: String) throws -> [UInt8]?
  private let tokens: [(name: String, token: StatusToken)]
  private let book: RoundBook
  private var run: AuditRun<Reader>

  /// An audit under a pinned root.
  ///
  /// `file` reads what lies beside the ledger under a path; nil where nothing does. Throws what the
  /// reader throws.
  public init(
    reader: Reader, root: Identity, tokens: [(name: String, token: StatusToken)],
    file: @escaping (_ path: String) throws -> [UInt8]?
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
    if let reason = try run.foreignRoot(root) {
      book.report.thread.add(LeafIndex(0), .otherRoot, reason)
    } else if try run.advance(isStopped: isStopped, progress: progress) {
      try run.compareTiles(atEnd: true)
      try run.judgeCheckpoint(note)
    } else {
      return book.report
    }
    var report = book.report
    report.thread.isComplete = true
    report.thread.through = run.judge.tree.size
    report.thread.checkpoint = run.judge.report.checkpoint
    try compare(&report)
    return report
  }

  /// Holds each file against its entry, and looks for the tokens in it.
  private func compare(_ report: inout StatusAuditReport) throws {
    report.tokens = tokens.map { .init(name: $0.name, token: $0.token) }
    let leaves = tokens.map { MerkleTree.leafHash($0.token.token.bytes) }
    for position in book.rounds.indices {
      var round = book.rounds[position]
      let path = StatusRound.path(department: round.department, round.sequence)
      if let bytes = try file(path) {
        let list = StatusAudit.list(bytes, of: round)
        round.result = list == nil ? .failed : .passed
        let known = Set(list?.leaves ?? [])
        for number in leaves.indices
        where report.tokens[number].round == nil && known.contains(leaves[number]) {
          report.tokens[number].round = round
          report.tokens[number].result = .passed
        }
        if list == nil {
          report.thread.add(
            round.index, .statusRound,
            "\(path) is not the \(round.listCount) tokens that the entry names")
        }
      }
      report.counts[round.result, default: 0] += 1
      report.rounds.append(round)
    }
    report.rounds.removeFirst(
      max(0, report.rounds.count - StatusAuditReport.roundCountMax))
    // What no file has may be in one that is missing or was changed.
    guard report.counts[.notShown] ?? 0 == 0, report.counts[.failed] ?? 0 == 0 else { return }
    for number in report.tokens.indices where report.tokens[number].round == nil {
      report.tokens[number].result = .failed
      report.thread.add(
        nil, .statusUnpublished,
        "\(report.tokens[number].name) is in no publication of this ledger: whoever was shown it "
          + "was shown what nobody published")
    }
  }

  private static func list(_ bytes: [UInt8], of round: StatusAuditReport.Round) -> LeafList? {
    do throws(LedgerError) {
      let list = try LeafList(parsing: bytes)
      return list.leaves.count == round.listCount && list.root == round.root ? list : nil
    } catch {
      return nil
    }
  }
}

/// Keeps the publications while entries are judged; one that breaks a rule is none.
private final class RoundBook {
  var report = StatusAuditReport()
  private(set) var rounds: [StatusAuditReport.Round] = []
  /// Rule faults of the entry that is being judged.
  private var waiting: [AuditReport.Fault] = []

  /// Takes a fault: what hides entries counts always, a broken rule only of a publication.
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
    rounds.append(
      StatusAuditReport.Round(
        department: department, sequence: sequence, index: entry.index, received: entry.received,
        listCount: count, root: root))
  }
}
