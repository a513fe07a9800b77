extension ShareState {
  /// The word for it.
  public var name: String {
    switch self {
    case .open: "open"
    case .refused: "refused"
    case .released: "released"
    case .acknowledged: "acknowledged"
    case .disputed: "disputed"
    case .settled: "settled"
    }
  }

  /// Reads the word; nil for any other.
  public init?(name: String) {
    guard let state = ShareState.allCases.first(where: { $0.name == name }) else { return nil }
    self = state
  }

  /// Whether the same request, made once more, would only repeat it: it waits, or was answered with
  /// material that was not put right since.
  var stands: Bool { self != .refused && self != .settled }
}
