import Rules

/// The plain forms of what the vault seals.
public enum RecordText {
  /// Disclosures: their texts, a `~` after each.
  public static func bytes(_ disclosures: [EventDisclosure]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(disclosures.reduce(0) { $0 + $1.text.utf8.count + 1 })
    for disclosure in disclosures {
      bytes.append(contentsOf: disclosure.text.utf8)
      bytes.append(UInt8(ascii: "~"))
    }
    return bytes
  }

  /// Reads disclosures; throws `damagedVault`.
  public static func disclosures(_ bytes: [UInt8]) throws(RegistryError) -> [EventDisclosure] {
    var disclosures: [EventDisclosure] = []
    do throws(RulesError) {
      for text in bytes.split(separator: UInt8(ascii: "~")) {
        disclosures.append(try EventDisclosure(parsing: String(decoding: text, as: UTF8.self)))
      }
    } catch {
      throw RegistryError(.damagedVault, "a disclosure in the vault cannot be read", cause: error)
    }
    return disclosures
  }

  /// 8-byte big-endian integers one after another.
  static func bytes(_ integers: [Int64]) -> [UInt8] {
    var bytes: [UInt8] = []
    for integer in integers {
      for shift in stride(from: Int64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: integer >> shift))
      }
    }
    return bytes
  }

  /// The integers; nil unless the bytes come in eights.
  static func integers(_ bytes: [UInt8]) -> [Int64]? {
    guard bytes.count % 8 == 0 else { return nil }
    var integers: [Int64] = []
    var value: UInt64 = 0
    for (position, byte) in bytes.enumerated() {
      value = value << 8 | UInt64(byte)
      if position % 8 == 7 { integers.append(Int64(bitPattern: value)) }
    }
    return integers
  }
}
