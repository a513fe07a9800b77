/// A strict recursive-descent reader; `JSONValue.init(parsing:)` is its door.
///
/// The depth bound also bounds the recursion, so that no input can exhaust the stack.
struct JSONParser {
  private let bytes: [UInt8]
  private let depthMax: Int
  private var position = 0
  private var depth = 0

  init(bytes: [UInt8], depthMax: Int) {
    self.bytes = bytes
    self.depthMax = depthMax
  }

  mutating func document() throws(EncodingError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw failure(.invalidJSON, "the text begins with a byte order mark; save it without")
    }
    skipSpace()
    let value = try value()
    skipSpace()
    guard position == bytes.count else {
      throw failure(.trailingBytes, "there is more after the end of the JSON value")
    }
    return value
  }

  private mutating func value() throws(EncodingError) -> JSONValue {
    switch try peek() {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw failure(.invalidJSON, "a JSON value was expected")
    }
  }

  private mutating func object() throws(EncodingError) -> JSONObject {
    try enter()
    var object = JSONObject()
    skipSpace()
    if try take(UInt8(ascii: "}")) {
      depth -= 1
      return object
    }
    while true {
      skipSpace()
      let start = position
      guard try peek() == UInt8(ascii: "\"") else {
        throw failure(.invalidJSON, "a member name in quotes was expected")
      }
      let name = try string()
      skipSpace()
      guard try take(UInt8(ascii: ":")) else {
        throw failure(.invalidJSON, "a colon was expected after the member name")
      }
      skipSpace()
      let value = try value()
      guard object.append(name, value) else {
        throw EncodingError(
          .duplicateName, "the object has this member name twice", at: .byte(start))
      }
      skipSpace()
      if try take(UInt8(ascii: ",")) { continue }
      guard try take(UInt8(ascii: "}")) else {
        throw failure(.invalidJSON, "a comma or a closing brace was expected")
      }
      depth -= 1
      return object
    }
  }

  private mutating func array() throws(EncodingError) -> [JSONValue] {
    try enter()
    var elements: [JSONValue] = []
    skipSpace()
    if try take(UInt8(ascii: "]")) {
      depth -= 1
      return elements
    }
    elements.reserveCapacity(4)
    while true {
      skipSpace()
      elements.append(try value())
      skipSpace()
      if try take(UInt8(ascii: ",")) { continue }
      guard try take(UInt8(ascii: "]")) else {
        throw failure(.invalidJSON, "a comma or a closing bracket was expected")
      }
      depth -= 1
      return elements
    }
  }

  private mutating func enter() throws(EncodingError) {
    depth += 1
    guard depth <= depthMax else {
      throw failure(.tooDeep, "arrays and objects are nested more than \(depthMax) deep")
    }
    position += 1
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONValue
  ) throws(EncodingError) -> JSONValue {
    for expected in word.description.utf8 {
      guard try peek() == expected else {
        throw failure(.invalidJSON, "a JSON value was expected")
      }
      position += 1
    }
    return value
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private func peek() throws(EncodingError) -> UInt8 {
    guard position < bytes.count else { throw endsTooEarly() }
    return bytes[position]
  }

  private func endsTooEarly() -> EncodingError {
    failure(.unexpectedEnd, "the JSON text ends too early")
  }

  /// Steps over a byte if it is the next one.
  private mutating func take(_ byte: UInt8) throws(EncodingError) -> Bool {
    guard try peek() == byte else { return false }
    position += 1
    return true
  }

  private func failure(_ code: EncodingError.Code, _ message: String) -> EncodingError {
    EncodingError(code, message, at: .byte(position))
  }
}

// MARK: Strings

extension JSONParser {
  private mutating func string() throws(EncodingError) -> String {
    position += 1
    let start = position
    // Most strings have no escape: they are checked in place and copied once.
    let bytes = bytes
    let span = bytes.span
    var end = start
    while end < span.count {
      switch span[end] {
      case UInt8(ascii: "\""):
        position = end + 1
        return String(decoding: bytes[start..<end], as: UTF8.self)
      case UInt8(ascii: "\\"):
        position = end
        return try escapedString(from: start)
      case 0..<0x20:
        position = end
        throw controlCharacter()
      case 0x80...: end += try TextCheck.sequenceLength(span, at: end)
      default: end += 1
      }
    }
    position = end
    throw endsTooEarly()
  }

  /// Reads the rest of a string from its first escape on.
  private mutating func escapedString(from start: Int) throws(EncodingError) -> String {
    var text = Array(bytes[start..<position])
    while true {
      let byte = try peek()
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        try appendEscape(to: &text)
      case 0..<0x20: throw controlCharacter()
      case 0x80...:
        let length = try TextCheck.sequenceLength(bytes.span, at: position)
        text.append(contentsOf: bytes[position..<(position + length)])
        position += length
      default:
        text.append(byte)
        position += 1
      }
    }
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(EncodingError) {
    let start = position
    position += 1
    let kind = try peek()
    position += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try escapedScalar(at: start)
      guard !TextCheck.isNoncharacter(scalar.value) else {
        throw TextCheck.noncharacter(at: start)
      }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default:
      position = start
      throw failure(.invalidJSON, "there is no such escape; a backslash is written twice")
    }
  }

  /// Reads the digits of `\uXXXX`, and the second half of a surrogate pair.
  private mutating func escapedScalar(at start: Int) throws(EncodingError) -> Unicode.Scalar {
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, try peek() == UInt8(ascii: "\\") else {
      throw loneSurrogate(at: start)
    }
    position += 1
    guard try take(UInt8(ascii: "u")) else { throw loneSurrogate(at: start) }
    let second = try codeUnit()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(
        0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00)
    else { throw loneSurrogate(at: start) }
    return scalar
  }

  private mutating func codeUnit() throws(EncodingError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Hex.value(of: try peek()) else {
        throw failure(.invalidJSON, "four hexadecimal digits were expected")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  private func controlCharacter() -> EncodingError {
    failure(.invalidJSON, "a control character in a string must be written as an escape")
  }

  private func loneSurrogate(at start: Int) -> EncodingError {
    EncodingError(.loneSurrogate, "half of a surrogate pair", at: .byte(start))
  }
}

// MARK: Numbers

extension JSONParser {
  /// Longer numbers are refused: no double needs as many characters, and conversion takes time.
  private static let numberLengthMax = 1_100

  private mutating func number() throws(EncodingError) -> JSONValue {
    let start = position
    let isNegative = try take(UInt8(ascii: "-"))
    if try peek() == UInt8(ascii: "0") {
      position += 1
      if isDigitNext() { throw failure(.invalidJSON, "a number has no leading zero") }
    } else {
      try digits()
    }
    let digitsStart = isNegative ? start + 1 : start
    let integerEnd = position
    var isWhole = true
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      try digits()
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      position += 1
      let sign = try peek()
      if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    guard isWhole else { return .number(try double(from: start)) }
    var magnitude: Int64 = 0
    for digit in bytes[digitsStart..<integerEnd] {
      magnitude = magnitude * 10 + Int64(digit - UInt8(ascii: "0"))
      guard magnitude <= JSONValue.integerMax else {
        throw EncodingError(
          .numberOutOfRange, "an integer beyond ±(2^53 − 1); write it as a string",
          at: .byte(start))
      }
    }
    return .integer(isNegative ? -magnitude : magnitude)
  }

  private func double(from start: Int) throws(EncodingError) -> Double {
    guard position - start <= Self.numberLengthMax,
      let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)),
      value.isFinite
    else {
      throw EncodingError(
        .numberOutOfRange, "a number beyond the range of a double", at: .byte(start))
    }
    return value
  }

  private mutating func digits() throws(EncodingError) {
    _ = try peek()
    guard isDigitNext() else { throw failure(.invalidJSON, "a digit was expected") }
    while isDigitNext() { position += 1 }
  }

  private func isDigitNext() -> Bool {
    position < bytes.count
      && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
  }
}
