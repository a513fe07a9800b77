import Cryptography
import Encoding
import Ledger
import Rules

/// Finds the uses of presentations among all entries, by their tags: they are in nobody's thread.
final class UseFinder {
  private(set) var report = ThreadReport()
  private let tags: Set<Tag>
  /// Rule faults of the entry that is being judged: they count if it turns out to be one of these.
  private var waiting: [AuditReport.Fault] = []

  init(tags: Set<Tag>) { self.tags = tags }

  /// Whether an entry is a use of one of the presentations.
  func matches(_ entry: Entry) -> Bool {
    !tags.isEmpty && entry.tags.contains(where: tags.contains)
  }

  /// Takes a fault of an entry; what hides entries the threads' finders tell.
  func take(_ fault: AuditReport.Fault) {
    if case .rule = fault.origin, fault.index != nil { waiting.append(fault) }
  }

  /// Takes an entry after it was judged.
  func visit(_ entry: Entry, _ event: Event) {
    defer { waiting.removeAll(keepingCapacity: true) }
    guard matches(entry) else { return }
    for fault in waiting { report.add(fault) }
    guard event.kind == .useAccepted || event.kind == .useRefused else {
      return report.add(entry.index, .threadTag, "another entry bears the tag of a presentation")
    }
    report.count += 1
    report.entries.append(
      ThreadEntry(
        number: report.count, index: entry.index, received: entry.received, kind: event.kind,
        id: event.id, clear: event.clear, leafHash: entry.leafHash))
  }

  /// The report, when all entries were visited.
  func finished<Reader: LedgerReader>(
    in checkpoint: VerifiedCheckpoint?, through size: TreeSize, _ reader: Reader
  ) throws(LedgerError) -> ThreadReport {
    report.isComplete = true
    report.through = size
    report.checkpoint = checkpoint
    if let checkpoint { try report.proveEntries(in: checkpoint.head, reader) }
    return report
  }
}
