/// A unified social credit code: 18 characters that name a body (GB 32100-2015).
public struct USCC: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The 18 characters.
  public let text: String

  /// Checks a code. Throws `code_form` or `check_character`. Spec: identifier.md, "USCC".
  public init(_ text: some StringProtocol) throws(CertificatesError) {
    try self.init(ascii: Array(text.utf8)[...])
  }

  /// The same for the code's bytes.
  init(ascii bytes: ArraySlice<UInt8>) throws(CertificatesError) {
    guard bytes.count == 18 else {
      throw CertificatesError(
        .codeForm, "a unified social credit code has 18 characters, this has \(bytes.count)")
    }
    let last = bytes[bytes.startIndex + 17]
    guard let check = CheckCharacter.mod31(bytes.prefix(17)),
      CheckCharacter.mod31(CollectionOfOne(last)) != nil
    else {
      throw CertificatesError(
        .codeForm, "a unified social credit code has digits and capitals without I, O, S, V, Z")
    }
    guard check == last else {
      throw CertificatesError(
        .checkCharacter, "the last character does not fit the code; one was mistyped")
    }
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// The code.
  public var description: String { text }

  /// Orders by text.
  public static func < (left: USCC, right: USCC) -> Bool { left.text < right.text }
}
