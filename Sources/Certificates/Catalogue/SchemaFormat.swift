import Encoding

/// The formats of text that a schema may ask for.
enum SchemaFormat: String, Sendable, CaseIterable {
  case date
  case uri
  case dataURI = "data-uri"

  /// What is wrong with a text, or nil.
  func fault(in text: String) -> ClaimFault? {
    switch self {
    case .date:
      Self.day(text) == nil
        ? ClaimFault(.day, "write a day of the calendar as YYYY-MM-DD") : nil
    case .uri:
      Self.isURI(text)
        ? nil : ClaimFault(.format, "write an absolute URI of RFC 3986, such as https://…")
    case .dataURI:
      Self.isDataURI(text)
        ? nil
        : ClaimFault(
          .format, "write data:TYPE;base64, such as data:image/jpeg;base64, and padded base64")
    }
  }

  /// The day of a text of the form YYYY-MM-DD.
  static func day(_ text: String) -> Day? {
    guard text.utf8.count == 10 else { return nil }
    do { return try Day(parsing: text) } catch { return nil }
  }

  /// RFC 3986 `absolute-URI` or `URI`: a scheme, then only its characters, `%` with two digits.
  private static func isURI(_ text: String) -> Bool {
    var bytes = text.utf8.makeIterator()
    guard let first = bytes.next(), isLetter(first) else { return false }
    var hasScheme = false
    var hasRest = false
    while let byte = bytes.next() {
      if !hasScheme {
        if byte == UInt8(ascii: ":") { hasScheme = true; continue }
        guard isLetter(byte) || isDigit(byte) || "+-.".utf8.contains(byte) else { return false }
        continue
      }
      hasRest = true
      if byte == UInt8(ascii: "%") {
        guard let high = bytes.next(), let low = bytes.next(), isHexadecimal(high),
          isHexadecimal(low)
        else { return false }
      } else {
        guard isLetter(byte) || isDigit(byte) || "-._~:/?#[]@!$&'()*+,;=".utf8.contains(byte)
        else { return false }
      }
    }
    return hasScheme && hasRest
  }

  /// RFC 2397 with a media type and canonical base64; parameters are not taken.
  private static func isDataURI(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    guard bytes.starts(with: "data:".utf8), let comma = bytes.firstIndex(of: UInt8(ascii: ","))
    else { return false }
    let head = bytes[5..<comma]
    let suffix = Array(";base64".utf8)
    guard head.count > suffix.count, head.suffix(suffix.count).elementsEqual(suffix) else {
      return false
    }
    let parts = head.dropLast(suffix.count).split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isTokenByte) })
    else { return false }
    bytes = bytes[(comma + 1)...]
    return isBase64(bytes)
  }

  /// Whether the bytes are base64 with padding and without idle bits; nothing is decoded, since a
  /// photograph is looked at once per row.
  private static func isBase64(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count % 4 == 0, !bytes.isEmpty else { return false }
    var body = bytes
    while body.count > bytes.count - 2, body.last == UInt8(ascii: "=") { body.removeLast() }
    guard let last = body.last, body.allSatisfy({ sextet($0) < 64 }) else { return false }
    switch bytes.count - body.count {
    case 1: return sextet(last) & 0b11 == 0
    case 2: return sextet(last) & 0b1111 == 0
    default: return true
    }
  }

  private static func sextet(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: 255
    }
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || "!#$&-^_.+".utf8.contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }
}
