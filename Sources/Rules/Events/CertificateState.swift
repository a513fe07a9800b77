/// What everyone may know of a certificate's state.
public enum CoarseState: String, Sendable, Hashable, CaseIterable {
  case valid, suspended, ended

  /// Whether a step to another state is allowed; an ended certificate never comes back.
  public func mayBecome(_ next: CoarseState) -> Bool {
    switch (self, next) {
    case (.valid, .suspended), (.suspended, .valid), (.valid, .ended), (.suspended, .ended): true
    default: false
    }
  }
}

/// The exact state of a certificate, which an entry keeps in a disclosure.
///
/// Spec: event.md, "States"; the two-digit codes are those of the e-licence platforms.
public enum CertificateState: String, Sendable, Hashable, CaseIterable {
  /// 01 有效.
  case inForce = "in_force"
  /// 02 暂扣.
  case suspended
  /// 03 撤销.
  case withdrawn
  /// 04 注销.
  case cancelled
  /// 05 失效.
  case lapsed
  /// 06 办理转出.
  case transferred
  /// 07 吊销.
  case revoked
  /// Replaced by a successor.
  case replaced
  /// 99 其他; a reason is required.
  case other

  /// The state that everyone may know.
  public var coarse: CoarseState {
    switch self {
    case .inForce: .valid
    case .suspended: .suspended
    default: .ended
    }
  }

  /// The value in the status list.
  public var statusValue: UInt8 {
    switch coarse {
    case .valid: 0
    case .ended: 1
    case .suspended: 2
    }
  }
}

/// The level of a department.
public enum DepartmentLevel: String, Sendable, Hashable, CaseIterable {
  case direct, municipal, district, enterprise
  /// The registry's own department; there is one.
  case registry
}
