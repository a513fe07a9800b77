import Cryptography
import Encoding

/// Disclosures as they stand in a combined form, `~<disclosure>~…~`, in one array.
///
/// A bulk job makes a hundred thousand: an array for each would cost more than its text.
struct DisclosureText {
  /// The text, ASCII.
  private(set) var bytes: [UInt8] = []
  private var writer = JSONWriter(reservingCapacity: 512)

  /// No disclosure yet, with room for so many of the usual length.
  init(roomFor count: Int) {
    bytes.reserveCapacity(1 + count * 128)
    bytes.append(UInt8(ascii: "~"))
  }

  /// Appends `[salt, name, value]`, or `[salt, value]` for an array element; the value is canonical
  /// JSON text already. Returns the digest.
  mutating func hide(salt: Salt, name: String? = nil, canonicalValue: [UInt8]) -> Digest {
    writer.removeAll()
    Disclosure.write(salt, name: name, canonicalValue: canonicalValue, to: &writer)
    let start = bytes.count
    let json = writer.bytes
    Base64URL.append(json.span, to: &bytes)
    let digest = SHA256.hash(bytes[start...])
    bytes.append(UInt8(ascii: "~"))
    return digest
  }

  /// The disclosures of a text that was made here.
  static func disclosures(in text: ArraySlice<UInt8>) -> [Disclosure] {
    text.split(separator: UInt8(ascii: "~")).map { Disclosure(Array($0)) }
  }
}
