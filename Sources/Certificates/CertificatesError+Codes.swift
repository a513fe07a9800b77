extension CertificatesError.Code {
  // MARK: Codes

  /// A text is no code of ours.
  public static let codeInvalid = Self("code_invalid")
  /// A code of another series stands among the others.
  public static let codeForeign = Self("code_foreign")
  /// One number of a series is there twice with different contents.
  public static let codeConflict = Self("code_conflict")
  /// Codes of a series are missing.
  public static let codeMissing = Self("code_missing")
  /// The codes of a series do not give what its name says.
  public static let codeDamaged = Self("code_damaged")
  /// More than codes can hold.
  public static let codeTooLarge = Self("code_too_large")
}
