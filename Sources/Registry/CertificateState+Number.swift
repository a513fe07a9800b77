import Rules

// The vault keeps states as the numbers of the e-licence standards: 01 valid … 99 other.
extension CertificateState {
  /// The number in the vault; 8 is ours for "replaced".
  public var number: Int64 {
    switch self {
    case .inForce: 1
    case .suspended: 2
    case .withdrawn: 3
    case .cancelled: 4
    case .lapsed: 5
    case .transferred: 6
    case .revoked: 7
    case .replaced: 8
    case .other: 99
    }
  }

  /// The state with a number; nil for a number that no state has.
  public init?(number: Int64) {
    guard let state = CertificateState.allCases.first(where: { $0.number == number }) else {
      return nil
    }
    self = state
  }
}
