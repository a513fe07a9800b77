/// What a city publishes about sharing, counted by department and type.
///
/// Spec: cli/audit.md, "shares". Memory grows with what is told apart, not with the acts.
public struct ShareFigures: Sendable {
  /// What is counted.
  public enum Name: String, Sendable, CaseIterable {
    case requests
    case usesByDuty = "uses_by_duty"
    case usesByGrant = "uses_by_grant"
    case refusals
    case refusedActs = "refused_acts"
    case unanswered
    case unansweredLate = "unanswered_late"
    case unacknowledged
    case orphans
    case orphansNotShown = "orphans_not_shown"
    case orphansErased = "orphans_erased"
    case notShown = "not_shown"
    case erased
  }

  /// One count.
  public struct Figure: Sendable, Hashable {
    /// What is counted.
    public let name: Name
    /// The USCC of whom it is told.
    public let department: String
    /// The code of the type; empty where there is none.
    public let type: String
    /// A citation, a reason, a rule or a role; empty where there is none.
    public let detail: String
  }

  private var counts: [Figure: UInt64] = [:]

  /// The figures in order, with their counts.
  public var all: [(figure: Figure, count: UInt64)] {
    func order(_ figure: Figure) -> [String] {
      [figure.department, figure.type, figure.detail]
    }
    let places = Dictionary(
      uniqueKeysWithValues: Name.allCases.enumerated().map { ($0.element, $0.offset) })
    return counts.map { (figure: $0.key, count: $0.value) }.sorted { left, right in
      let first = places[left.figure.name, default: 0]
      let second = places[right.figure.name, default: 0]
      return first != second
        ? first < second
        : order(left.figure).lexicographicallyPrecedes(order(right.figure))
    }
  }

  mutating func count(
    _ name: Name, _ department: String, _ type: String = "", _ detail: String = ""
  ) {
    counts[Figure(name: name, department: department, type: type, detail: detail), default: 0] += 1
  }
}
