/// Appends canonical JSON text to a byte buffer.
///
/// `value(_:)` orders members itself. A hot path that writes its members by hand must write them in
/// RFC 8785 order: names compared as UTF-16 code units.
/// Spec: encoding.md, "Canonical JSON"; RFC 8785.
public struct JSONWriter: Sendable {
  /// The text so far.
  public private(set) var bytes: [UInt8]

  /// Begins an empty text.
  public init(reservingCapacity capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Begins anew and keeps the memory: for many small texts, one after another.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Appends JSON text that is already canonical, such as `{"event":`.
  public mutating func raw(_ text: StaticString) {
    // Most are a bracket or a comma.
    if text.utf8CodeUnitCount == 1 { return unsafe bytes.append(text.utf8Start.pointee) }
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends JSON text that is already canonical.
  public mutating func raw(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  /// Appends JSON text that is already canonical.
  public mutating func raw(_ text: ArraySlice<UInt8>) { bytes.append(contentsOf: text) }

  /// Appends a text in quotes; only what must be is escaped. RFC 8785 §3.2.2.2.
  public mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    unsafe text.utf8Span.span.withUnsafeBufferPointer { unsafe escape($0) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends ASCII bytes as a text in quotes, as `string(_:)` does.
  public mutating func string(ascii text: ArraySlice<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    unsafe text.withUnsafeBufferPointer { unsafe escape($0) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends bytes as base64url in quotes.
  public mutating func string(base64URL source: Span<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    Base64URL.append(source, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends ASCII text in quotes that is known to need no escape, such as base64url.
  public mutating func string(plain text: [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Begins the next member of an object that is written by hand: `{"name":` or `,"name":`.
  ///
  /// An object begins where the text is empty or ends with a member's name; in an array it has to
  /// be begun with ``raw(_:)``.
  package mutating func member(_ name: String) {
    let isFirst = bytes.isEmpty || bytes[bytes.count - 1] == UInt8(ascii: ":")
    bytes.append(isFirst ? UInt8(ascii: "{") : UInt8(ascii: ","))
    string(name)
    bytes.append(UInt8(ascii: ":"))
  }

  /// Appends an integer.
  public mutating func integer(_ value: Int64) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Appends a double as ECMAScript writes it. The value must be finite. RFC 8785 §3.2.2.3.
  public mutating func number(_ value: Double) {
    precondition(value.isFinite, "JSON has no infinity and no NaN")
    bytes.append(contentsOf: ECMAScriptNumber.text(value))
  }

  /// Appends any value, members in canonical order.
  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .boolean(let flag): raw(flag ? "true" : "false")
    case .integer(let number): integer(number)
    case .number(let double): number(double)
    case .string(let text): string(text)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        self.value(element)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let object): self.object(object)
    }
  }

  /// Appends an object, members in canonical order.
  public mutating func object(_ object: JSONObject) {
    var members = object.members
    // What a program wrote mostly stands in order.
    if !members.indices.dropFirst().allSatisfy({
      CanonicalOrder.precedes(members[$0 - 1].name, members[$0].name)
    }) {
      members.sort { CanonicalOrder.precedes($0.name, $1.name) }
    }
    bytes.append(UInt8(ascii: "{"))
    for index in members.indices {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      string(members[index].name)
      bytes.append(UInt8(ascii: ":"))
      value(members[index].value)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// Runs without an escape are appended as they are.
  private mutating func escape(_ source: UnsafeBufferPointer<UInt8>) {
    var start = 0
    while true {
      let end = unsafe Self.firstEscape(in: source, from: start)
      unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<end]))
      if end == source.count { return }
      unsafe escaped(source[end])
      start = end + 1
    }
  }

  /// The first byte from `start` on that needs an escape, or the end.
  private static func firstEscape(in source: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let (ones, tops) = (0x0101_0101_0101_0101 as UInt64, 0x8080_8080_8080_8080 as UInt64)
    var position = start
    while position + 8 <= source.count {
      let word = unsafe UnsafeRawBufferPointer(source).loadUnaligned(
        fromByteOffset: position, as: UInt64.self
      ).littleEndian
      let quotes = word ^ ones &* UInt64(UInt8(ascii: "\""))
      let slashes = word ^ ones &* UInt64(UInt8(ascii: "\\"))
      // A byte below n sets its top bit in (x − n·ones) & ~x; a borrow can cry wolf above a true
      // find only, so the lowest is true.
      let found =
        (word &- ones &* 0x20) & ~word | (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes
      if found & tops != 0 { return position + (found & tops).trailingZeroBitCount / 8 }
      position += 8
    }
    while position < source.count, unsafe !needsEscape(source[position]) { position += 1 }
    return position
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func escaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0x08: raw("\\b")
    case 0x09: raw("\\t")
    case 0x0A: raw("\\n")
    case 0x0C: raw("\\f")
    case 0x0D: raw("\\r")
    case 0..<0x20:
      raw("\\u00")
      bytes.append(Hex.digit(byte >> 4))
      bytes.append(Hex.digit(byte & 15))
    default: bytes.append(byte)
    }
  }
}

/// The order of member names in canonical JSON.
public enum CanonicalOrder {
  /// Whether a name comes before another when both are compared as UTF-16 code units.
  ///
  /// UTF-8 bytes give the same order but for one case: scalars above U+FFFF, whose surrogates sort
  /// below U+E000–U+FFFF. RFC 8785 §3.2.3.
  public static func precedes(_ left: String, _ right: String) -> Bool {
    var others = right.utf8.makeIterator()
    for byte in left.utf8 {
      guard let other = others.next() else { return false }
      if byte != other { return weight(byte) < weight(other) }
    }
    return others.next() != nil
  }

  /// Puts the first bytes of four-byte sequences (F0–F4) before those of U+E000–U+FFFF (EE, EF).
  private static func weight(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0xEE...0xEF: byte + 5
    case 0xF0...0xF4: byte - 2
    default: byte
    }
  }
}

/// `Number.prototype.toString` of ECMA-262, §6.1.6.1.20.
enum ECMAScriptNumber {
  static func text(_ value: Double) -> [UInt8] {
    guard value != 0 else { return [UInt8(ascii: "0")] }
    let (digits, point) = shortestDigits(value.magnitude)
    let zero = UInt8(ascii: "0")
    var text: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
    switch point {
    case digits.count...21 where digits.count <= 21:
      text += digits + [UInt8](repeating: zero, count: point - digits.count)
    case 1...21:
      text += digits[..<point] + [UInt8(ascii: ".")] + digits[point...]
    case -5...0:
      text += [zero, UInt8(ascii: ".")] + [UInt8](repeating: zero, count: -point) + digits
    default:
      text.append(digits[0])
      if digits.count > 1 { text += [UInt8(ascii: ".")] + digits[1...] }
      text += [UInt8(ascii: "e"), point > 0 ? UInt8(ascii: "+") : UInt8(ascii: "-")]
      text += String((point - 1).magnitude).utf8
    }
    return text
  }

  /// The fewest significant digits that read back as the value, and the place of the decimal point
  /// from their start. Swift's own description has the same digits in another notation.
  private static func shortestDigits(_ value: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    var exponentSign = 1
    var isExponent = false
    for character in value.description.utf8 {
      switch character {
      case UInt8(ascii: "."): point = digits.count
      case UInt8(ascii: "e"): isExponent = true
      case UInt8(ascii: "-"): exponentSign = -1
      case UInt8(ascii: "+"): break
      default:
        if isExponent {
          exponent = exponent * 10 + Int(character - UInt8(ascii: "0"))
        } else {
          digits.append(character)
        }
      }
    }
    let zero = UInt8(ascii: "0")
    let leading = digits.prefix { $0 == zero }.count
    let place = (point ?? digits.count) + exponentSign * exponent - leading
    digits.removeFirst(leading)
    while digits.last == zero { digits.removeLast() }
    return (digits, place)
  }
}
