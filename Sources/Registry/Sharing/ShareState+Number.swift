import Rules

extension ShareState {
  /// Its number in the vault (registry-on-disk.md, "Matters").
  public var number: Int64 {
    switch self {
    case .open: 0
    case .refused: 1
    case .released: 2
    case .acknowledged: 3
    case .disputed: 4
    case .settled: 5
    }
  }

  /// The state with a number; nil for any other.
  public init?(number: Int64) {
    guard let state = ShareState.allCases.first(where: { $0.number == number }) else { return nil }
    self = state
  }

  /// Whether the same request, made once more, would only repeat it: it waits, or was answered with
  /// material that was not put right since.
  var stands: Bool { self != .refused && self != .settled }
}
