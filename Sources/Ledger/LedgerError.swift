/// What went wrong in the ledger: reading, hashing, proving or storing.
///
/// Two errors are equal when their codes are. Texts never hold a key, a claim or personal data.
public struct LedgerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong, for a program.
  public let code: Code
  /// What went wrong, and the remedy, for a person.
  public let message: String
  /// The error below, if another module raised it.
  public let cause: (any Error)?
  /// Where: a byte offset, an entry index, a tile path.
  public let location: String?

  /// Makes an error.
  public init(
    _ code: Code, _ message: String, cause: (any Error)? = nil, location: String? = nil
  ) {
    self.code = code
    self.message = message
    self.cause = cause
    self.location = location
  }

  /// Compares the codes only.
  public static func == (left: LedgerError, right: LedgerError) -> Bool {
    left.code == right.code
  }

  /// One line: the place, if any, and the message.
  public var description: String {
    guard let location else { return message }
    return "\(location): \(message)"
  }

  /// The line and the cause below it.
  public var detailedDescription: String {
    guard let cause else { return description }
    return "\(description) (\(cause))"
  }
}

extension LedgerError {
  /// A code; the set may grow.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Name: String, Sendable {
      case entryTooLarge, tooManyTags, invalidEvent, invalidEntry, invalidIndex
      case invalidTag, invalidThreadKey
      case invalidBundle, invalidTilePath, invalidTile, missingTile, missingEntry
      case invalidProof, proofMismatch, sizeOutOfRange, rootMismatch
      case invalidNote, invalidKey, unknownKey, invalidSignature
      case invalidCheckpoint, extensionLine, wrongOrigin
      case invalidExport, missingCheckpoint, inputOutput
      case conflict, storage, damagedRow, readOnly
      case invalidRun, missingRun
    }

    private let name: Name

    private init(_ name: Name) { self.name = name }

    /// The code's name, stable across versions.
    public var description: String { name.rawValue }

    /// An entry of more than 65,535 bytes.
    public static let entryTooLarge = Code(.entryTooLarge)
    /// More than 64 tags in one entry.
    public static let tooManyTags = Code(.tooManyTags)
    /// An event that is not a compact JWT in ASCII.
    public static let invalidEvent = Code(.invalidEvent)
    /// Bytes that are not an entry in its one canonical form.
    public static let invalidEntry = Code(.invalidEntry)
    /// An index or size beyond 2^53 − 1.
    public static let invalidIndex = Code(.invalidIndex)
    /// Text or bytes that are not a tag.
    public static let invalidTag = Code(.invalidTag)
    /// Text or bytes that are not a thread key.
    public static let invalidThreadKey = Code(.invalidThreadKey)
    /// Bytes that are not a bundle of entries.
    public static let invalidBundle = Code(.invalidBundle)
    /// A path that names no tile and no bundle.
    public static let invalidTilePath = Code(.invalidTilePath)
    /// A tile of the wrong length, or one that contradicts what is known of the tree.
    public static let invalidTile = Code(.invalidTile)
    /// A tile that the tree of this size must have is absent.
    public static let missingTile = Code(.missingTile)
    /// An entry below the size is absent.
    public static let missingEntry = Code(.missingEntry)
    /// Text that is not a proof.
    public static let invalidProof = Code(.invalidProof)
    /// A proof that does not lead to the root.
    public static let proofMismatch = Code(.proofMismatch)
    /// An index or size that the tree does not have.
    public static let sizeOutOfRange = Code(.sizeOutOfRange)
    /// A root that is not the tree's.
    public static let rootMismatch = Code(.rootMismatch)
    /// Bytes that are not a signed note.
    public static let invalidNote = Code(.invalidNote)
    /// Text that is not a verifier key, or a name that no key may have.
    public static let invalidKey = Code(.invalidKey)
    /// A note without a signature of a known key.
    public static let unknownKey = Code(.unknownKey)
    /// A signature of a known key that does not hold.
    public static let invalidSignature = Code(.invalidSignature)
    /// Text that is not a checkpoint.
    public static let invalidCheckpoint = Code(.invalidCheckpoint)
    /// A checkpoint with lines after its root.
    public static let extensionLine = Code(.extensionLine)
    /// A checkpoint of another ledger.
    public static let wrongOrigin = Code(.wrongOrigin)
    /// A directory that is not an export.
    public static let invalidExport = Code(.invalidExport)
    /// No checkpoint where one is needed.
    public static let missingCheckpoint = Code(.missingCheckpoint)
    /// A file could not be read or written.
    public static let inputOutput = Code(.inputOutput)
    /// The ledger has moved on since the batch was made.
    public static let conflict = Code(.conflict)
    /// The store failed; the outcome may be unknown.
    public static let storage = Code(.storage)
    /// Something stored is not what its place demands: it was changed or damaged.
    public static let damagedRow = Code(.damagedRow)
    /// The ledger takes no entries now.
    public static let readOnly = Code(.readOnly)
    /// Records that are not a run, or a proof about a run that does not hold.
    public static let invalidRun = Code(.invalidRun)
    /// The file of a published run is not there.
    public static let missingRun = Code(.missingRun)
  }
}
