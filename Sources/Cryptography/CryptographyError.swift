/// What went wrong in a cryptographic operation.
///
/// Two errors are equal when their codes are. Texts never contain a key, a passphrase or any
/// personal data.
public struct CryptographyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure; stable, and safe to compare.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Name: String {
      case invalidLength, invalidKey, invalidEncoding, invalidSignature, authenticationFailed
      case wrongPassphrase, costTooLow, costTooHigh, unsupportedAlgorithm, invalidIdentity
      case invalidRequest, invalidMessage, weakKey, noPossession, invalidProfile, operationFailed
    }

    private let name: Name

    /// Input has the wrong number of bytes.
    public static let invalidLength = Code(name: .invalidLength)
    /// Bytes are no key of the wanted kind: not on the curve, out of range, of another algorithm.
    public static let invalidKey = Code(name: .invalidKey)
    /// Text or bytes do not follow the expected encoding (PEM, DER, JSON).
    public static let invalidEncoding = Code(name: .invalidEncoding)
    /// A signature that had to hold does not.
    public static let invalidSignature = Code(name: .invalidSignature)
    /// Encrypted bytes were changed, or the key, nonce or associated data is another one.
    public static let authenticationFailed = Code(name: .authenticationFailed)
    /// A key file does not open under the passphrase given.
    public static let wrongPassphrase = Code(name: .wrongPassphrase)
    /// A key file is protected by a cheaper key derivation than the caller demands.
    public static let costTooLow = Code(name: .costTooLow)
    /// A key file demands more memory or time than we are ready to spend on it.
    public static let costTooHigh = Code(name: .costTooHigh)
    /// An algorithm, or a parameter of it, that we do not use.
    public static let unsupportedAlgorithm = Code(name: .unsupportedAlgorithm)
    /// Bytes are no X.509 identity.
    public static let invalidIdentity = Code(name: .invalidIdentity)
    /// Bytes are no identity request, or its proof of possession fails.
    public static let invalidRequest = Code(name: .invalidRequest)
    /// Bytes are no CMS message.
    public static let invalidMessage = Code(name: .invalidMessage)
    /// An identity is asked for a key that is no P-256 key.
    public static let weakKey = Code(name: .weakKey)
    /// A request's signature fails: its maker has not shown that the key is theirs.
    public static let noPossession = Code(name: .noPossession)
    /// What shall be issued does not fit the profile.
    public static let invalidProfile = Code(name: .invalidProfile)
    /// OpenSSL refused an operation that should have worked; see `cause`.
    public static let operationFailed = Code(name: .operationFailed)

    /// The name of the code, as programs print it.
    public var description: String { name.rawValue }
  }

  /// The kind of failure.
  public let code: Code
  /// What went wrong, and the remedy.
  public let message: String
  /// The drained OpenSSL error queue, oldest first, when a call of OpenSSL failed.
  public let cause: String?
  /// The name of the operation or C function that failed, where that helps.
  public let location: String?

  /// Makes an error.
  public init(_ code: Code, _ message: String, cause: String? = nil, location: String? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
    self.location = location
  }

  /// One line without secrets.
  public var description: String { "\(code): \(message)" }

  /// One line with the cause that OpenSSL gave.
  public var detailedDescription: String {
    var text = description
    if let location { text += " (in \(location))" }
    if let cause { text += ": \(cause)" }
    return text
  }

  /// Whether both have the same code.
  public static func == (left: CryptographyError, right: CryptographyError) -> Bool {
    left.code == right.code
  }
}
