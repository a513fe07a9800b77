import Encoding

/// The 43 base64url characters of 32 bytes, written and read without an allocation: an entry holds
/// up to 65 of them.
package enum DigestText {
  /// 43 characters: 42 of six bits and one of four.
  package static let characterCount = 43

  private static let alphabet: [UInt8] = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 255, count: 256)
    for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
    return table
  }()

  /// Appends the text of a digest.
  package static func append(_ digest: Digest, to bytes: inout [UInt8]) {
    digest.withBytes { Base64URL.append($0, to: &bytes) }
  }

  /// The digest whose text begins at `start`, or nil when the 43 characters are not canonical.
  package static func read(_ text: Span<UInt8>, at start: Int) -> Digest? {
    guard start >= 0, text.count - start >= characterCount else { return nil }
    let table = values.span
    var words: InlineArray<4, UInt64> = [0, 0, 0, 0]
    var filled = 0
    for offset in 0..<(characterCount - 1) {
      let value = UInt64(table[Int(text[start + offset])])
      guard value < 64 else { return nil }
      push(value, count: 6, into: &words, at: &filled)
    }
    let last = UInt64(table[Int(text[start + characterCount - 1])])
    // The last character carries four bits; the two others must be zero.
    guard last < 64, last & 3 == 0 else { return nil }
    push(last >> 2, count: 4, into: &words, at: &filled)
    return Digest(words[0], words[1], words[2], words[3])
  }

  private static func push(
    _ value: UInt64, count: Int, into words: inout InlineArray<4, UInt64>, at filled: inout Int
  ) {
    let word = filled >> 6
    let free = 64 - (filled & 63)
    if free >= count {
      words[word] |= value << UInt64(free - count)
    } else {
      let rest = count - free
      words[word] |= value >> UInt64(rest)
      words[word + 1] |= value << UInt64(64 - rest)
    }
    filled += count
  }
}

extension Digest {
  /// The digest with this base64url text of exactly 43 characters, or nil.
  package init?(canonicalText text: String) {
    var text = text
    let digest = text.withUTF8 { bytes -> Digest? in
      guard bytes.count == DigestText.characterCount else { return nil }
      return unsafe DigestText.read(bytes.span, at: 0)
    }
    guard let digest else { return nil }
    self = digest
  }
}
