/// One fault of a certificate's claims: where, a code for programs, a text for people.
///
/// The text names the rule and the remedy and never repeats the value: values are personal data.
/// Spec: csv.md, "Fault codes".
public struct ClaimFault: Sendable, Hashable {
  /// The member, such as `holders[0].code`; empty for the whole.
  public internal(set) var path: String
  /// What went wrong, for a program.
  public let code: Code
  /// What went wrong and the remedy; no capital, no full stop.
  public let message: String

  /// Makes a fault.
  public init(_ code: Code, _ message: String, at path: String = "") {
    self.path = path
    self.code = code
    self.message = message
  }

  /// Puts a member or `[index]` before the path.
  mutating func prefix(_ part: String) {
    path = path.isEmpty ? part : (path.hasPrefix("[") ? part + path : "\(part).\(path)")
  }
}

extension ClaimFault: CustomStringConvertible {
  /// One line: the place, if any, and the message.
  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

extension ClaimFault {
  /// A code; the set may grow.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Name: String, Sendable {
      case missing, unknown, type, `enum`, pattern, length, range, items, format, day, period
      case unknown_column, duplicate_column, field_count, bad_text, missing_column
      case check_character, code_type, too_many_holders, duplicate_holder, holder_key
      case too_large, unpermitted_character, predicate
    }

    private let name: Name

    private init(_ name: Name) { self.name = name }

    /// The code's name, stable across versions.
    public var description: String { name.rawValue }

    /// A mandatory claim is absent.
    public static let missing = Code(.missing)
    /// A claim that the type does not have.
    public static let unknown = Code(.unknown)
    /// A value of another JSON type.
    public static let type = Code(.type)
    /// A value that is not in the list.
    public static let `enum` = Code(.enum)
    /// A text that does not match the pattern.
    public static let pattern = Code(.pattern)
    /// A text that is too short or too long.
    public static let length = Code(.length)
    /// A number that is too small or too large.
    public static let range = Code(.range)
    /// Too few or too many elements, or a gap between them.
    public static let items = Code(.items)
    /// A text that is not of the format.
    public static let format = Code(.format)
    /// Not a day of the calendar.
    public static let day = Code(.day)
    /// A period that ends before it begins.
    public static let period = Code(.period)
    /// A predicate that does not fit the claim that it is about.
    public static let predicate = Code(.predicate)
    /// A column that the type does not have.
    public static let unknownColumn = Code(.unknown_column)
    /// A column twice.
    public static let duplicateColumn = Code(.duplicate_column)
    /// A mandatory column is absent.
    public static let missingColumn = Code(.missing_column)
    /// A row with another number of fields than the header.
    public static let fieldCount = Code(.field_count)
    /// Bytes that are no text in the encoding given.
    public static let badText = Code(.bad_text)
    /// A check character that does not fit.
    public static let checkCharacter = Code(.check_character)
    /// A holder-code type that is not in the standard's list.
    public static let codeType = Code(.code_type)
    /// More holders than the type permits.
    public static let tooManyHolders = Code(.too_many_holders)
    /// One holder twice.
    public static let duplicateHolder = Code(.duplicate_holder)
    /// A holder key without the proof of its private half.
    public static let holderKey = Code(.holder_key)
    /// More bytes than one certificate may have.
    public static let tooLarge = Code(.too_large)
    /// A character that no claim may hold.
    public static let unpermittedCharacter = Code(.unpermitted_character)
  }
}

/// A fault in a line of a sheet.
public struct RowFault: Sendable, Hashable, CustomStringConvertible {
  /// The line, counted from 1, at which the record begins.
  public let line: Int
  /// The column's English name, if the fault is one column's.
  public let column: String?
  /// What went wrong, for a program.
  public let code: ClaimFault.Code
  /// What went wrong and the remedy; never the value.
  public let message: String

  /// Makes a fault.
  public init(line: Int, column: String?, code: ClaimFault.Code, message: String) {
    self.line = line
    self.column = column
    self.code = code
    self.message = message
  }

  /// One line: the place and the message.
  public var description: String {
    guard let column else { return "line \(line): \(message)" }
    return "line \(line), \(column): \(message)"
  }
}
