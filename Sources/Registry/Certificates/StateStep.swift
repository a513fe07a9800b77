import Certificates
import Rules

/// A step of a certificate to another state, as a department asks for it.
///
/// `valid → suspended`, `suspended → valid`, `valid|suspended → ended`; ended is final.
/// Spec: event.md, "Kinds".
public struct StateStep: Sendable, Hashable {
  /// The most characters of a reason.
  public static let reasonLengthMax = 500

  /// What a step means for a certificate.
  public enum Verdict: Sendable, Hashable {
    /// It takes the step.
    case changes
    /// It is in that state already: an act that is repeated is passed over.
    case isThere
    /// No certificate in its state can take the step.
    case impossible
  }

  /// The exact state to come.
  public let target: CertificateState
  /// Why; a disclosure. It must not name persons.
  public let reason: String?

  /// A step; throws `invalidRequest` with the first of ``objections(to:reason:)``.
  public init(to target: CertificateState, reason: String? = nil) throws(RegistryError) {
    if let fault = StateStep.objection(to: target, reason: reason) {
      throw RegistryError(.invalidRequest, fault.description)
    }
    self.target = target
    self.reason = reason
  }

  /// What is wrong with a step; its path is `state` or `reason`.
  public static func objection(to target: CertificateState, reason: String?) -> ClaimFault? {
    if target == .replaced {
      return ClaimFault(
        .enum, "a certificate becomes replaced only by the issue of its successor", at: "state")
    }
    guard let reason else {
      return target == .other
        ? ClaimFault(.missing, "the state other needs a reason", at: "reason") : nil
    }
    guard (1...reasonLengthMax).contains(reason.unicodeScalars.count) else {
      return ClaimFault(
        .length, "a reason has 1 to \(reasonLengthMax) characters", at: "reason")
    }
    return ClaimText.fault(in: reason).map { ClaimFault($0.code, $0.message, at: "reason") }
  }

  /// The states that ``target`` may be when a certificate is ended, in the order of their numbers.
  public static let endings: [CertificateState] = CertificateState.allCases.filter {
    $0.coarse == .ended && $0 != .replaced
  }

  /// The kind of event that states it.
  public var kind: EventKind {
    switch target.coarse {
    case .valid: .certificateReinstated
    case .suspended: .certificateSuspended
    case .ended: .certificateRevoked
    }
  }

  /// What it means for a certificate in a state.
  public func verdict(from state: CertificateState) -> Verdict {
    if state == target { return .isThere }
    return state.coarse.mayBecome(target.coarse) ? .changes : .impossible
  }
}
