/// Hexadecimal text.
public enum Hex {
  /// The text of the bytes, in lower case.
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.underestimatedCount * 2)
    for byte in bytes {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a text in either case. Throws `invalidHexadecimal`.
  public static func decode(_ text: some StringProtocol) throws(EncodingError) -> [UInt8] {
    let characters = Array(text.utf8)
    guard characters.count % 2 == 0 else {
      throw EncodingError(
        .invalidHexadecimal, "hexadecimal has two characters for each byte",
        at: .byte(characters.count))
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count / 2)
    var high: UInt8 = 0
    for (position, character) in characters.enumerated() {
      guard let value = value(of: character) else {
        throw EncodingError(
          .invalidHexadecimal, "a character that is no hexadecimal digit", at: .byte(position))
      }
      if position % 2 == 0 { high = value << 4 } else { bytes.append(high | value) }
    }
    return bytes
  }

  /// The value of one digit, or nil.
  static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The lower-case digit of a value under 16.
  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? value + UInt8(ascii: "0") : value - 10 + UInt8(ascii: "a")
  }
}
