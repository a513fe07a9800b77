import Cryptography
import Encoding
import Ledger
import Rules

/// A grant that was lodged.
public struct StoredGrant: Sendable {
  /// How far it has come.
  public enum State: String, Sendable, CaseIterable {
    /// It can be used, now or once its period begins.
    case live
    /// The holder took it back.
    case withdrawn
    /// Its period is over.
    case ended
  }

  /// The row of the vault.
  let row: MatterRow
  /// The entry that lodged it.
  public let entry: Entry
  /// The event that lodged it.
  let event: Event
  /// Its name.
  public let name: EventName
  /// What the holder signed.
  public let grant: Grant
  /// What `subject_1` opens.
  let subject: JSONValue
  /// All that the event opens.
  let disclosures: [EventDisclosure]

  /// How far it has come by a time.
  public func state(at seconds: Int64) -> State {
    if row.state == GrantState.withdrawn.rawValue { return .withdrawn }
    return seconds < grant.terms.period.until ? .live : .ended
  }
}

extension GrantChange {
  /// A change of a grant that entered.
  init(_ grant: StoredGrant, at index: LeafIndex) {
    self.init(name: grant.name, grant: grant.grant, index: index)
  }
}

/// An entry about a grant: it was lodged, used, withdrawn.
public struct GrantEvent: Sendable {
  /// Its place in the ledger.
  public let index: LeafIndex
  /// When it was received.
  public let received: Timestamp
  /// What it states: `grant.given`, `share.requested` or `grant.withdrawn`.
  public let kind: EventKind
  /// The USCC of the department that stated it.
  public let department: String
}

/// Which grants a listing wants; nil members let all pass.
public struct GrantSearch: Sendable {
  /// For whom they are.
  public var requester: String?
  /// Whose they are.
  public var holder: HolderCode?
  /// How far they have come.
  public var state: StoredGrant.State?

  /// A search that finds all.
  public init() {}
}
