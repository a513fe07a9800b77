extension CertificatesError.Code {
  // MARK: Codes and identifiers

  /// A code of the wrong length or with a foreign character.
  public static let codeForm = Self("code_form")
  /// A check character that does not fit the rest.
  public static let checkCharacter = Self("check_character")
  /// A citizen number whose date is no day of the calendar.
  public static let birthDate = Self("birth_date")
  /// A holder-code type that GB/T 36903 does not list.
  public static let codeType = Self("code_type")
  /// An identifier that has not six parts under the root 1.2.156.3005.2.
  public static let identifierForm = Self("identifier_form")
  /// No version after 999.
  public static let versionsExhausted = Self("versions_exhausted")
}

extension CertificatesError.Code {
  // MARK: Claims and names

  /// A URI that is no name of a department or of a type.
  public static let nameForm = Self("name_form")
  /// A certificate that ends before it begins.
  public static let period = Self("period")
}
