/// The error of every throwing function of this module; no message has a claim or a name in it.
///
/// Equality looks at ``code`` only.
public struct WalletError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong, for programs.
  public let code: Code
  /// What went wrong and what to do about it, one line.
  public let message: String
  /// The error of another module that led to this one.
  public let cause: (any Error)?
  /// The file at fault.
  public let location: String?

  /// An error with its code and message.
  public init(
    _ code: Code, _ message: String, at location: String? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.location = location
    self.cause = cause
  }

  /// One line: the file, if any, and the message.
  public var description: String {
    guard let location else { return message }
    return "\(location): \(message)"
  }

  /// Compares the codes only.
  public static func == (left: WalletError, right: WalletError) -> Bool { left.code == right.code }

  /// The codes of ``WalletError``.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Name: String {
      case noWallet, damagedWallet, tooManyFiles, fileUnusable
      case keyNotFound, wrongPassphrase, cryptography
      case copyUnknown, copyAmbiguous, noCopyFits, copyUnbound
      case grantUnknown, grantRefused
    }
    private let name: Name
    private init(_ name: Name) { self.name = name }

    /// The text of the code.
    public var description: String { name.rawValue }

    /// The folder is none of ours.
    public static let noWallet = Code(.noWallet)
    /// A file in the wallet is not what its name says.
    public static let damagedWallet = Code(.damagedWallet)
    /// More files than a wallet has.
    public static let tooManyFiles = Code(.tooManyFiles)
    /// A file cannot be read or written.
    public static let fileUnusable = Code(.fileUnusable)
    /// The wallet does not have the key.
    public static let keyNotFound = Code(.keyNotFound)
    /// The passphrase is not that of the wallet's keys.
    public static let wrongPassphrase = Code(.wrongPassphrase)
    /// A key could not be made or used.
    public static let cryptography = Code(.cryptography)
    /// The wallet does not have the copy.
    public static let copyUnknown = Code(.copyUnknown)
    /// Several copies could be meant.
    public static let copyAmbiguous = Code(.copyAmbiguous)
    /// No copy can sign.
    public static let noCopyFits = Code(.noCopyFits)
    /// The copy is bound to no key.
    public static let copyUnbound = Code(.copyUnbound)
    /// The wallet does not have the grant.
    public static let grantUnknown = Code(.grantUnknown)
    /// The terms, or what was given as a grant, are not fit to be signed.
    public static let grantRefused = Code(.grantRefused)
  }
}
