import Certificates
import Ledger
import Rules

/// A holder's grant that shall be lodged, and whose it is: the token does not say.
public struct GrantOrder: Sendable {
  /// How the person is named.
  public enum Holder: Sendable, Hashable {
    /// By code type and code.
    case code(HolderCode)
    /// As the holder of a copy of this certificate.
    case certificate(CertificateIdentifier)
  }

  /// The grant.
  public let grant: Grant
  /// Who signed it.
  public let holder: Holder

  /// Joins a grant and its holder.
  public init(_ grant: Grant, of holder: Holder) {
    self.grant = grant
    self.holder = holder
  }
}

/// What became of a grant or withdrawal that should be lodged.
public enum GrantOutcome: Sendable {
  /// It entered, or had entered by this very event.
  case entered(GrantChange)
  /// The very same token was lodged before, and nothing was done: a repetition does no harm.
  case already(GrantChange)
  /// It was refused.
  case refused(GrantRefusal)
}

extension GrantOutcome {
  /// What became of the same token, given a second time.
  var again: GrantOutcome {
    if case .entered(let change) = self { return .already(change) }
    return self
  }
}

/// A grant that was lodged or withdrawn.
public struct GrantChange: Sendable {
  /// The event that lodged it: the name by which requests rest on it.
  public let name: EventName
  /// The holder's grant.
  public let grant: Grant
  /// The entry of the change.
  public let index: LeafIndex
}

/// Why a grant or withdrawal was not lodged.
public struct GrantRefusal: Error, Sendable, Hashable {
  /// What was found before anything was signed.
  public enum Reason: Sendable, Hashable {
    /// The registry has issued nothing to this person, or no such certificate.
    case holderUnknown
    /// No such grant was lodged here.
    case grantUnknown
    /// The rules say no.
    case rules([RuleCode])
  }

  /// Why.
  public let reason: Reason
  /// The `act.refused` entry that was made of it; nil if none was, or it waits for the registrar.
  public let recordedAs: LeafIndex?

  init(_ reason: Reason, recordedAs: LeafIndex? = nil) {
    self.reason = reason
    self.recordedAs = recordedAs
  }
}
