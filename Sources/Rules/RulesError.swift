/// The error of every throwing function of this module: something could not be read, built or
/// looked up.
///
/// A broken rule is not an error: the judge returns a ``Judgement`` that lists every reason.
/// Equality looks at ``code`` only.
public struct RulesError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong, for programs.
  public let code: Code
  /// What went wrong and what to do about it, one line without personal data.
  public let message: String
  /// The error of another module that led to this one.
  public let cause: (any Error)?
  /// Where in the input, such as a member's path.
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

  /// One line: the place, if any, and the message.
  public var description: String {
    guard let location else { return message }
    return "\(location): \(message)"
  }

  /// The description followed by that of the cause.
  public var detailedDescription: String {
    if let cause { return "\(description); because \(cause)" }
    return description
  }

  /// Compares the codes only.
  public static func == (left: RulesError, right: RulesError) -> Bool { left.code == right.code }

  /// The codes of ``RulesError``.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Name: String {
      case malformedEvent, unknownKind, invalidSignature, invalidDraft, malformedDisclosure
      case malformedFact, malformedReceipt, malformedDelivery, malformedBundle, malformedOpening
      case malformedMaterial, malformedGrant
      case malformedAnswer
      case proofInvalid, sourceFailed, signingFailed
    }
    private let name: Name
    private init(_ name: Name) { self.name = name }

    /// The text of the code.
    public var description: String { name.rawValue }

    /// The bytes are no event in its only form.
    public static let malformedEvent = Code(.malformedEvent)
    /// The kind of the event is not in the table.
    public static let unknownKind = Code(.unknownKind)
    /// The signature does not match the identity.
    public static let invalidSignature = Code(.invalidSignature)
    /// A draft lacks a member or has one that its kind does not know.
    public static let invalidDraft = Code(.invalidDraft)
    /// A disclosure is not the base64url of a three-element array.
    public static let malformedDisclosure = Code(.malformedDisclosure)
    /// A stored fact cannot be read: the projection must be rebuilt from the ledger.
    public static let malformedFact = Code(.malformedFact)
    /// The bytes are no receipt.
    public static let malformedReceipt = Code(.malformedReceipt)
    /// The bytes are no delivery file.
    public static let malformedDelivery = Code(.malformedDelivery)
    /// The bytes are no bundle.
    public static let malformedBundle = Code(.malformedBundle)
    /// The bytes are no material.
    public static let malformedMaterial = Code(.malformedMaterial)
    /// The bytes are no grant, or no withdrawal of one.
    public static let malformedGrant = Code(.malformedGrant)
    /// The bytes are no answer in its only form.
    public static let malformedAnswer = Code(.malformedAnswer)
    /// The bytes are no line of a file of disclosures.
    public static let malformedOpening = Code(.malformedOpening)
    /// A receipt's proof does not lead from its entry to its checkpoint.
    public static let proofInvalid = Code(.proofInvalid)
    /// A source of facts, roots or ids failed.
    public static let sourceFailed = Code(.sourceFailed)
    /// A signature could not be made.
    public static let signingFailed = Code(.signingFailed)
  }
}
