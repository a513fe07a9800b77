import Cryptography
import Encoding
import Ledger
import Rules

/// A request for data, and what followed it.
public struct ShareRow: Sendable {
  /// An act about the request that the rules accept.
  public struct Step: Sendable {
    /// Its place in the ledger.
    public let index: LeafIndex
    /// When it was received.
    public let received: Timestamp
    /// What it states.
    public let kind: EventKind
    /// The USCC of the department that stated it.
    public let department: String
    /// The reason of a refusal, the outcome of a settlement or decision; nil for others.
    public let detail: String?

    init?(_ event: Event, at entry: Entry, keeping kept: (String) -> String) {
      guard let code = event.issuerCode else { return nil }
      index = entry.index
      received = entry.received
      kind = event.kind
      department = kept(code)
      detail = (event.text("reason") ?? event.text("outcome")).map(kept)
    }
  }

  /// On what a request rests.
  public enum Basis: Sendable {
    /// The citation of a duty.
    case duty(String)
    /// The event that lodged a grant.
    case grant(EventName)
  }

  /// The request's event.
  public let name: EventName
  /// The request's place in the ledger.
  public let index: LeafIndex
  /// When the request was received.
  public let received: Timestamp
  /// The USCC of the department that was asked; who asked is the one in ``name``.
  public let provider: String
  /// The code of the type.
  public let type: String
  /// `certificate` or `file`.
  public let material: String
  /// The names of the claims that were asked for.
  public let claims: [String]
  /// The code of the purpose.
  public let purpose: String
  /// On what it rests.
  public let basis: Basis
  /// The code of the officer's role.
  public let role: String
  /// The last second to answer, since 1970.
  public let answerBy: Int64
  /// What became of it.
  public internal(set) var state = ShareState.open
  /// What followed, in order.
  public internal(set) var history: [Step] = []
  /// The reference of its case; nil where it is not opened.
  public internal(set) var caseReference: String?
  /// The commitment to the case's thread, where it is opened.
  var caseThread: Digest?
  /// The commitment to the person's thread, where it is opened.
  var personThread: Digest?
  /// Whether it was released in an opened case that was not decided since.
  var isUndecided = false
  /// The events by which later ones name it: the request, its release, disputes.
  private(set) var links: [EventName]

  /// The USCC of the department that asked.
  public var requester: String { name.department }

  /// Whether it was answered, or is open at a time, after ``answerBy``.
  public func isLate(at time: Timestamp?) -> Bool {
    let answered = history.first { $0.kind == .shareRefused || $0.kind == .shareReleased }
    guard let time = answered?.received ?? time else { return false }
    return time.seconds > answerBy
  }

  /// A faultless request's row; nil where a member has no value.
  init?(_ event: Event, at entry: Entry, keeping kept: (String) -> String) {
    guard let name = EventName(of: event), let provider = event.text("provider"),
      let type = event.text("type"), let material = event.text("material"),
      let purpose = event.text("purpose"), let role = event.text("officer_role"),
      let answerBy = event.integer("answer_by")
    else { return nil }
    if let citation = event.text("citation") {
      basis = .duty(kept(citation))
    } else if let grant = EventName(named: "grant", in: event) {
      basis = .grant(EventName(number: grant.number, department: kept(grant.department)))
    } else {
      return nil
    }
    self.name = EventName(number: name.number, department: kept(name.department))
    links = [self.name]
    index = entry.index
    received = entry.received
    self.provider = kept(provider)
    self.type = kept(type)
    self.material = kept(material)
    claims = (event.clear["claims"]?.arrayValue ?? []).compactMap { $0.stringValue.map(kept) }
    self.purpose = kept(purpose)
    self.role = kept(role)
    self.answerBy = answerBy
  }

  /// Takes up what followed, in its state.
  mutating func add(_ event: Event, at entry: Entry, keeping kept: (String) -> String) {
    guard let name = EventName(of: event), let step = Step(event, at: entry, keeping: kept)
    else { return }
    let department = step.department
    history.append(step)
    if let after = ShareState(after: event.kind) { state = after }
    if event.kind == .shareReleased || event.kind == .shareDisputed {
      links.append(EventName(number: name.number, department: department))
    }
  }
}
