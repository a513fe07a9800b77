import Certificates
import Ledger
import Rules

/// One certificate and the step it shall take.
public struct StateRequest: Sendable {
  /// Which certificate.
  public enum Target: Sendable, Hashable {
    /// The one with this identifier.
    case identifier(CertificateIdentifier)
    /// The one with this row id, as one of a batch: it is passed over if it cannot take the step.
    case row(Int64)
  }

  /// Which certificate.
  public let target: Target
  /// The step.
  public let step: StateStep
  /// The line of the sheet, from 1.
  public let line: Int?

  /// Asks for a step.
  public init(_ target: Target, _ step: StateStep, line: Int? = nil) {
    self.target = target
    self.step = step
    self.line = line
  }
}

/// A step that was taken.
public struct StateChange: Sendable, Hashable {
  /// The certificate.
  public let identifier: String
  /// Its new state.
  public let state: CertificateState
  /// The entry.
  public let index: LeafIndex
}

/// A certificate that was in the wanted state already.
public struct StandingCertificate: Sendable, Hashable {
  /// The certificate.
  public let identifier: String
  /// Its state.
  public let state: CertificateState
}

/// A step that was refused: nothing of it entered, save what a rule's refusal leaves.
public struct StateRefusal: Sendable, Hashable {
  /// The line of the sheet, from 1; nil where there is none.
  public let line: Int?
  /// The column at fault, if it is one column's.
  public let column: String?
  /// Why, for a program: `not_found`, `not_issuer`, `state_step`, `erased`, a code of a sheet's
  /// fault, or of a rule with `_` for `-`.
  public let code: String
  /// What went wrong and the remedy; no personal data.
  public let message: String

  init(line: Int?, column: String? = nil, code: String, _ message: String) {
    self.line = line
    self.column = column
    self.code = code
    self.message = message
  }
}

/// What became of one request.
public enum StateOutcome: Sendable {
  /// The step entered.
  case changed(StateChange)
  /// The certificate was in that state already.
  case alreadyThere(StandingCertificate)
  /// One of a batch that cannot take the step.
  case passedOver
  /// It was refused.
  case refused(StateRefusal)
}
