/// What kind of code names a holder: three digits (GB/T 36903, annex A).
public struct HolderCodeType: Sendable, Hashable, CustomStringConvertible {
  /// The three digits.
  public let text: String

  private init(listed text: String) { self.text = text }

  /// A listed type. Throws `code_type`.
  public init(_ text: some StringProtocol) throws(CertificatesError) {
    guard HolderCodeType.names[String(text)] != nil else {
      throw CertificatesError(
        .codeType, "there is no such holder-code type; 111 is a citizen number, 001 a body's code")
    }
    self.text = String(text)
  }

  /// Unified social credit code.
  public static let uscc = HolderCodeType(listed: "001")
  /// Citizen number.
  public static let citizen = HolderCodeType(listed: "111")

  /// All listed types in order.
  public static let all = names.keys.sorted().map(HolderCodeType.init(listed:))

  /// The three digits.
  public var description: String { text }

  /// What the type is called, in English.
  public var name: String { HolderCodeType.names[text, default: text] }

  /// Checks a code of this type.
  ///
  /// USCC and citizen numbers are checked in full; other codes are 1–64 characters without white
  /// space or controls. Throws `code_form`, `birth_date` or `check_character`.
  public func check(_ code: String) throws(CertificatesError) {
    switch text {
    case "001": _ = try USCC(code)
    case "111": _ = try CitizenID(code)
    default:
      let scalars = code.unicodeScalars
      guard (1...64).contains(scalars.count),
        !scalars.contains(where: { $0.value < 0x21 || $0.properties.isWhitespace })
      else {
        throw CertificatesError(
          .codeForm, "a holder code has 1 to 64 characters and no space")
      }
    }
  }

  private static let names: [String: String] = [
    "001": "unified social credit code", "099": "other organisation code",
    "111": "citizen number", "114": "PLA officer", "115": "armed police officer",
    "118": "PLA soldier", "119": "armed police soldier", "120": "PLA civilian",
    "122": "armed police civilian", "411": "diplomatic passport", "412": "service passport",
    "413": "official passport", "414": "ordinary passport", "511": "Taiwan travel permit",
    "516": "Hong Kong and Macao travel permit", "999": "other natural person",
  ]
}
