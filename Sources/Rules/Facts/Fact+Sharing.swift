import Cryptography

/// A grant and how often it was used.
public struct GrantFact: Sendable, Equatable {
  /// What it allows.
  public let terms: GrantTerms
  /// When it was withdrawn, in seconds; nil while it was not.
  public var withdrawnAt: Int64?
  /// The last window of its frequency in which it was used.
  public var window: Int64 = 0
  /// How many requests used it in that window; without a frequency, in all.
  public var uses: Int64 = 0

  /// Whether one more use at a time, in seconds, is one too many.
  func isUsedUp(at seconds: Int64) -> Bool {
    guard let frequency = terms.frequency else { return false }
    return terms.window(of: seconds) == window && uses >= frequency.times
  }

  /// Counts a use at a time, in seconds.
  mutating func use(at seconds: Int64) {
    let current = terms.window(of: seconds)
    uses = current == window ? uses + 1 : 1
    window = current
  }
}

/// On what a request rests.
public enum ShareMode: String, Sendable, CaseIterable {
  /// A row of the type's duties.
  case duty
  /// The holder's grant.
  case grant
}

/// A request and what became of it.
public struct RequestFact: Sendable, Equatable {
  /// Whether it was answered.
  public enum State: String, Sendable, CaseIterable {
    case open, refused, released
  }

  /// The USCC of the department that was asked.
  public let provider: String
  /// The code of the type.
  public let type: String
  /// `certificate` or `file`.
  public let material: String
  /// The names of the claims that were asked for.
  public let claims: [String]
  /// On what it rests.
  public let mode: ShareMode
  /// The grant, in that mode.
  public let grant: EventName?
  /// The last second to answer.
  public let answerBy: Int64
  /// What became of it.
  public var state: State = .open
}

/// A release and what became of it; its signer is the department in its name.
public struct ReleaseFact: Sendable, Equatable {
  /// Whether its content was disputed.
  public enum Dispute: String, Sendable, CaseIterable {
    case none, open, settled
  }

  /// The USCC of the department that it was made for.
  public let requester: String
  /// The code of the type.
  public let type: String
  /// SHA-256 of the enclosed bytes.
  public let enclosed: Digest
  /// Whether the requester said that it has them.
  public var isAcknowledged = false
  /// Whether its content was disputed.
  public var dispute = Dispute.none
}

/// A dispute; who disputes is the department in its name.
public struct DisputeFact: Sendable, Equatable {
  /// The USCC of the department that shall settle it.
  public let issuer: String
  /// The release whose content is disputed.
  public let release: EventName
  /// Whether it was settled.
  public var isSettled = false
}

extension FactOverlay {
  /// A grant, by the event that lodged it.
  public mutating func grant(_ name: EventName) throws(RulesError) -> GrantFact? {
    if case .grant(let fact) = try fact(.grant(name)) { return fact }
    return nil
  }

  /// A request.
  public mutating func request(_ name: EventName) throws(RulesError) -> RequestFact? {
    if case .request(let fact) = try fact(.request(name)) { return fact }
    return nil
  }

  /// A release.
  public mutating func release(_ name: EventName) throws(RulesError) -> ReleaseFact? {
    if case .release(let fact) = try fact(.release(name)) { return fact }
    return nil
  }

  /// A dispute.
  public mutating func dispute(_ name: EventName) throws(RulesError) -> DisputeFact? {
    if case .dispute(let fact) = try fact(.dispute(name)) { return fact }
    return nil
  }
}
