/// One element of a DER text, and its parts.
///
/// For looking at a form that libcrypto takes too widely: tags of one byte, definite lengths in the
/// shortest form, nothing left over (X.690 §10).
struct DERElement {
  /// The identifier octet.
  let tag: UInt8
  /// The whole element.
  let bytes: ArraySlice<UInt8>
  /// What stands after the length.
  let content: ArraySlice<UInt8>

  /// The element at the beginning of a text; nil if it is malformed or longer than the text.
  init?(first text: ArraySlice<UInt8>) {
    var position = text.startIndex
    guard text.count >= 2, text[position] & 0x1F != 0x1F else { return nil }
    tag = text[position]
    position += 1
    var length = Int(text[position])
    position += 1
    if length >= 0x80 {
      let count = length - 0x80
      guard (1...4).contains(count), text.endIndex - position >= count else { return nil }
      length = text[position..<(position + count)].reduce(0) { $0 << 8 | Int($1) }
      guard text[position] != 0, length >= 0x80 else { return nil }
      position += count
    }
    guard length <= text.endIndex - position else { return nil }
    bytes = text[text.startIndex..<(position + length)]
    content = text[position..<(position + length)]
  }

  /// The elements that a content consists of; nil if it does not end with one, or has more.
  static func all(_ content: ArraySlice<UInt8>, atMost countMax: Int = .max) -> [DERElement]? {
    var elements: [DERElement] = []
    var rest = content
    while !rest.isEmpty {
      guard elements.count < countMax, let element = DERElement(first: rest) else { return nil }
      elements.append(element)
      rest = rest[element.bytes.endIndex...]
    }
    return elements
  }

  /// The elements inside.
  var parts: [DERElement]? { DERElement.all(content) }

  /// The elements inside; nil if they are more.
  func parts(atMost countMax: Int) -> [DERElement]? {
    DERElement.all(content, atMost: countMax)
  }

  /// Tag and length, in its shortest form, before a content of so many bytes.
  static func header(_ tag: UInt8, _ count: Int) -> [UInt8] {
    guard count >= 0x80 else { return [tag, UInt8(count)] }
    var length: [UInt8] = []
    var rest = count
    while rest > 0 {
      length.insert(UInt8(rest & 0xFF), at: 0)
      rest >>= 8
    }
    return [tag, 0x80 | UInt8(length.count)] + length
  }
}
