import Encoding
import Rules

/// Which requests an audit of sharing is asked about: all that every given part fits.
public struct ShareQuestion: Sendable {
  /// On which side of a request a department stands.
  public enum Side: String, Sendable, CaseIterable {
    /// It asked.
    case requester
    /// It was asked.
    case provider
  }

  /// The USCC of a department that takes part, by whose thread the answer is counted too.
  public var department: String?
  /// On which side it shall stand; nil for either.
  public var side: Side?
  /// The code of a type.
  public var type: String?
  /// The code of a purpose.
  public var purpose: String?
  /// On what the request rests.
  public var mode: ShareMode?
  /// The code of the officer's role.
  public var role: String?
  /// The reference of the case, which only an opened request tells.
  public var caseReference: String?
  /// What became of it.
  public var outcome: ShareState?
  /// Whether a request received then is asked about.
  public var isAskedAbout: @Sendable (Timestamp) -> Bool = { _ in true }

  /// A question about all requests.
  public init() {}

  /// Whether the clear members of a request fit.
  func fits(_ request: Event, received: Timestamp) -> Bool {
    let parts = [
      (type, "type"), (purpose, "purpose"), (mode?.rawValue, "mode"), (role, "officer_role"),
    ]
    return parts.allSatisfy { $0.0 == nil || request.text($0.1) == $0.0 }
      && fitsDepartment(request) && isAskedAbout(received)
  }

  private func fitsDepartment(_ request: Event) -> Bool {
    guard let department else { return true }
    let asked = request.issuerCode == department && side != .provider
    return asked || request.text("provider") == department && side != .requester
  }

  /// Whether an act of a department is asked about, whatever it says.
  func fits(signer: String, received: Timestamp) -> Bool {
    (department == nil || department == signer) && isAskedAbout(received)
  }

  /// Whether an act that was refused by a rule is asked about: little of it stands in the clear.
  func fits(refused act: Event, received: Timestamp) -> Bool {
    [type, purpose, mode?.rawValue, role, caseReference, outcome?.rawValue]
      .allSatisfy { $0 == nil }
      && (department == nil || act.text("who") == department) && side != .provider
      && isAskedAbout(received)
  }
}
