import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// A private thread that a person has the key of: the own one, or that of a certificate.
public struct PersonThread: Sendable {
  /// The thread's key.
  public let key: ThreadKey
  /// Whether it is a certificate's; else it is the person's own.
  public let isCertificate: Bool
  /// Entries that must be among those found.
  public var known: [KnownEntry]

  /// A thread.
  public init(key: ThreadKey, isCertificate: Bool, known: [KnownEntry] = []) {
    self.key = key
    self.isCertificate = isCertificate
    self.known = known
  }
}

/// What an audit of a person's threads found.
public struct PersonReport: Sendable {
  /// An entry with the threads that it is in, as positions in ``threads``.
  public struct Line: Sendable {
    /// The entry, as the first of the threads has it.
    public let entry: ThreadEntry
    /// The threads; none of a use.
    public internal(set) var threads: [Int]
  }

  /// What was found of each thread, in the order asked.
  public internal(set) var threads: [ThreadReport] = []
  /// The uses of what the person showed; nil where nothing was asked about them.
  public internal(set) var uses: ThreadReport?
  /// All entries, in the order of the ledger.
  public internal(set) var lines: [Line] = []
  /// The names of the departments in the entries, by USCC.
  public internal(set) var names: [String: String] = [:]

  /// The answer: no where one thread's is, yes where all are.
  public var verdict: CheckList.Verdict {
    let verdicts = reports.map(\.verdict)
    if verdicts.contains(.no) { return .no }
    return verdicts.contains(.cannotTell) || verdicts.isEmpty ? .cannotTell : .yes
  }

  private var reports: [ThreadReport] { threads + [uses].compactMap(\.self) }

  /// Whether there are more faults than are kept.
  public var hasMoreFaults: Bool { reports.contains(where: \.hasMoreFaults) }

  /// What is wrong, each once.
  public var faults: [AuditReport.Fault] {
    var seen: Set<AuditReport.Fault> = []
    return reports.flatMap(\.faults).filter { seen.insert($0).inserted }
  }

  /// The size up to which it is proven of every thread that it has no further entry.
  public var provenTo: TreeSize? {
    let sizes = threads.compactMap(\.provenTo)
    return sizes.count == threads.count ? sizes.min() : nil
  }

  /// Why nothing proves the end.
  public var unprovenReason: String? { threads.lazy.compactMap(\.unprovenReason).first }

  /// The newest entry that was shown and lies beyond what was read; nil if there is none.
  public var beyond: LeafIndex? { threads.compactMap(\.beyond).max() }

  /// The size of the part read.
  public var through: TreeSize { threads.first?.through ?? .zero }

  /// The signed checkpoint that every proof leads to.
  public var checkpoint: VerifiedCheckpoint? { threads.first?.checkpoint }
}

/// Finds every entry of a person's threads in one reading of a ledger, proves each in one
/// checkpoint, and sees whether any is missing.
///
/// As ``ThreadAudit``, of which it is the form for many threads. Spec: cli/holder.md, "log".
public struct PersonAudit<Reader: LedgerReader> {
  private let reader: Reader
  private let asked: [PersonThread]
  private let finders: [ThreadFinder]
  private let uses: UseFinder?
  private let folder: RunFolder?
  private let proved: Int?
  private let root: Digest
  private let note: [UInt8]?
  private var run: AuditRun<Reader>

  /// An audit of threads under a pinned root.
  ///
  /// - Parameters:
  ///   - uses: the tags of presentations whose uses are looked for.
  ///   - runs: the files of the published runs, which prove the ends.
  ///   - proved: the position of the thread of which an answer for others is wanted.
  /// - Throws: what the reader throws.
  public init(
    reader: Reader, root: Identity, threads: [PersonThread], uses tags: Set<Tag> = [],
    runs: RunFolder?, proved: Int? = nil
  ) throws(LedgerError) {
    self.reader = reader
    asked = threads
    folder = runs
    self.proved = proved
    self.root = root.sha256
    note = try reader.latestCheckpoint()
    let finders = threads.map { thread in
      ThreadFinder(
        key: thread.key, department: nil, hasState: thread.isCertificate,
        isListed: { _ in true })
    }
    self.finders = finders
    let uses = tags.isEmpty ? nil : UseFinder(tags: tags)
    self.uses = uses
    run = AuditRun(
      reader: reader, size: try reader.size(), pinnedRoot: root.sha256,
      checkedFrom: LeafIndex(.max))
    run.judge.needsSignature = { entry, event in
      event.kind.isAdministrative || finders.contains { $0.matches(entry) }
        || uses?.matches(entry) ?? false
    }
    run.judge.found = { fault in
      for finder in finders { finder.take(fault) }
      uses?.take(fault)
    }
    run.judge.visited = { entry, event, _ in
      for finder in finders { finder.visit(entry, event) }
      uses?.visit(entry, event)
    }
  }

  /// Audits; nil if it was stopped. Faults are findings; throws when it could not look.
  public consuming func run(
    progress: (UInt64, UInt64) -> Void = { _, _ in }, isStopped: () -> Bool = { false }
  ) throws -> PersonReport? {
    var person = PersonReport()
    if let reason = try run.foreignRoot(root) {
      person.threads = finders.map { finder in
        finder.finished { report in
          report.isComplete = true
          report.add(LeafIndex(0), .otherRoot, reason)
        }
      }
      return person
    }
    guard try run.advance(isStopped: isStopped, progress: progress) else { return nil }
    try run.compareTiles(atEnd: true)
    try run.judgeCheckpoint(note)
    for position in asked.indices { person.threads.append(try finished(position)) }
    person.uses = try uses?.finished(
      in: run.judge.report.checkpoint, through: run.judge.tree.size, reader)
    person.join()
    for code in Set(person.lines.flatMap(\.entry.departments)) {
      person.names[code] = try run.judge.facts.department(code)?.name
    }
    return person
  }

  private func finished(_ position: Int) throws -> ThreadReport {
    let finder = finders[position]
    let checkpoint = run.judge.report.checkpoint
    return try finder.finished { report in
      report.isComplete = true
      report.through = run.judge.tree.size
      report.checkpoint = checkpoint
      for known in asked[position].known { report.require(known) }
      guard let checkpoint else { return }
      try report.proveEntries(in: checkpoint.head, reader)
      guard let folder else { return }
      try EndProof(
        reader: reader, checkpoint: checkpoint, facts: run.judge.facts, folder: folder
      ).prove(
        &report, .key(asked[position].key), at: finder.indices,
        isAnswerWanted: position == proved)
    }
  }
}

extension PersonReport {
  /// Puts the threads' entries in the order of the ledger, each once.
  mutating func join() {
    var places: [LeafIndex: Int] = [:]
    for (position, report) in threads.enumerated() {
      for entry in report.entries {
        if let place = places[entry.index] {
          lines[place].threads.append(position)
        } else {
          places[entry.index] = lines.count
          lines.append(Line(entry: entry, threads: [position]))
        }
      }
    }
    for entry in uses?.entries ?? [] { lines.append(Line(entry: entry, threads: [])) }
    lines.sort { $0.entry.index < $1.entry.index }
  }
}

extension ThreadEntry {
  /// The USCCs of the department that stated it and of those that its clear members name.
  var departments: [String] {
    let named = ["provider", "requester", "issuer", "department", "successor", "who"]
    return [DepartmentURI(issuer)?.code].compactMap(\.self)
      + named.compactMap { clear[$0]?.stringValue }
  }
}
