/// One of those whom a certificate names.
public struct Holder: Sendable, Hashable {
  /// The name as the register has it.
  public let name: String
  /// The code that tells the holder from all others.
  public let code: String
  /// What kind of code it is.
  public let codeType: HolderCodeType

  /// A holder whose code fits its type. Throws `code_form`, `birth_date`, `check_character`.
  public init(name: String, code: String, codeType: HolderCodeType) throws(CertificatesError) {
    try codeType.check(code)
    self.name = name
    self.code = code
    self.codeType = codeType
  }
}
