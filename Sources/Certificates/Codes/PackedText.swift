import Encoding

/// A text as few bytes: what a code carries, before it is compressed.
///
/// A token's base64url is taken apart, for a code has better use for its bits.
/// Spec: qr.md, "Packing".
enum PackedText {
  private static let plain: UInt8 = 0
  private static let segments: UInt8 = 1
  private static let end: UInt8 = 0
  private static let separators = [UInt8(ascii: "."), UInt8(ascii: "~")]

  /// Packs a file: segments of base64url with points and tildes between, without a newline at the
  /// end, or where that is no shorter, what it is.
  static func pack(_ file: [UInt8]) -> [UInt8] {
    let whole = [plain] + file
    guard let packed = taken(apart: file.last == 0x0A ? file.dropLast() : file[...]) else {
      return whole
    }
    return packed.count < whole.count ? packed : whole
  }

  private static func taken(apart text: ArraySlice<UInt8>) -> [UInt8]? {
    var packed: [UInt8] = [segments]
    var rest = text
    while true {
      let end = rest.firstIndex(where: separators.contains) ?? rest.endIndex
      guard let bytes = decoded(rest[rest.startIndex..<end]) else { return nil }
      packed.append(UInt8(bytes.count >> 8))
      packed.append(UInt8(bytes.count & 0xFF))
      packed += bytes
      guard end < rest.endIndex else {
        packed.append(PackedText.end)
        return packed
      }
      packed.append(rest[end])
      rest = rest[(end + 1)...]
    }
  }

  /// The text again; nil for bytes that packing does not give.
  static func unpack(_ packed: [UInt8]) -> [UInt8]? {
    guard let form = packed.first else { return nil }
    if form == plain { return Array(packed.dropFirst()) }
    guard form == segments else { return nil }
    var text: [UInt8] = []
    var index = 1
    while index + 2 <= packed.count {
      let count = Int(packed[index]) << 8 | Int(packed[index + 1])
      let start = index + 2
      index = start + count
      guard index < packed.count else { return nil }
      text += Base64URL.encodeBytes(Array(packed[start..<index]))
      let separator = packed[index]
      index += 1
      if separator == end { return index == packed.count ? text : nil }
      guard separators.contains(separator) else { return nil }
      text.append(separator)
    }
    return nil
  }

  private static func decoded(_ segment: ArraySlice<UInt8>) -> [UInt8]? {
    do throws(EncodingError) {
      let bytes = try Base64URL.decode(bytes: segment)
      return bytes.count <= Int(UInt16.max) ? bytes : nil
    } catch {
      return nil
    }
  }
}
