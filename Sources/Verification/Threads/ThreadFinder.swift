import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Finds the entries of one thread among all, and what is wrong with their numbers.
final class ThreadFinder {
  /// How far ahead and back of the last number a tag is looked for.
  private static let reach: UInt64 = 256

  private(set) var report = ThreadReport()
  private let key: ThreadKey
  /// The department whose thread it is; nil for a private one.
  private let department: String?
  /// Whether it is a certificate's, whose steps must follow one another.
  private let hasState: Bool
  private let isListed: (Timestamp) -> Bool
  private var numbers: [Tag: UInt64] = [:]
  private var count: UInt64 = 0
  /// Where the thread's entries stand.
  private(set) var indices: [LeafIndex] = []
  private var state: CoarseState?
  /// Rule faults of the entry that is being judged: they count if it turns out to be the thread's.
  private var waiting: [AuditReport.Fault] = []

  init(
    key: ThreadKey, department: String?, hasState: Bool = false,
    isListed: @escaping (Timestamp) -> Bool
  ) {
    self.key = key
    self.department = department
    self.hasState = hasState
    self.isListed = isListed
    for number in 1...Self.reach { numbers[key.tag(number)] = number }
  }

  /// Whether an entry bears one of the thread's next or last tags.
  func matches(_ entry: Entry) -> Bool { number(of: entry) != nil }

  /// Takes a fault: what hides entries counts always, a broken rule only if the entry is ours.
  func take(_ fault: AuditReport.Fault) {
    if case .rule = fault.origin, fault.index != nil {
      waiting.append(fault)
    } else {
      report.add(fault)
    }
  }

  /// Takes an entry after it was judged.
  func visit(_ entry: Entry, _ event: Event) {
    defer { waiting.removeAll(keepingCapacity: true) }
    let isNamed = department.map { RuleSet.departments(of: event).contains($0) }
    guard let number = number(of: entry) else {
      if isNamed == true {
        for fault in waiting { report.add(fault) }
        report.add(entry.index, .threadTag, "the entry is of this thread and lacks its tag")
      }
      return
    }
    for fault in waiting { report.add(fault) }
    if isNamed == false {
      report.add(entry.index, .threadTag, "the entry bears a tag of a thread that it is not of")
    }
    guard number > count else {
      report.add(entry.index, .threadTag, "number \(number) of the thread stands a second time")
      return
    }
    if number > count + 1 {
      report.add(
        entry.index, .threadGap,
        "after number \(count) of the thread comes \(number): \(number - count - 1) are missing")
    }
    indices.append(entry.index)
    advance(to: number)
    noteState(event, at: entry.index)
    if isListed(entry.received) {
      report.entries.append(
        ThreadEntry(
          number: number, index: entry.index, received: entry.received, kind: event.kind,
          id: event.id, clear: event.clear, leafHash: entry.leafHash))
    }
  }

  /// The report, when all entries were visited.
  func finished(_ change: (inout ThreadReport) throws -> Void) rethrows -> ThreadReport {
    report.count = count
    report.state = state
    try change(&report)
    return report
  }

  private func number(of entry: Entry) -> UInt64? {
    for tag in entry.tags {
      if let number = numbers[tag] { return number }
    }
    return nil
  }

  private func advance(to number: UInt64) {
    for next in (count + Self.reach + 1)...(number + Self.reach) { numbers[key.tag(next)] = next }
    count = number
    // Old tags stay for as long as there are new ones; beyond, they are made again rarely.
    if numbers.count > 4 * Int(Self.reach) {
      let oldest = count - min(count, Self.reach)
      numbers = numbers.filter { $0.value > oldest }
    }
  }

  /// Every step must begin at the state in which the one before ended.
  private func noteState(_ event: Event, at index: LeafIndex) {
    guard hasState else { return }
    let before = state
    if event.kind == .certificateIssued {
      state = .valid
      if before != nil { wrongState(index) }
      return
    }
    if let from = event.text("from"), from != before?.rawValue { wrongState(index) }
    state = event.text("to").flatMap(CoarseState.init(rawValue:)) ?? state
  }

  private func wrongState(_ index: LeafIndex) {
    report.add(
      AuditReport.Fault(
        index: index, origin: .rule(.exactState),
        reason: "the step does not begin at the state in which the one before ended"))
  }
}
