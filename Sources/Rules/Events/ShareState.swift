/// How far a share has come: what the last act about a request made of it.
public enum ShareState: String, Sendable, CaseIterable {
  /// Requested.
  case open
  /// The provider said no.
  case refused
  /// The material waits for the requester.
  case released
  /// The requester has it.
  case acknowledged
  /// The requester says that it is wrong.
  case disputed
  /// The issuer decided about that.
  case settled

  /// The state after an event of a share; nil for other events.
  public init?(after kind: EventKind) {
    switch kind {
    case .shareRequested: self = .open
    case .shareRefused: self = .refused
    case .shareReleased: self = .released
    case .shareAcknowledged: self = .acknowledged
    case .shareDisputed: self = .disputed
    case .shareSettled: self = .settled
    default: return nil
    }
  }

  /// Whether it may still become another state, or is it.
  package func canBecome(_ state: ShareState) -> Bool {
    switch self {
    case .open: true
    case .refused: state == .refused
    case .released: state != .open && state != .refused
    case .acknowledged: [.acknowledged, .disputed, .settled].contains(state)
    case .disputed, .settled: state == .disputed || state == .settled
    }
  }
}
