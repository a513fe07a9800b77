/// Codes of type files and of their schemas.
extension CertificatesError.Code {
  /// The type file is not JSON, or not an object.
  public static let typeFileNotJSON = Self("type_file_not_json")
  /// The type file is larger than 1 MiB.
  public static let typeFileTooLarge = Self("type_file_too_large")
  /// A member of the type file is absent.
  public static let typeFileMissing = Self("type_file_missing")
  /// A member that the format does not know.
  public static let typeFileUnknown = Self("type_file_unknown")
  /// A member of another JSON type, or outside its range.
  public static let typeFileValue = Self("type_file_value")
  /// A type code that is not well formed.
  public static let typeFileCode = Self("type_file_code")
  /// A unified social credit code that is not well formed.
  public static let typeFileDepartment = Self("type_file_department")
  /// A claim name that is reserved or not of the permitted form.
  public static let claimName = Self("claim_name")
  /// A claim is named that the schema does not have.
  public static let claimUnknown = Self("claim_unknown")
  /// A claim without a Chinese label.
  public static let labelMissing = Self("label_missing")
  /// Two columns of the sheet would have one title.
  public static let titleAmbiguous = Self("title_ambiguous")
  /// A keyword of JSON Schema that is not enforced here.
  public static let schemaKeyword = Self("schema_keyword")
  /// A keyword with a value that it cannot have.
  public static let schemaValue = Self("schema_value")
  /// A schema without a keyword that it needs here.
  public static let schemaMissing = Self("schema_missing")
  /// A reference to nothing, or in a circle.
  public static let schemaReference = Self("schema_reference")
  /// A schema with too many parts, or nested too deeply.
  public static let schemaTooLarge = Self("schema_too_large")
  /// A pattern that is no well-formed regular expression.
  public static let patternSyntax = Self("pattern_syntax")
  /// A pattern that does not begin with `^` and end with `$`.
  public static let patternNotAnchored = Self("pattern_not_anchored")
  /// A pattern with a construct that is not matched in linear time, or not at all.
  public static let patternUnsupported = Self("pattern_unsupported")
  /// An unbounded repetition inside another.
  public static let patternNestedRepetition = Self("pattern_nested_repetition")
  /// A pattern that is too long.
  public static let patternTooLarge = Self("pattern_too_large")
}
