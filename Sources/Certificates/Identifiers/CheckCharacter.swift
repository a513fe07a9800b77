/// The check characters of Chinese codes, over ASCII bytes.
enum CheckCharacter {
  /// The character after 17 of a unified social credit code, or nil for a foreign character.
  ///
  /// Weights 3^i mod 31 over an alphabet without I, O, S, V, Z. Spec: GB 32100-2015, annex A.
  static func mod31(_ bytes: some Sequence<UInt8>) -> UInt8? {
    var sum = 0
    var weight = 1
    for byte in bytes {
      let value = mod31Values[Int(byte)]
      guard value < 31 else { return nil }
      sum += Int(value) * weight
      weight = weight * 3 % 31
    }
    return mod31Alphabet[(31 - sum % 31) % 31]
  }

  /// ISO/IEC 7064 MOD 37,36 (GB/T 17710-2008), or nil for anything but digits and capitals.
  struct Mod37 {
    private var product = 36

    /// Takes in more characters; returns false for a foreign one.
    mutating func update(_ bytes: some Sequence<UInt8>) -> Bool {
      for byte in bytes {
        let value: Int
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = Int(byte) - 48
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = Int(byte) - 55
        default: return false
        }
        // A sum of 36 counts as 36, not 0: public copies of the routine forget it.
        let sum = (product + value) % 36
        product = (sum == 0 ? 36 : sum) * 2 % 37
      }
      return true
    }

    /// The check character of what was taken in.
    var character: UInt8 {
      let value = (37 - product) % 36
      return UInt8(value < 10 ? value + 48 : value + 55)
    }
  }

  /// The last character of a citizen number after 17 digits, or nil for anything but digits.
  ///
  /// Spec: GB 11643-1999 (ISO 7064 MOD 11-2).
  static func citizen(_ digits: some Sequence<UInt8>) -> UInt8? {
    var product = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      product = (product + Int(digit) - 48) * 2 % 11
    }
    let value = (12 - product) % 11
    return value == 10 ? UInt8(ascii: "X") : UInt8(value + 48)
  }

  private static let mod31Alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
  private static let mod31Values: [UInt8] = {
    var table = [UInt8](repeating: 255, count: 256)
    for (value, character) in mod31Alphabet.enumerated() { table[Int(character)] = UInt8(value) }
    return table
  }()
}
