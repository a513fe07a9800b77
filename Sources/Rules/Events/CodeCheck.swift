/// Form of the codes that stand in clear members; byte by byte, since every entry is checked.
enum CodeCheck {
  /// Whether the text is a unified social credit code with the right check character.
  ///
  /// GB 32100-2015: alphabet without I, O, S, V, Z; weights 3^i mod 31.
  static func isDepartment(_ text: String) -> Bool {
    isDepartment(Array(text.utf8)[...])
  }

  /// The same for ASCII bytes.
  static func isDepartment(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count == 18 else { return false }
    var sum = 0
    var weight = 1
    for (index, byte) in zip(0..., bytes) {
      let value = Int(values[Int(byte)])
      guard value >= 0 else { return false }
      if index == 17 { return value == (31 - sum % 31) % 31 }
      sum += value * weight
      weight = weight * 3 % 31
    }
    return false
  }

  /// Whether the text is 21 characters: the definer's code and three digits or capital letters.
  static func isType(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 21 else { return false }
    for byte in bytes[18...] {
      guard (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) else { return false }
    }
    return isDepartment(bytes[..<18])
  }

  /// Whether the text is three non-empty base64url segments.
  static func isCompactJWS(_ text: String) -> Bool {
    var dots = 0
    var segmentLength = 0
    for byte in text.utf8 {
      switch byte {
      case 0x2E:
        if segmentLength == 0 { return false }
        dots += 1
        segmentLength = 0
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: segmentLength += 1
      default: return false
      }
    }
    return dots == 2 && segmentLength > 0
  }

  private static let values: [Int8] = {
    var table = [Int8](repeating: -1, count: 256)
    for (value, byte) in "0123456789ABCDEFGHJKLMNPQRTUWXY".utf8.enumerated() {
      table[Int(byte)] = Int8(value)
    }
    return table
  }()
}
