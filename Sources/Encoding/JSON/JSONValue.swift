/// A value of JSON as both I-JSON (RFC 7493) and our signatures understand it.
///
/// A number written without fraction or exponent is an `integer`, any other a `number`; the two are
/// never equal to one another. Strings and names are compared byte for byte, not by Unicode
/// equivalence.
public enum JSONValue: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A whole number within ±(2^53 − 1), the range every reader agrees on.
  case integer(Int64)
  /// A finite double.
  case number(Double)
  /// A text.
  case string(String)
  /// An ordered list.
  case array([JSONValue])
  /// Named members.
  case object(JSONObject)

  /// The largest integer that every JSON reader keeps: 2^53 − 1. RFC 7493 §2.2.
  public static let integerMax: Int64 = 9_007_199_254_740_991

  /// Reads one JSON text, strictly.
  ///
  /// Throws, with the byte offset: `invalidJSON`, `unexpectedEnd`, `trailingBytes`,
  /// `duplicateName`, `invalidText`, `loneSurrogate`, `noncharacter`, `numberOutOfRange`,
  /// `tooDeep`, `tooLarge`. Spec: encoding.md, "JSON"; RFC 8259, RFC 7493.
  public init(
    parsing bytes: [UInt8], maximumBytes: Int = 16 << 20, maximumDepth: Int = 64
  ) throws(EncodingError) {
    guard bytes.count <= maximumBytes else {
      throw EncodingError(
        .tooLarge, "the JSON text has \(bytes.count) bytes; at most \(maximumBytes) are read",
        at: .byte(maximumBytes))
    }
    var parser = JSONParser(bytes: bytes, depthMax: maximumDepth)
    self = try parser.document()
  }

  /// Reads one JSON text, strictly; offsets in errors count from the slice's start.
  public init(
    parsing bytes: ArraySlice<UInt8>, maximumBytes: Int = 16 << 20, maximumDepth: Int = 64
  ) throws(EncodingError) {
    try self.init(
      parsing: Array(bytes), maximumBytes: maximumBytes, maximumDepth: maximumDepth)
  }

  /// The one canonical text of the value, as UTF-8.
  ///
  /// Numbers must be finite, which every parsed number is. Spec: encoding.md, "Canonical JSON";
  /// RFC 8785.
  public func canonicalBytes() -> [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }
}

extension JSONValue: Equatable {
  /// Compares types, exact text and numbers; the order of an object's members does not count.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension JSONValue {
  /// The Boolean, if it is one.
  public var booleanValue: Bool? { if case .boolean(let value) = self { value } else { nil } }
  /// The whole number, if it was written as one.
  public var integerValue: Int64? { if case .integer(let value) = self { value } else { nil } }
  /// The number, whole or not, if it is one.
  public var numberValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
  /// The text, if it is one.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  /// The elements, if it is an array.
  public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// The members, if it is an object.
  public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// Whether the strict reader reads the canonical text back.
  ///
  /// RFC 8785 writes a double from 2^53 up to 10^21 in plain digits, which RFC 7493 forbids readers
  /// to trust. Values that come from outside and are to be signed must be checked with this.
  public var isReadableWhenCanonical: Bool {
    switch self {
    case .null, .boolean, .string: true
    case .integer(let value): value.magnitude <= Self.integerMax.magnitude
    case .number(let value):
      value.isFinite && (value.magnitude <= Double(Self.integerMax) || value.magnitude >= 1e21)
    case .array(let elements): elements.allSatisfy(\.isReadableWhenCanonical)
    case .object(let object): object.allSatisfy(\.value.isReadableWhenCanonical)
    }
  }

  /// The type's name in words: `null`, `boolean`, `integer`, `number`, `string`, `array`, `object`.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The member of that name, if this is an object that has it.
  public subscript(name: String) -> JSONValue? { objectValue?[name] }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// `null`.
  public init(nilLiteral: ()) { self = .null }
  /// A Boolean.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  /// A whole number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A double.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object; each name once.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements))
  }
}
