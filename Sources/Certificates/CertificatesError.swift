/// What this module refuses, with the remedy.
///
/// Two errors are equal when their codes are. No text holds a claim's value, a name, a holder code
/// or a key: inputs are personal data.
public struct CertificatesError: Error, Sendable, Equatable {
  /// What went wrong, for a program; stable across versions.
  public let code: Code
  /// What went wrong and the remedy, for a person; no capital, no full stop.
  public let message: String
  /// The error of another module that led here.
  public let cause: (any Error)?
  /// Where it went wrong: a member path, a segment or a file, never a value.
  public let location: String?

  /// Makes an error.
  public init(
    _ code: Code, _ message: String, cause: (any Error)? = nil, at location: String? = nil
  ) {
    self.code = code
    self.message = message
    self.cause = cause
    self.location = location
  }

  /// Compares the codes only.
  public static func == (left: CertificatesError, right: CertificatesError) -> Bool {
    left.code == right.code
  }
}

extension CertificatesError {
  /// A code. The two halves of the module name theirs in extensions; the set may grow.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private let name: String

    /// Names a code; for extensions inside this module.
    init(_ name: String) { self.name = name }

    /// The code's name, stable across versions.
    public var description: String { name }
  }
}

extension CertificatesError: CustomStringConvertible {
  /// One line: the place, if any, and the message.
  public var description: String {
    guard let location else { return message }
    return "\(location): \(message)"
  }

  /// `description` followed by the causes.
  public var detailedDescription: String {
    guard let cause else { return description }
    if let inner = cause as? CertificatesError {
      return "\(description): \(inner.detailedDescription)"
    }
    return "\(description): \(cause)"
  }
}
