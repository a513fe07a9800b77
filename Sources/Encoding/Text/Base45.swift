/// Base45: bytes as the characters that a QR code packs best (RFC 9285).
///
/// Two bytes are three characters, least significant first; a last byte alone is two.
public enum Base45 {
  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".utf8)
  private static let values: [Int?] = {
    var values = [Int?](repeating: nil, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = value }
    return values
  }()

  /// The text of bytes, ASCII.
  public static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 3 + 1) / 2)
    var index = 0
    while index < bytes.count {
      let isPair = index + 1 < bytes.count
      var value = isPair ? Int(bytes[index]) << 8 | Int(bytes[index + 1]) : Int(bytes[index])
      for _ in 0..<(isPair ? 3 : 2) {
        text.append(alphabet[value % 45])
        value /= 45
      }
      index += 2
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a text; throws `invalidText` for another character, a length that no bytes have,
  /// and a group that is larger than its bytes can be.
  public static func decode(_ text: some Collection<UInt8>) throws(EncodingError) -> [UInt8] {
    guard text.count % 3 != 1 else { throw refused("it has a character too many") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count * 2 / 3 + 1)
    var group: [Int] = []
    var left = text.count
    for character in text {
      guard let value = values[Int(character)] else {
        throw refused("it has a character outside its alphabet")
      }
      group.append(value)
      left -= 1
      guard group.count == 3 || left == 0 else { continue }
      let isPair = group.count == 3
      let number = group.reversed().reduce(0) { $0 * 45 + $1 }
      guard number <= (isPair ? 0xFFFF : 0xFF) else { throw refused("a group is too large") }
      if isPair { bytes.append(UInt8(number >> 8)) }
      bytes.append(UInt8(number & 0xFF))
      group.removeAll(keepingCapacity: true)
    }
    return bytes
  }

  private static func refused(_ reason: String) -> EncodingError {
    EncodingError(.invalidText, "this is no base45: \(reason)")
  }
}
