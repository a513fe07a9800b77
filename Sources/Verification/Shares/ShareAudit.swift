import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Answers what was asked of whom, on which basis, and what followed.
///
/// Reads the ledger as a stream up to the size of its checkpoint and trusts no index: the entries
/// must form the signed tree, so none was left out. With a department, its thread is counted too.
/// Memory grows with the requests that are open or asked about. Spec: cli/audit.md, "shares".
public struct ShareAudit<Reader: LedgerReader> {
  private let reader: Reader
  private let root: Digest
  private let note: [UInt8]?
  private let folder: RunFolder?
  private let isAnswerWanted: Bool
  private let department: String?
  private let book: ShareBook
  /// Of a department's thread; nil where none is asked about.
  private let finder: ThreadFinder?
  private var run: AuditRun<Reader>

  /// An audit under a pinned root.
  ///
  /// - Parameters:
  ///   - isReport: whether figures are wanted instead of rows.
  ///   - runs: the files of the published runs, which prove the end of a department's thread.
  ///   - isAnswerWanted: whether the report shall have that thread's answer for others.
  ///   - openings: what is shown of the private members, asked for in the order of the entries.
  /// - Throws: what the reader throws.
  public init(
    reader: Reader, root: Identity, question: ShareQuestion, isReport: Bool = false,
    runs: RunFolder? = nil, isAnswerWanted: Bool = false,
    openings: ((LeafIndex) throws -> OpeningState)? = nil
  ) throws(LedgerError) {
    self.reader = reader
    self.root = root.sha256
    folder = runs
    self.isAnswerWanted = isAnswerWanted
    department = question.department
    note = try reader.latestCheckpoint()
    let size = try reader.size()
    let signed = note.flatMap(EvidencePool.checkpoint(of:))?.size
    let book = ShareBook(question, isReport: isReport)
    let finder = question.department.map {
      ThreadFinder(
        key: ThreadKey(publicDepartment: $0), department: $0, isListed: { _ in false })
    }
    self.book = book
    self.finder = finder
    run = AuditRun(
      reader: reader, size: signed.map { min($0, size) } ?? size, pinnedRoot: root.sha256,
      checkedFrom: LeafIndex(.max))
    run.judge.lastCovered = LedgerAudit<Reader>.lastCovered(note)
    run.judge.needsSignature = { entry, event in
      event.kind.isAdministrative || event.kind.isOfSharing || finder?.matches(entry) == true
    }
    run.judge.openings = openings.map { shown in
      { index in
        let state = try shown(index)
        book.note(state, of: index)
        return state
      }
    }
    run.judge.found = {
      book.take($0)
      finder?.take($0)
    }
    run.judge.visited = { entry, event, _ in
      book.visit(entry, event)
      finder?.visit(entry, event)
    }
    run.judge.forgotten = { book.forgotten }
  }

  /// Audits; faults are findings, not errors. Throws when it could not look.
  public consuming func run(
    progress: (UInt64, UInt64) -> Void = { _, _ in }, isStopped: () -> Bool = { false }
  ) throws -> ShareReport {
    var thread = ThreadReport()
    if let reason = try run.foreignRoot(root) {
      thread.isComplete = true
      thread.add(LeafIndex(0), .otherRoot, reason)
    } else if try run.advance(isStopped: isStopped, progress: progress) {
      try run.compareTiles(atEnd: true)
      try run.judgeCheckpoint(note)
      run.judge.judgeErased()
      thread = try judgedThread()
    }
    var report = book.finished(asOf: run.judge.lastCoveredReceived)
    if finder == nil {
      thread.faults = report.thread.faults + thread.faults
      thread.hasMoreFaults = thread.hasMoreFaults || report.thread.hasMoreFaults
    }
    report.thread = thread
    return report
  }

  /// What was wrong, and of a department's thread how far its end is proven.
  private mutating func judgedThread() throws -> ThreadReport {
    let checkpoint = run.judge.report.checkpoint
    var thread = finder?.finished { _ in } ?? ThreadReport()
    thread.isComplete = true
    thread.through = run.judge.tree.size
    thread.checkpoint = checkpoint
    guard let department, let finder else { return thread }
    thread.name = try run.judge.facts.department(department)?.name
    if thread.name == nil {
      thread.add(
        nil, .departmentUnknown, "no department with the code \(department) was ever enrolled")
    }
    guard let checkpoint, let folder else { return thread }
    try EndProof(
      reader: reader, checkpoint: checkpoint, facts: run.judge.facts, folder: folder
    ).prove(&thread, .department(department), at: finder.indices, isAnswerWanted: isAnswerWanted)
    return thread
  }
}

extension EventKind {
  /// Whether it decides about what is shared, or tells of it.
  var isOfSharing: Bool {
    switch self {
    case .grantGiven, .grantWithdrawn, .shareRequested, .shareRefused, .shareReleased,
      .shareAcknowledged, .shareDisputed, .shareSettled, .caseDecided, .actRefused:
      true
    default: false
    }
  }
}
