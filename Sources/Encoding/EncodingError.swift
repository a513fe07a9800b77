/// What this module refuses, and where in the input.
///
/// Two errors are equal when their codes are. No message holds a value that was read: an input may
/// be personal data.
public struct EncodingError: Error, Sendable, Equatable {
  /// What went wrong, for a program.
  public let code: Code
  /// What went wrong and the remedy, for a person; no capital, no full stop.
  public let message: String
  /// Where it went wrong, if there is a place.
  public let location: Location?

  /// Makes an error.
  public init(_ code: Code, _ message: String, at location: Location? = nil) {
    self.code = code
    self.message = message
    self.location = location
  }

  /// Compares the codes only.
  public static func == (left: EncodingError, right: EncodingError) -> Bool {
    left.code == right.code
  }
}

extension EncodingError {
  /// A place in an input.
  public enum Location: Sendable, Hashable, CustomStringConvertible {
    /// Bytes before the fault, counted from 0.
    case byte(Int)
    /// Line and field of a table, both counted from 1.
    case line(Int, column: Int?)
    /// A member of a JSON document, such as `type.schema.properties`.
    case path(String)
    /// A file or directory.
    case file(String)

    /// The place in words: `byte 17`, `line 3, column 2`, a member path or a file path.
    public var description: String {
      switch self {
      case .byte(let offset): "byte \(offset)"
      case .line(let line, let column?): "line \(line), column \(column)"
      case .line(let line, nil): "line \(line)"
      case .path(let path): path
      case .file(let path): path
      }
    }
  }
}

extension EncodingError: CustomStringConvertible {
  /// One line: the place, if any, and the message.
  public var description: String {
    guard let location else { return message }
    return "\(location): \(message)"
  }
}

extension EncodingError {
  /// A code; the set may grow.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Name: String, Sendable {
      case invalidBase64, invalidHexadecimal, invalidTimestamp, invalidDay
      case invalidJSON, unexpectedEnd, trailingBytes, duplicateName, invalidText, loneSurrogate
      case noncharacter, numberOutOfRange, tooDeep, tooLarge
      case missingMember, unknownMember, wrongType, valueOutOfRange
      case fileNotFound, isDirectory, notRegular, permissionDenied, diskFull, inputOutput
      case unclosedQuote, textAfterQuote, quoteInField, nullByte, loneCarriageReturn
      case wrongFieldCount, tooManyFields, encodingUnavailable
    }

    private let name: Name

    private init(_ name: Name) { self.name = name }

    /// The code's name, stable across versions.
    public var description: String { name.rawValue }

    /// Not canonical base64 or base64url.
    public static let invalidBase64 = Code(.invalidBase64)
    /// Not hexadecimal, or of odd length.
    public static let invalidHexadecimal = Code(.invalidHexadecimal)
    /// Not an RFC 3339 time.
    public static let invalidTimestamp = Code(.invalidTimestamp)
    /// Not a day of the calendar.
    public static let invalidDay = Code(.invalidDay)
    /// Not JSON.
    public static let invalidJSON = Code(.invalidJSON)
    /// The input ends too early.
    public static let unexpectedEnd = Code(.unexpectedEnd)
    /// Bytes after the end of the value.
    public static let trailingBytes = Code(.trailingBytes)
    /// A name twice in one object.
    public static let duplicateName = Code(.duplicateName)
    /// Not valid text in the encoding given.
    public static let invalidText = Code(.invalidText)
    /// Half of a surrogate pair.
    public static let loneSurrogate = Code(.loneSurrogate)
    /// A Unicode noncharacter.
    public static let noncharacter = Code(.noncharacter)
    /// A number that two programs would read differently.
    public static let numberOutOfRange = Code(.numberOutOfRange)
    /// Arrays and objects nested too deeply.
    public static let tooDeep = Code(.tooDeep)
    /// More bytes than the bound.
    public static let tooLarge = Code(.tooLarge)
    /// A required member is absent.
    public static let missingMember = Code(.missingMember)
    /// A member that the format does not know.
    public static let unknownMember = Code(.unknownMember)
    /// A member of another JSON type.
    public static let wrongType = Code(.wrongType)
    /// A member outside its range.
    public static let valueOutOfRange = Code(.valueOutOfRange)
    /// No such file or directory.
    public static let fileNotFound = Code(.fileNotFound)
    /// A directory where a file is needed.
    public static let isDirectory = Code(.isDirectory)
    /// A pipe, device, socket or link where a regular file is needed.
    public static let notRegular = Code(.notRegular)
    /// The system does not allow it.
    public static let permissionDenied = Code(.permissionDenied)
    /// No space left.
    public static let diskFull = Code(.diskFull)
    /// Another failure of reading or writing.
    public static let inputOutput = Code(.inputOutput)
    /// A quoted field that never ends.
    public static let unclosedQuote = Code(.unclosedQuote)
    /// Text between a closing quote and the next comma.
    public static let textAfterQuote = Code(.textAfterQuote)
    /// A quote inside a field that does not begin with one.
    public static let quoteInField = Code(.quoteInField)
    /// A zero byte in a text.
    public static let nullByte = Code(.nullByte)
    /// A carriage return without a line feed.
    public static let loneCarriageReturn = Code(.loneCarriageReturn)
    /// A record with fewer or more fields than the first.
    public static let wrongFieldCount = Code(.wrongFieldCount)
    /// More fields than the bound.
    public static let tooManyFields = Code(.tooManyFields)
    /// The C library lacks a text encoding.
    public static let encodingUnavailable = Code(.encodingUnavailable)
  }
}
