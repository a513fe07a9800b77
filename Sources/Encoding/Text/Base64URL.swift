/// Canonical base64url without padding: one text for each byte string.
///
/// Spec: encoding.md, "base64url"; RFC 4648 §5, RFC 7515 §2.
public enum Base64URL {
  /// The text of the bytes.
  public static func encode(_ bytes: [UInt8]) -> String {
    String(decoding: encodeBytes(bytes), as: UTF8.self)
  }

  /// The text of the bytes.
  public static func encode(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: Base64Codec.url.encode(bytes.span, padded: false), as: UTF8.self)
  }

  /// The text of the bytes.
  public static func encode(_ bytes: Span<UInt8>) -> String {
    String(decoding: Base64Codec.url.encode(bytes, padded: false), as: UTF8.self)
  }

  /// The text of the bytes, as ASCII.
  public static func encodeBytes(_ bytes: [UInt8]) -> [UInt8] {
    Base64Codec.url.encode(bytes.span, padded: false)
  }

  /// The text of the bytes, as ASCII.
  public static func encodeBytes(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    Base64Codec.url.encode(bytes.span, padded: false)
  }

  /// The text of the bytes, as ASCII.
  public static func encodeBytes(_ bytes: Span<UInt8>) -> [UInt8] {
    Base64Codec.url.encode(bytes, padded: false)
  }

  /// Appends the text of the bytes, as ASCII.
  public static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    Base64Codec.url.append(bytes, padded: false, to: &text)
  }

  /// The bytes of a text.
  ///
  /// Throws `invalidBase64` for padding, other characters, an impossible length, or trailing bits
  /// that are not zero: without that last rule a signed text could be changed and still be read.
  public static func decode(_ text: some StringProtocol) throws(EncodingError) -> [UInt8] {
    let bytes = Array(text.utf8)
    return try Base64Codec.url.decode(bytes.span)
  }

  /// The bytes of an ASCII text; the rules are those of ``decode(_:)``.
  public static func decode(bytes: ArraySlice<UInt8>) throws(EncodingError) -> [UInt8] {
    try Base64Codec.url.decode(bytes.span)
  }

  /// The bytes of an ASCII text; the rules are those of ``decode(_:)``.
  public static func decode(bytes: [UInt8]) throws(EncodingError) -> [UInt8] {
    try Base64Codec.url.decode(bytes.span)
  }
}

/// Canonical base64 with padding, as in `x5c` and PEM bodies. RFC 4648 §4.
public enum Base64 {
  /// The text of the bytes, padded.
  public static func encode(_ bytes: [UInt8]) -> String {
    String(decoding: Base64Codec.standard.encode(bytes.span, padded: true), as: UTF8.self)
  }

  /// Appends the text of the bytes, padded, as ASCII.
  public static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    Base64Codec.standard.append(bytes, padded: true, to: &text)
  }

  /// The bytes of a text without white space.
  ///
  /// Throws `invalidBase64` for absent or wrong padding, other characters (line ends included), or
  /// trailing bits that are not zero.
  public static func decode(_ text: some StringProtocol) throws(EncodingError) -> [UInt8] {
    try decode(bytes: Array(text.utf8))
  }

  /// The bytes of an ASCII text; the rules are those of ``decode(_:)``.
  public static func decode(bytes: [UInt8]) throws(EncodingError) -> [UInt8] {
    guard bytes.count % 4 == 0 else {
      throw EncodingError(
        .invalidBase64, "base64 is padded to a multiple of four characters",
        at: .byte(bytes.count))
    }
    var end = bytes.count
    while end > 0, bytes.count - end < 2, bytes[end - 1] == UInt8(ascii: "=") { end -= 1 }
    let characters = bytes[..<end]
    return try Base64Codec.standard.decode(characters.span)
  }
}

/// Both alphabets over one loop.
///
/// `@unchecked Sendable`: the table behind the pointer is written in `init` only. It is never
/// freed: there are two codecs, as long as the process lives, and a counted table would have every
/// core count at the same place.
@safe struct Base64Codec: @unchecked Sendable {
  static let url = Base64Codec(last: "-_")
  static let standard = Base64Codec(last: "+/")

  /// The two characters of each twelve bits, the first in the low byte.
  private let pairs: UnsafePointer<UInt16>
  /// The value of each character, or 255.
  private let values: [UInt8]

  private init(last: String) {
    let text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + last
    let alphabet = Array(text.utf8)
    let pairs = UnsafeMutablePointer<UInt16>.allocate(capacity: 4096)
    for value in 0..<4096 {
      let pair = UInt16(alphabet[value >> 6]) | UInt16(alphabet[value & 63]) << 8
      unsafe (pairs + value).initialize(to: pair)
    }
    unsafe self.pairs = UnsafePointer(pairs)
    var table = [UInt8](repeating: 255, count: 256)
    for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
    values = table
  }

  func encode(_ bytes: Span<UInt8>, padded: Bool) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    append(bytes, padded: padded, to: &output)
    return output
  }

  func append(_ bytes: Span<UInt8>, padded: Bool, to output: inout [UInt8]) {
    let rest = bytes.count % 3
    let whole = bytes.count - rest
    let pairs = unsafe pairs
    unsafe bytes.withUnsafeBytes { bytes in
      var start = 0
      while start < whole {
        let end = min(whole, start + Base64Codec.pieceByteCount)
        unsafe Base64Codec.appendWhole(bytes, start..<end, pairs, to: &output)
        start = end
      }
    }
    guard rest > 0 else { return }
    let second = rest == 2 ? Int(bytes[whole + 1]) : 0
    let word = Int(bytes[whole]) << 16 | second << 8
    let first = unsafe pairs[word >> 12]
    output.append(UInt8(truncatingIfNeeded: first))
    output.append(UInt8(truncatingIfNeeded: first >> 8))
    if rest == 2 { output.append(unsafe UInt8(truncatingIfNeeded: pairs[word & 4095])) }
    if padded { output.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - rest)) }
  }

  /// Bytes whose characters are written on the stack before they are appended at once; a multiple
  /// of three.
  private static let pieceByteCount = 768

  /// Appends the characters of a range of whole groups of three bytes.
  private static func appendWhole(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ pairs: UnsafePointer<UInt16>,
    to output: inout [UInt8]
  ) {
    let count = range.count / 3 * 4
    unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { piece in
      var (from, to) = (range.lowerBound, 0)
      // Six bytes at a time, read as eight while there are so many.
      while from &+ 6 <= range.upperBound, from &+ 8 <= bytes.count {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: from, as: UInt64.self).bigEndian
        func pair(_ shift: UInt64) -> UInt64 {
          unsafe UInt64(pairs[Int(truncatingIfNeeded: word &>> shift & 4095)])
        }
        let text = pair(52) | pair(40) << 16 | pair(28) << 32 | pair(16) << 48
        unsafe piece.storeBytes(of: text.littleEndian, toByteOffset: to, as: UInt64.self)
        from &+= 6
        to &+= 8
      }
      while from < range.upperBound {
        let word =
          unsafe Int(bytes[from]) << 16 | Int(bytes[from &+ 1]) << 8 | Int(bytes[from &+ 2])
        let text = unsafe UInt32(pairs[word >> 12]) | UInt32(pairs[word & 4095]) << 16
        unsafe piece.storeBytes(of: text.littleEndian, toByteOffset: to, as: UInt32.self)
        from &+= 3
        to &+= 4
      }
      unsafe output.append(contentsOf: UnsafeRawBufferPointer(piece))
    }
  }

  /// Reads characters without padding.
  func decode(_ text: Span<UInt8>) throws(EncodingError) -> [UInt8] {
    let (whole, rest) = text.count.quotientAndRemainder(dividingBy: 4)
    guard rest != 1 else {
      throw EncodingError(
        .invalidBase64, "the length is impossible: a character is missing or too many",
        at: .byte(text.count))
    }
    var output = [UInt8](repeating: 0, count: whole * 3 + max(0, rest - 1))
    let table = values.span
    var out = output.mutableSpan
    var (from, to) = (0, 0)
    // Unchecked: there are 4 × whole characters, 3 × whole bytes, and 256 values in the table.
    while from < whole &* 4 {
      let a = unsafe table[unchecked: Int(text[unchecked: from])]
      let b = unsafe table[unchecked: Int(text[unchecked: from &+ 1])]
      let c = unsafe table[unchecked: Int(text[unchecked: from &+ 2])]
      let d = unsafe table[unchecked: Int(text[unchecked: from &+ 3])]
      // A value is at most 63, so only a foreign character sets the high bits.
      guard a | b | c | d < 64 else { throw foreignCharacter(text, from: from) }
      unsafe out[unchecked: to] = a &<< 2 | b &>> 4
      unsafe out[unchecked: to &+ 1] = b &<< 4 | c &>> 2
      unsafe out[unchecked: to &+ 2] = c &<< 6 | d
      from &+= 4
      to &+= 3
    }
    if rest > 0 {
      let from = whole * 4
      let a = table[Int(text[from])]
      let b = table[Int(text[from + 1])]
      let c = rest == 3 ? table[Int(text[from + 2])] : 0
      guard a | b | c < 64 else { throw foreignCharacter(text, from: from) }
      let unused = rest == 2 ? b & 15 : c & 3
      guard unused == 0 else {
        throw EncodingError(
          .invalidBase64, "the last character carries bits that are not zero",
          at: .byte(text.count - 1))
      }
      out[whole * 3] = a << 2 | b >> 4
      if rest == 3 { out[whole * 3 + 1] = b << 4 | c >> 2 }
    }
    return output
  }

  private func foreignCharacter(_ text: Span<UInt8>, from: Int) -> EncodingError {
    var position = from
    while position < text.count, values[Int(text[position])] < 64 { position += 1 }
    return EncodingError(
      .invalidBase64, "a character that is not of the alphabet", at: .byte(position))
  }
}
