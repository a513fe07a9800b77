import Encoding
import Ledger
import Rules

/// Keeps the requests that a question is about, and what follows them, while entries are judged.
///
/// An act counts if it breaks no rule. What no later entry can change is forgotten where only
/// figures are asked for, but for what tells whether a later act about it breaks a rule; all of it
/// where the state asked for cannot come any more.
final class ShareBook {
  private(set) var report = ShareReport()
  /// The facts that were forgotten with the last entry.
  private(set) var forgotten: [FactKey] = []
  private let question: ShareQuestion
  private let isReport: Bool
  /// By the index of the request.
  private var rows: [LeafIndex: ShareRow] = [:]
  /// Requests, releases and disputes, and the request that they lead to.
  private var acts: [EventName: LeafIndex] = [:]
  /// Chosen requests that were forgotten, their releases and disputes, by the marks of their
  /// numbers: a fault of what comes later about them is asked about, too.
  private var closed: Set<UInt128> = []
  private var cases: ShareCases
  private var texts: Set<String> = []
  private var shown: (index: LeafIndex, state: OpeningState)?
  /// Rule faults of the entry that is being judged: they count if it is of interest.
  private var waiting: [AuditReport.Fault] = []

  init(_ question: ShareQuestion, isReport: Bool) {
    self.question = question
    self.isReport = isReport
    cases = ShareCases(isListing: !isReport)
  }

  /// Takes a fault: what hides entries counts always, a broken rule only if it is of interest.
  func take(_ fault: AuditReport.Fault) {
    if case .rule = fault.origin, fault.index != nil {
      waiting.append(fault)
    } else {
      report.thread.add(fault)
    }
  }

  /// Notes what is shown of the entry that is being judged.
  func note(_ state: OpeningState, of index: LeafIndex) { shown = (index, state) }

  /// Takes an entry after it was judged.
  func visit(_ entry: Entry, _ event: Event) {
    forgotten.removeAll(keepingCapacity: true)
    defer { waiting.removeAll(keepingCapacity: true) }
    if isReport { countHidden(event, entry) }
    guard waiting.isEmpty else {
      // With a department its thread's faults count, and no other's.
      if question.department == nil, concerns(event, entry) {
        for fault in waiting { report.thread.add(recalled(fault, event)) }
      }
      return
    }
    switch event.kind {
    case .shareRequested: ask(event, entry)
    case .shareRefused, .shareReleased: answer(event, entry)
    case .shareAcknowledged, .shareDisputed: follow(event, entry, naming: "release")
    case .shareSettled: follow(event, entry, naming: "dispute")
    case .caseDecided: decide(event, entry)
    case .ledgerOpened, .departmentRetired: cases.noteDepartment(event, at: entry.index)
    case .actRefused: if isReport { countRefused(event, entry) }
    default: break
    }
  }

  private func concerns(_ event: Event, _ entry: Entry) -> Bool {
    switch event.kind {
    case .shareRequested: question.fits(event, received: entry.received)
    case .shareRefused, .shareReleased: isChosen(event, naming: "request")
    case .shareAcknowledged, .shareDisputed: isChosen(event, naming: "release")
    case .shareSettled: isChosen(event, naming: "dispute")
    case .actRefused: isReport && question.fits(refused: event, received: entry.received)
    default: false
    }
  }

  private func isChosen(_ event: Event, naming member: String) -> Bool {
    guard let name = EventName(named: member, in: event) else { return false }
    return acts[name] != nil || closed.contains(name.number.mark)
  }

  /// The fault in the words of whoever still has the request: an answered one is forgotten, and to
  /// answer it again is to answer what is answered.
  private func recalled(_ fault: AuditReport.Fault, _ event: Event) -> AuditReport.Fault {
    guard fault.code == RuleCode.requestUnknown.rawValue, isChosen(event, naming: "request") else {
      return fault
    }
    let code = RuleCode.requestAnswered
    return AuditReport.Fault(
      index: fault.index, origin: .rule(code),
      reason: "\(event.kind.rawValue) breaks the rule \(code.rawValue)", layer: fault.layer)
  }

  private func request(of event: Event, naming member: String) -> LeafIndex? {
    EventName(named: member, in: event).flatMap { acts[$0] }
  }

  /// The same text, in the memory of the first one with its bytes.
  private func kept(_ text: String) -> String {
    let first = texts.insert(text).memberAfterInsert
    return first.hasSameBytes(as: text) ? first : text
  }

  // MARK: Acts

  private func ask(_ event: Event, _ entry: Entry) {
    guard question.fits(event, received: entry.received),
      var row = ShareRow(event, at: entry, keeping: kept)
    else { return }
    if case .opened(let opening) = opening(of: entry) {
      row.caseReference = opening.value("case")?["reference"]?.stringValue
      row.caseThread = opening.caseThread?.commitment
      row.personThread = opening.subjects.first?.commitment
    }
    guard isOfCase(row, entry) else { return }
    if isReport { report.figures.count(.requests, row.requester, row.type) }
    rows[row.index] = row
    acts[row.name] = row.index
  }

  private func isOfCase(_ row: ShareRow, _ entry: Entry) -> Bool {
    guard let wanted = question.caseReference else { return true }
    switch opening(of: entry) {
    case .opened: return row.caseReference?.hasSameBytes(as: wanted) == true
    case .notShown: report.caseNotShownCount += 1
    case .erased: report.caseErasedCount += 1
    }
    return false
  }

  private func answer(_ event: Event, _ entry: Entry) {
    guard let asked = EventName(named: "request", in: event) else { return }
    guard let index = acts[asked] else {
      // Nobody will ask about it again. A department's thread may have what follows a release.
      forgotten.append(.request(asked))
      if question.department == nil, let name = EventName(of: event) {
        forgotten.append(.release(name))
      }
      return
    }
    add(event, entry, to: index)
    if event.kind == .shareReleased { noteUse(index, entry) }
    if isReport { countAnswer(event, index) }
    settle(index)
  }

  /// What is shown of the case in which something was released: by the request, or else by the
  /// release, whose case is the same by the rules.
  private func noteUse(_ index: LeafIndex, _ entry: Entry) {
    let state = opening(of: entry)
    if case .opened(let opening) = state, rows[index]?.caseThread == nil {
      rows[index]?.caseThread = opening.caseThread?.commitment
      rows[index]?.personThread = opening.subjects.first?.commitment
      rows[index]?.caseReference = opening.value("case")?["reference"]?.stringValue
    }
    guard let row = rows[index] else { return }
    if cases.noteUse(of: row) {
      rows[index]?.isUndecided = true
    } else if isReport {
      report.figures.count(
        state.isErased ? .orphansErased : .orphansNotShown, row.requester, row.type)
    }
  }

  private func follow(_ event: Event, _ entry: Entry, naming member: String) {
    if let index = request(of: event, naming: member) {
      add(event, entry, to: index)
      settle(index)
    } else if isChosen(event, naming: member) {
      if event.kind == .shareDisputed { closed.insert(event.id.number.mark) }
    } else if event.kind == .shareSettled, let dispute = EventName(named: member, in: event) {
      forgotten.append(.dispute(dispute))
    }
  }

  private func add(_ event: Event, _ entry: Entry, to index: LeafIndex) {
    rows[index]?.add(event, at: entry, keeping: kept)
    for name in rows[index]?.links ?? [] { acts[name] = index }
  }

  private func decide(_ event: Event, _ entry: Entry) {
    guard let step = ShareRow.Step(event, at: entry, keeping: kept),
      let purpose = event.text("purpose")
    else { return }
    let state = opening(of: entry)
    guard case .opened(let opening) = state, let caseThread = opening.caseThread else {
      return cases.hide(by: step.department, at: entry.index, isErased: state.isErased)
    }
    let use = ShareCases.Use(
      caseThread: caseThread.commitment, person: opening.subjects.first?.commitment,
      purpose: purpose)
    for index in cases.decide(use, step) {
      rows[index]?.isUndecided = false
      settle(index)
    }
  }

  private func opening(of entry: Entry) -> OpeningState {
    guard let shown, shown.index == entry.index else { return .notShown }
    return shown.state
  }

  /// Forgets a request that no later entry can bring into the answer.
  private func settle(_ index: LeafIndex) {
    guard let row = rows[index], isSettled(row) else { return }
    rows[index] = nil
    for name in row.links { acts[name] = nil }
    forgotten.append(.request(row.name))
    // A department's thread is judged to its end, whatever is asked.
    guard question.department == nil else { return }
    if question.outcome == nil {
      // It is one of the chosen: a later dispute must be told from a false one, so the facts of
      // its release stay, and a later answer from one to a request that was never asked about.
      for name in row.links { closed.insert(name.number.mark) }
    } else {
      for name in row.links.dropFirst() { forgotten += [.release(name), .dispute(name)] }
    }
  }

  private func isSettled(_ row: ShareRow) -> Bool {
    if let outcome = question.outcome { return !row.state.canBecome(outcome) }
    return isReport && row.state != .open && row.state != .released && !row.isUndecided
  }

  // MARK: Figures

  private func countAnswer(_ event: Event, _ index: LeafIndex) {
    guard let row = rows[index], let signer = event.issuerCode else { return }
    guard event.kind == .shareReleased else {
      report.figures.count(.refusals, kept(signer), row.type, kept(event.text("reason") ?? ""))
      return
    }
    switch row.basis {
    case .duty(let citation):
      report.figures.count(.usesByDuty, row.requester, row.type, citation)
    case .grant: report.figures.count(.usesByGrant, row.requester, row.type)
    }
  }

  /// Acts of sharing whose private members are not opened, where others' are.
  private func countHidden(_ event: Event, _ entry: Entry) {
    guard event.kind.isOfSharing, let shown, shown.index == entry.index,
      let signer = event.issuerCode, question.fits(signer: signer, received: entry.received)
    else { return }
    switch shown.state {
    case .opened: break
    case .notShown: report.figures.count(.notShown, kept(signer))
    case .erased: report.figures.count(.erased, kept(signer))
    }
  }

  private func countRefused(_ event: Event, _ entry: Entry) {
    guard question.fits(refused: event, received: entry.received), let who = event.text("who")
    else { return }
    for code in event.clear["codes"]?.arrayValue ?? [] {
      report.figures.count(.refusedActs, kept(who), "", kept(code.stringValue ?? ""))
    }
  }

  // MARK: The end

  /// The report, when all entries were visited.
  func finished(asOf: Timestamp?) -> ShareReport {
    report.asOf = asOf
    let kept = rows.values.sorted { $0.index < $1.index }
    if isReport {
      for row in kept { countEnd(of: row, at: asOf) }
    } else {
      report.rows = kept.filter { question.outcome == nil || $0.state == question.outcome }
        .map(cases.decided)
    }
    return report
  }

  private func countEnd(of row: ShareRow, at time: Timestamp?) {
    switch row.state {
    case .open:
      let name = row.isLate(at: time) ? ShareFigures.Name.unansweredLate : .unanswered
      report.figures.count(name, row.provider, row.type)
    case .released: report.figures.count(.unacknowledged, row.requester, row.type)
    default: break
    }
    guard row.isUndecided, let release = row.history.first else { return }
    if let hidden = cases.hidden(of: row.requester, after: release.index) {
      report.figures.count(
        hidden.isErased ? .orphansErased : .orphansNotShown, row.requester, row.type)
    } else {
      report.figures.count(.orphans, row.requester, row.type, row.role)
      report.rows.append(row)
    }
  }
}

extension OpeningState {
  fileprivate var isErased: Bool {
    if case .erased = self { return true }
    return false
  }
}
