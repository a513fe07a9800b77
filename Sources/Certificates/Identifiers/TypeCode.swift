/// The code of a certificate type: the USCC of the body that defines it and three characters.
///
/// Spec: identifier.md, "Type code"; GB/T 36904.
public struct TypeCode: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The 21 characters.
  public let text: String
  /// The body that defines the type.
  public let definer: USCC

  /// Checks a code. Throws `code_form` or `check_character`.
  public init(_ text: some StringProtocol) throws(CertificatesError) {
    try self.init(ascii: Array(text.utf8)[...])
  }

  /// The same for the code's bytes.
  init(ascii bytes: ArraySlice<UInt8>) throws(CertificatesError) {
    guard bytes.count == 21, bytes.allSatisfy(\.isSerialCharacter) else {
      throw CertificatesError(
        .codeForm, "a type code has 21 digits and capitals: a body's code and three characters")
    }
    definer = try USCC(ascii: bytes.prefix(18))
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// The code.
  public var description: String { text }

  /// Orders by text.
  public static func < (left: TypeCode, right: TypeCode) -> Bool { left.text < right.text }
}

extension UInt8 {
  /// Whether this is a digit or a capital of ASCII.
  var isSerialCharacter: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
  }
}
