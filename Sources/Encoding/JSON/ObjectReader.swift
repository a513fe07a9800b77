/// Reads the members of an object one by one and refuses those nobody asked for.
///
/// ```swift
/// var reader = try ObjectReader(value, at: "receipt")
/// let entry = try reader.requireString("entry")
/// try reader.finish()
/// ```
/// Every method throws `missingMember`, `wrongType` or `valueOutOfRange` with the member's path.
public struct ObjectReader: Sendable {
  /// The object that is read.
  public let object: JSONObject
  private let place: Place
  /// Which members were asked for, by position.
  private var isRead: [Bool]

  /// Begins to read an object.
  public init(_ object: JSONObject, at path: String) {
    self.init(object, Place(path))
  }

  /// Begins to read a value that must be an object. Throws `wrongType`.
  public init(_ value: JSONValue, at path: String) throws(EncodingError) {
    try self.init(value, Place(path))
  }

  private init(_ object: JSONObject, _ place: Place) {
    self.object = object
    self.place = place
    isRead = Array(repeating: false, count: object.count)
  }

  private init(_ value: JSONValue, _ place: Place) throws(EncodingError) {
    guard case .object(let object) = value else {
      throw EncodingError(
        .wrongType, "an object was expected, not \(value.typeName)", at: .path(place.text))
    }
    self.init(object, place)
  }

  /// Where the object stands in its document; errors begin with it.
  public var path: String { place.text }

  /// Refuses the object if a member was never asked for. Throws `unknownMember`.
  public func finish() throws(EncodingError) {
    guard let position = isRead.firstIndex(of: false) else { return }
    throw EncodingError(
      .unknownMember, "this format has no such member; remove it",
      at: .path(path(to: object.members[position].name)))
  }

  /// Any value.
  public mutating func require(_ name: String) throws(EncodingError) -> JSONValue {
    guard let value = optional(name) else {
      throw EncodingError(.missingMember, "the member is required", at: .path(path(to: name)))
    }
    return value
  }

  /// Any value, or nil if the member is absent. `null` is a value.
  public mutating func optional(_ name: String) -> JSONValue? {
    guard let position = object.position(of: name) else { return nil }
    isRead[position] = true
    return object.members[position].value
  }

  /// A text.
  public mutating func requireString(_ name: String) throws(EncodingError) -> String {
    try cast(try require(name), name, "a string", \.stringValue)
  }

  /// A text, or nil if the member is absent.
  public mutating func optionalString(_ name: String) throws(EncodingError) -> String? {
    try castOptional(name, "a string", \.stringValue)
  }

  /// A text that must be one of a few, such as a version.
  public mutating func requireString(
    _ name: String, oneOf allowed: [String]
  ) throws(EncodingError) -> String {
    let text = try requireString(name)
    guard allowed.contains(where: { $0.hasSameBytes(as: text) }) else {
      throw EncodingError(
        .valueOutOfRange, "the value must be one of \(allowed.joined(separator: ", "))",
        at: .path(path(to: name)))
    }
    return text
  }

  /// An integer within a range.
  public mutating func requireInteger(
    _ name: String, in range: ClosedRange<Int64> = -JSONValue.integerMax...JSONValue.integerMax
  ) throws(EncodingError) -> Int64 {
    try check(try cast(try require(name), name, "an integer", \.integerValue), name, in: range)
  }

  /// An integer within a range, or nil if the member is absent.
  public mutating func optionalInteger(
    _ name: String, in range: ClosedRange<Int64> = -JSONValue.integerMax...JSONValue.integerMax
  ) throws(EncodingError) -> Int64? {
    guard let value = try castOptional(name, "an integer", \.integerValue) else { return nil }
    return try check(value, name, in: range)
  }

  /// A Boolean.
  public mutating func requireBoolean(_ name: String) throws(EncodingError) -> Bool {
    try cast(try require(name), name, "true or false", \.booleanValue)
  }

  /// A Boolean, or nil if the member is absent.
  public mutating func optionalBoolean(_ name: String) throws(EncodingError) -> Bool? {
    try castOptional(name, "true or false", \.booleanValue)
  }

  /// An array.
  public mutating func requireArray(_ name: String) throws(EncodingError) -> [JSONValue] {
    try cast(try require(name), name, "an array", \.arrayValue)
  }

  /// An array, or nil if the member is absent.
  public mutating func optionalArray(_ name: String) throws(EncodingError) -> [JSONValue]? {
    try castOptional(name, "an array", \.arrayValue)
  }

  /// An array of texts.
  public mutating func requireStrings(_ name: String) throws(EncodingError) -> [String] {
    try strings(try requireArray(name), name)
  }

  /// An array of texts, or nil if the member is absent.
  public mutating func optionalStrings(_ name: String) throws(EncodingError) -> [String]? {
    guard let array = try optionalArray(name) else { return nil }
    return try strings(array, name)
  }

  /// An object.
  public mutating func requireObject(_ name: String) throws(EncodingError) -> JSONObject {
    try cast(try require(name), name, "an object", \.objectValue)
  }

  /// An object, or nil if the member is absent.
  public mutating func optionalObject(_ name: String) throws(EncodingError) -> JSONObject? {
    try castOptional(name, "an object", \.objectValue)
  }

  /// A reader of an object inside this one; it needs its own ``finish()``.
  public mutating func requireReader(_ name: String) throws(EncodingError) -> ObjectReader {
    ObjectReader(try requireObject(name), Place(name, in: place))
  }

  /// A reader of an object inside this one, or nil if the member is absent.
  public mutating func optionalReader(_ name: String) throws(EncodingError) -> ObjectReader? {
    guard let object = try optionalObject(name) else { return nil }
    return ObjectReader(object, Place(name, in: place))
  }

  /// Readers of the objects of an array.
  public mutating func requireReaders(_ name: String) throws(EncodingError) -> [ObjectReader] {
    var readers: [ObjectReader] = []
    for (index, element) in try requireArray(name).enumerated() {
      readers.append(try ObjectReader(element, Place(name, in: place, element: index)))
    }
    return readers
  }

  /// Bytes in canonical base64url.
  public mutating func requireBytes(_ name: String) throws(EncodingError) -> [UInt8] {
    try bytes(try requireString(name), name)
  }

  /// Bytes in canonical base64url, or nil if the member is absent.
  public mutating func optionalBytes(_ name: String) throws(EncodingError) -> [UInt8]? {
    guard let text = try optionalString(name) else { return nil }
    return try bytes(text, name)
  }

  /// The path of a member, for an error about its value.
  public func path(to name: String) -> String { Place(name, in: place).text }

  private func bytes(_ text: String, _ name: String) throws(EncodingError) -> [UInt8] {
    do {
      return try Base64URL.decode(text)
    } catch {
      throw EncodingError(
        error.code, "not canonical base64url: \(error.message)", at: .path(path(to: name)))
    }
  }

  private func strings(_ array: [JSONValue], _ name: String) throws(EncodingError) -> [String] {
    var strings: [String] = []
    for (index, element) in array.enumerated() {
      strings.append(try cast(element, "\(name)[\(index)]", "a string", \.stringValue))
    }
    return strings
  }

  private func check(
    _ value: Int64, _ name: String, in range: ClosedRange<Int64>
  ) throws(EncodingError) -> Int64 {
    guard range.contains(value) else {
      throw EncodingError(
        .valueOutOfRange,
        "the number must lie between \(range.lowerBound) and \(range.upperBound)",
        at: .path(path(to: name)))
    }
    return value
  }

  /// A place in a document, put into words only for an error.
  private final class Place: Sendable {
    private let parent: Place?
    private let name: String
    private let element: Int?

    init(_ name: String, in parent: Place? = nil, element: Int? = nil) {
      self.name = name
      self.parent = parent
      self.element = element
    }

    var text: String {
      guard let parent else { return name }
      // A hostile name must not fill the screen or move the cursor.
      let isPlain =
        (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { 0x20 < $0 && $0 < 0x7F }
      return "\(parent.text).\(isPlain ? name : "(another name)")"
        + (element.map { "[\($0)]" } ?? "")
    }
  }

  private mutating func castOptional<Value>(
    _ name: String, _ expected: String, _ view: (JSONValue) -> Value?
  ) throws(EncodingError) -> Value? {
    guard let value = optional(name) else { return nil }
    return try cast(value, name, expected, view)
  }

  private func cast<Value>(
    _ value: JSONValue, _ name: String, _ expected: String, _ view: (JSONValue) -> Value?
  ) throws(EncodingError) -> Value {
    guard let result = view(value) else {
      throw EncodingError(
        .wrongType, "\(expected) was expected, not \(value.typeName)",
        at: .path(path(to: name)))
    }
    return result
  }
}
