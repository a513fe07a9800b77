/// One thing that a verifier looked at.
public struct Check: Sendable, Hashable {
  /// What is checked. Other modules add names of their own.
  public struct Name: Sendable, Hashable, CustomStringConvertible {
    /// The name, stable across versions.
    public let description: String

    /// Names a check.
    public init(_ description: String) { self.description = description }

    /// The text has the form of a certificate, and every disclosure belongs to it.
    public static let format = Name("format")
    /// The issuer's signature is over these bytes.
    public static let signature = Name("signature")
    /// The signing identity belongs to `iss` and its path leads to the root.
    public static let issuer = Name("issuer")
    /// The trust list knows the issuer and lets it issue this type.
    public static let trust = Name("trust")
    /// The signing key was in its department's hands when it signed.
    public static let keyState = Name("key_state")
    /// The type file is the one meant, and the identifier fits type and issuer.
    public static let type = Name("type")
    /// The claims shown fit the type's schema.
    public static let schema = Name("schema")
    /// The time lies in the certificate's period.
    public static let validity = Name("validity")
    /// The status list says valid.
    public static let status = Name("status")
  }

  /// How a check came out.
  public enum Result: String, Sendable {
    /// It holds.
    case passed
    /// It does not hold.
    case failed
    /// The evidence it needs was not given.
    case notShown = "not_shown"
    /// The evidence it needs was erased by law.
    case erased
  }

  /// Why a check did not pass.
  public struct Reason: Sendable, Hashable, CustomStringConvertible {
    /// The code, stable across versions.
    public let code: String
    /// What went wrong and the remedy; no personal data.
    public let text: String

    /// Makes a reason.
    public init(code: String, text: String) {
      self.code = code
      self.text = text
    }

    /// The reason an error gives.
    public init(_ error: CertificatesError) {
      self.init(code: error.code.description, text: error.description)
    }

    /// Code and text.
    public var description: String { "\(code): \(text)" }
  }

  /// What was checked.
  public let name: Name
  /// How it came out.
  public let result: Result
  /// Every reason that was found; empty if it passed.
  public let reasons: [Reason]
  /// What was found, in words: who signed, until when it is valid.
  public let text: String

  /// Makes a check.
  public init(_ name: Name, _ result: Result, reasons: [Reason] = [], text: String) {
    self.name = name
    self.result = result
    self.reasons = reasons
    self.text = text
  }

  /// Passed, with what was found.
  package static func passed(_ name: Name, _ text: String) -> Check {
    Check(name, .passed, text: text)
  }

  /// Failed if there is a reason, passed otherwise.
  static func judged(_ name: Name, _ errors: [CertificatesError], passed text: String) -> Check {
    .judged(name, reasons: errors.map(Reason.init), passed: text)
  }

  /// Failed if there is a reason, passed otherwise.
  package static func judged(_ name: Name, reasons: [Reason], passed text: String) -> Check {
    guard let first = reasons.first else { return .passed(name, text) }
    return Check(name, .failed, reasons: reasons, text: first.text)
  }

  /// Not shown, with what would have to be given.
  static func notShown(
    _ name: Name, _ code: CertificatesError.Code, _ text: String
  ) -> Check {
    .notShown(name, code: code.description, text)
  }

  /// Not shown, with what would have to be given.
  package static func notShown(_ name: Name, code: String, _ text: String) -> Check {
    Check(name, .notShown, reasons: [Reason(code: code, text: text)], text: text)
  }
}

/// Every check of one certificate; none is left out because another failed.
public struct CheckList: Sendable, Hashable {
  /// The answer to "is it good?".
  public enum Verdict: String, Sendable {
    /// All that is demanded passed.
    case yes
    /// A check failed.
    case no
    /// None failed, but one that is demanded was not shown or erased.
    case cannotTell = "cannot_tell"
  }

  /// The checks in their order.
  public private(set) var checks: [Check]

  /// Makes a list.
  public init(_ checks: [Check] = []) { self.checks = checks }

  /// Adds a check.
  public mutating func append(_ check: Check) { checks.append(check) }

  /// The check of a name, if it was made.
  public subscript(name: Check.Name) -> Check? { checks.first { $0.name == name } }

  /// The answer, when only the checks named need not have been shown.
  ///
  /// A check that was made and failed is a no, demanded or not.
  public func verdict(notDemanding accepted: Set<Check.Name>) -> Verdict {
    if checks.contains(where: { $0.result == .failed }) { return .no }
    let isOpen = checks.contains { $0.result != .passed && !accepted.contains($0.name) }
    return isOpen || checks.isEmpty ? .cannotTell : .yes
  }
}
