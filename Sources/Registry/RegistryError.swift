/// What a registry refuses or could not do, with the remedy.
///
/// Two errors are equal when their codes are. No text holds a name, a holder code, a claim, a
/// passphrase or a key.
public struct RegistryError: Error, Sendable, Equatable {
  /// What went wrong, for a program; stable across versions.
  public let code: Code
  /// What went wrong and the remedy, for a person; no capital, no full stop.
  public let message: String
  /// The error of another module that led here.
  public let cause: (any Error)?
  /// Where it went wrong: a file, a table or a department, never a value.
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
  public static func == (left: RegistryError, right: RegistryError) -> Bool {
    left.code == right.code
  }
}

extension RegistryError {
  /// A code; the set may grow.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Name: String, Sendable {
      case alreadyExists, notARegistry, damagedSettings, unsupportedFormat, invalidSettings
      case inputOutput, diskFull, notWritable, busy
      case readOnly, writerEnded, damagedLedger, damagedVault, conflict
      case keyNotFound, wrongPassphrase, passphraseMissing, keyMismatch, keyTooCheap, cryptography
      case unknownDepartment, unknownIdentity, unknownType, invalidRequest, invalidType
      case damagedType, weakKey, noPossession
      case refused, invalidEvent, notFound, foreignExport, internalFault
      case emptyInput, invalidInput, fileChanged, outputExists, outputForeign, outputBusy
    }

    private let name: Name

    private init(_ name: Name) {
      self.name = name
    }

    /// The code's name, stable across versions.
    public var description: String { name.rawValue }

    /// The directory holds something already.
    public static let alreadyExists = Code(.alreadyExists)
    /// The directory is no registry.
    public static let notARegistry = Code(.notARegistry)
    /// `registry.json` or `state.json` cannot be read as what it should be.
    public static let damagedSettings = Code(.damagedSettings)
    /// The registry was made by a newer or older version.
    public static let unsupportedFormat = Code(.unsupportedFormat)
    /// A name, host, origin or code given to `create` is not acceptable.
    public static let invalidSettings = Code(.invalidSettings)
    /// The operating system could not read or write.
    public static let inputOutput = Code(.inputOutput)
    /// The disk is full; nothing half done was kept.
    public static let diskFull = Code(.diskFull)
    /// Permissions or the file system forbid writing.
    public static let notWritable = Code(.notWritable)
    /// Another process holds the registry longer than we wait.
    public static let busy = Code(.busy)
    /// The registry is read only; the message lists the reasons and the ways out.
    public static let readOnly = Code(.readOnly)
    /// An earlier append failed with an unknown outcome; open the registry again.
    public static let writerEnded = Code(.writerEnded)
    /// A row of the ledger is not what it should be.
    public static let damagedLedger = Code(.damagedLedger)
    /// A row of the vault is not what it should be.
    public static let damagedVault = Code(.damagedVault)
    /// Another process changed what this one had read; try again.
    public static let conflict = Code(.conflict)
    /// A key file is not there.
    public static let keyNotFound = Code(.keyNotFound)
    /// A key file does not open under the passphrase given.
    public static let wrongPassphrase = Code(.wrongPassphrase)
    /// No passphrase was given for a key that is needed.
    public static let passphraseMissing = Code(.passphraseMissing)
    /// A key file holds another key than its identity names.
    public static let keyMismatch = Code(.keyMismatch)
    /// A test key in a production registry.
    public static let keyTooCheap = Code(.keyTooCheap)
    /// A cryptographic operation failed; see the cause.
    public static let cryptography = Code(.cryptography)
    /// No such department is enrolled.
    public static let unknownDepartment = Code(.unknownDepartment)
    /// No such identity.
    public static let unknownIdentity = Code(.unknownIdentity)
    /// No such type, or no such version.
    public static let unknownType = Code(.unknownType)
    /// An identity request is not acceptable.
    public static let invalidRequest = Code(.invalidRequest)
    /// An identity is asked for a key that is no P-256 key.
    public static let weakKey = Code(.weakKey)
    /// A request's signature fails: its maker has not shown that the key is theirs.
    public static let noPossession = Code(.noPossession)
    /// A type file is not acceptable.
    public static let invalidType = Code(.invalidType)
    /// A published type file is missing or is not the one that the ledger names.
    public static let damagedType = Code(.damagedType)
    /// The rules refused an act; the message lists the codes, the cause is a `RuleRefusal`.
    public static let refused = Code(.refused)
    /// An event cannot be built or read.
    public static let invalidEvent = Code(.invalidEvent)
    /// What was asked for is not there.
    public static let notFound = Code(.notFound)
    /// The directory holds an export of another ledger, or of another tree.
    public static let foreignExport = Code(.foreignExport)
    /// A file that was given has nothing in it.
    public static let emptyInput = Code(.emptyInput)
    /// A file that was given is not what it was said to be.
    public static let invalidInput = Code(.invalidInput)
    /// A file was changed while it was read.
    public static let fileChanged = Code(.fileChanged)
    /// What would be written is there already.
    public static let outputExists = Code(.outputExists)
    /// The file to be completed holds something else.
    public static let outputForeign = Code(.outputForeign)
    /// Another process writes to the same output.
    public static let outputBusy = Code(.outputBusy)
    /// A fault of this program: please report it.
    public static let internalFault = Code(.internalFault)
  }
}

extension RegistryError: CustomStringConvertible {
  /// One line: the place, if any, and the message.
  public var description: String {
    guard let location else { return message }
    return "\(location): \(message)"
  }

  /// `description` followed by the causes.
  public var detailedDescription: String {
    guard let cause else { return description }
    if let inner = cause as? RegistryError {
      return "\(description): \(inner.detailedDescription)"
    }
    return "\(description): \(cause)"
  }
}
