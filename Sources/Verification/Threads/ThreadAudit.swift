import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Finds every entry of one thread, proves each in one checkpoint, and sees whether any is missing.
///
/// Reads the whole ledger as a stream and trusts no index. Signatures are checked of the thread's
/// entries, and of those that tell departments, identities and types; every other entry counts for
/// the tree and the numbers only. Memory grows with the answer. Spec: cli/audit.md.
public struct ThreadAudit<Reader: LedgerReader> {
  /// Whose thread.
  public enum Thread: Sendable {
    /// A certificate's, by its private key.
    case certificate(ThreadKey)
    /// A subject's, by its private key.
    case subject(ThreadKey)
    /// A department's, which is public, by USCC.
    case department(String)

    var key: ThreadKey {
      switch self {
      case .certificate(let key), .subject(let key): key
      case .department(let code): ThreadKey(publicDepartment: code)
      }
    }

    var asked: Answer.Thread {
      switch self {
      case .certificate(let key), .subject(let key): .key(key)
      case .department(let code): .department(code)
      }
    }

    var isCertificate: Bool {
      guard case .certificate = self else { return false }
      return true
    }

    var department: String? {
      guard case .department(let code) = self else { return nil }
      return code
    }
  }

  private let reader: Reader
  private let thread: Thread
  private let note: [UInt8]?
  private let known: KnownEntry?
  private let finder: ThreadFinder
  private let folder: RunFolder?
  private let isAnswerWanted: Bool
  private let root: Digest
  private var run: AuditRun<Reader>

  /// An audit of a thread under a pinned root.
  ///
  /// - Parameters:
  ///   - known: an entry that must be among those found.
  ///   - runs: the files of the published runs, which prove the end.
  ///   - isAnswerWanted: whether the report shall have an answer for others.
  ///   - isListed: whether an entry received then belongs into the answer; the thread is counted
  ///     from its first entry all the same.
  /// - Throws: what the reader throws.
  public init(
    reader: Reader, root: Identity, thread: Thread, known: KnownEntry? = nil,
    runs: RunFolder? = nil, isAnswerWanted: Bool = false,
    isListed: @escaping (Timestamp) -> Bool = { _ in true }
  ) throws(LedgerError) {
    self.reader = reader
    self.thread = thread
    self.known = known
    folder = runs
    self.isAnswerWanted = isAnswerWanted
    self.root = root.sha256
    note = try reader.latestCheckpoint()
    let finder = ThreadFinder(
      key: thread.key, department: thread.department, hasState: thread.isCertificate,
      isListed: isListed)
    self.finder = finder
    run = AuditRun(
      reader: reader, size: try reader.size(), pinnedRoot: root.sha256,
      checkedFrom: LeafIndex(.max))
    run.judge.needsSignature = { entry, event in
      event.kind.isAdministrative || finder.matches(entry)
    }
    run.judge.found = { finder.take($0) }
    run.judge.visited = { entry, event, _ in finder.visit(entry, event) }
  }

  /// Audits; faults are findings, not errors. Throws when it could not look.
  public consuming func run(
    progress: (UInt64, UInt64) -> Void = { _, _ in }, isStopped: () -> Bool = { false }
  ) throws -> ThreadReport {
    if let reason = try run.foreignRoot(root) {
      return finder.finished { report in
        report.isComplete = true
        report.add(LeafIndex(0), .otherRoot, reason)
      }
    }
    guard try run.advance(isStopped: isStopped, progress: progress) else {
      return finder.finished { _ in }
    }
    try run.compareTiles(atEnd: true)
    try run.judgeCheckpoint(note)
    let checkpoint = run.judge.report.checkpoint
    var name: String?
    if let code = thread.department { name = try run.judge.facts.department(code)?.name }
    let through = run.judge.tree.size
    let facts = run.judge.facts
    return try finder.finished { report in
      report.isComplete = true
      report.through = through
      report.checkpoint = checkpoint
      report.name = name
      if let code = thread.department, name == nil {
        report.add(nil, .departmentUnknown, "no department with the code \(code) was ever enrolled")
      }
      if let known { report.require(known) }
      if let head = checkpoint?.head { try report.proveEntries(in: head, reader) }
      guard let checkpoint, let folder else { return }
      try EndProof(reader: reader, checkpoint: checkpoint, facts: facts, folder: folder)
        .prove(&report, thread.asked, at: finder.indices, isAnswerWanted: isAnswerWanted)
    }
  }
}

extension EventKind {
  /// Whether it says who may sign what, and under which key the ledger is signed.
  var isAdministrative: Bool {
    ["ledger", "department", "identity", "type", "registry"]
      .contains { rawValue.hasPrefix($0 + ".") }
  }
}
