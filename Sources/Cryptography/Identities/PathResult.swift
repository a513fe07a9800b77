/// One reason why a path to the root does not hold.
public struct PathFailure: Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure; stable, and safe to compare.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// Judged at the last second of validity or after it, as `openssl verify` judges.
    case expired
    /// Judged before the first second of validity.
    case notYetValid
    /// The path does not lead to the pinned root.
    case foreignRoot
    /// Nobody in the path issued this identity.
    case missingAuthority
    /// Key usage has a bit too few or too many for the purpose.
    case wrongUsage
    /// Extended key usage is not the one of the purpose.
    case wrongExtendedUsage
    /// The URI is not the one expected, or not the only name.
    case uriMismatch
    /// The authority may not issue for this name, or is not limited to any.
    case nameConstraint
    /// An identity of another host than the one that the root is believed for.
    case foreignHost
    /// Too many authorities between leaf and root.
    case pathLength
    /// A key or signature algorithm other than P-256 with SHA-256.
    case weakKey
    /// A signature in the path fails.
    case badSignature
    /// An issuer that may not issue identities.
    case notCA
    /// A critical extension that we do not know.
    case unknownCriticalExtension
    /// Against RFC 5280 in another way.
    case malformed
  }

  /// Whose fault it is.
  public enum Party: String, Sendable, Hashable {
    case leaf, authority, root
  }

  /// The kind of failure.
  public let code: Code
  /// Whose fault it is.
  public let party: Party
  /// What is wrong, in words without personal data.
  public let message: String

  /// Makes a failure.
  public init(_ code: Code, _ party: Party, _ message: String) {
    self.code = code
    self.party = party
    self.message = message
  }

  /// Party, code and words.
  public var description: String { "\(party.rawValue) \(code.rawValue): \(message)" }
}

/// The outcome of a path validation: valid, or every reason found why not.
public struct PathResult: Sendable, Hashable {
  /// The reasons, empty when the path holds.
  public let failures: [PathFailure]

  /// Makes a result.
  public init(failures: [PathFailure]) {
    self.failures = failures
  }

  /// Whether the path holds.
  public var isValid: Bool { failures.isEmpty }

  /// The kinds of the failures.
  public var codes: Set<PathFailure.Code> { Set(failures.map(\.code)) }
}
