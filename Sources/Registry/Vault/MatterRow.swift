import Rules

/// What several entries are about: a share, a grant, a decision, evidence that was handed over.
///
/// Spec: registry-on-disk.md, "Matters".
public struct MatterRow: Sendable, Equatable {
  /// What a matter is.
  public enum Kind: Int64, Sendable, CaseIterable {
    /// A request and all that follows it.
    case share = 1
    /// A holder's grant, and its withdrawal.
    case grant
    /// What a department decided in a case.
    case decision
    /// Evidence that was handed over.
    case evidence
  }

  /// The row's id, from 1, in the order of arrival.
  public let id: Int64
  /// What it is.
  public let kind: Kind
  /// Its first entry; set when it enters.
  public var entry: Int64 = 0
  /// Its last entry; set when it enters.
  public var changed: Int64 = 0
  /// The small number of the department that asks, lodges, decides or hands over (see
  /// `Vault.number(of:)`).
  public let department: Int64
  /// The other department's number: who was asked, for whom a grant is, to whom evidence went; 0
  /// for none.
  public let other: Int64
  /// The id of the subject; 0 for none.
  public var subject: Int64 = 0
  /// The id of the certificate whose thread its entries are in; 0 for none.
  public var certificate: Int64 = 0
  /// The id of the case's row among the subjects; 0 for none.
  public var caseThread: Int64 = 0
  /// Of a grant: the lookup of its number (see `VaultCipher.lookup(grant:)`); else 0.
  public var lookup: Int64 = 0
  /// How far it has come: a number of `ShareState` or `GrantState`; else 0.
  public var state: Int64 = 0
  /// Sealed content key.
  public let secret: [UInt8]

  /// Makes a row for a matter that has not entered yet: open, or in force.
  public init(id: Int64, kind: Kind, department: Int64, other: Int64 = 0, secret: [UInt8]) {
    self.id = id
    self.kind = kind
    self.department = department
    self.other = other
    self.secret = secret
  }
}

/// Whether a grant was withdrawn.
public enum GrantState: Int64, Sendable, CaseIterable {
  /// It was not; its period may be over all the same.
  case live
  /// It was.
  case withdrawn

  /// The state after an event of a grant; nil for other events.
  public init?(after kind: EventKind) {
    switch kind {
    case .grantGiven: self = .live
    case .grantWithdrawn: self = .withdrawn
    default: return nil
    }
  }
}

extension MatterRow.Kind {
  /// The kind of a matter with such an event, and its state after it; nil for events of none.
  public static func after(_ kind: EventKind) -> (kind: MatterRow.Kind, state: Int64)? {
    if let state = ShareState(after: kind) { return (.share, state.number) }
    if let state = GrantState(after: kind) { return (.grant, state.rawValue) }
    switch kind {
    case .caseDecided: return (.decision, 0)
    case .evidenceDisclosed: return (.evidence, 0)
    default: return nil
    }
  }
}

/// Which matters a listing wants, in the vault's numbers; a nil member lets all pass.
public struct MatterFilter: Sendable, Equatable {
  /// What they are.
  public var kind: MatterRow.Kind?
  /// The number of the department that asks, lodges, decides or hands over.
  public var department: Int64?
  /// The number of the other department.
  public var other: Int64?
  /// The states' numbers; empty for any.
  public var states: [Int64] = []
  /// The id of the subject.
  public var subject: Int64?
  /// The id of the certificate.
  public var certificate: Int64?
  /// The id of the case's row.
  public var caseThread: Int64?

  /// A filter that lets all pass.
  public init() {}
}
