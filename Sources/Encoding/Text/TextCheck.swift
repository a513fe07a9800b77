#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF, no noncharacters.
///
/// Swift's own decoder repairs faults in silence, so every text is checked here before it becomes
/// a `String`.
public enum TextCheck {
  /// Throws `invalidText` or `noncharacter` with the position of the first fault.
  public static func utf8(_ bytes: ArraySlice<UInt8>) throws(EncodingError) {
    let span = bytes.span
    var position = 0
    while position < span.count {
      if span[position] < 0x80 {
        position += 1
      } else {
        position += try sequenceLength(span, at: position)
      }
    }
  }

  /// The text, if it is strict UTF-8. Throws `invalidText` or `noncharacter`.
  public static func string(_ bytes: [UInt8]) throws(EncodingError) -> String {
    try utf8(bytes[...])
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The length of the sequence of two or more bytes that begins at a position.
  static func sequenceLength(_ bytes: Span<UInt8>, at start: Int) throws(EncodingError) -> Int {
    let lead = bytes[start]
    let count: Int
    var scalar: UInt32
    switch lead {
    case 0xC2...0xDF: (count, scalar) = (2, UInt32(lead & 0x1F))
    case 0xE0...0xEF: (count, scalar) = (3, UInt32(lead & 0x0F))
    case 0xF0...0xF4: (count, scalar) = (4, UInt32(lead & 0x07))
    default: throw invalid(at: start)
    }
    guard start + count <= bytes.count else { throw invalid(at: start) }
    for offset in 1..<count {
      let byte = bytes[start + offset]
      guard byte & 0xC0 == 0x80 else { throw invalid(at: start) }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    let smallest: UInt32 = count == 2 ? 0x80 : (count == 3 ? 0x800 : 0x10000)
    guard scalar >= smallest, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else {
      throw invalid(at: start)
    }
    guard !isNoncharacter(scalar) else { throw noncharacter(at: start) }
    return count
  }

  /// Whether Unicode reserves the scalar for internal use: U+FDD0–U+FDEF and the last two of each
  /// plane. RFC 7493 §2.1 forbids them.
  static func isNoncharacter(_ scalar: UInt32) -> Bool {
    scalar & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar)
  }

  static func noncharacter(at position: Int) -> EncodingError {
    EncodingError(
      .noncharacter, "a Unicode noncharacter, which no text may hold",
      at: .byte(position))
  }

  private static func invalid(at position: Int) -> EncodingError {
    EncodingError(.invalidText, "the bytes are not valid UTF-8", at: .byte(position))
  }
}
