import Cryptography
import Encoding

/// A catalogue entry: what certificates of one type say, who issues them, and how they are shown.
///
/// Made only from text that was checked in full. Spec: type-file.md.
public struct TypeFile: Sendable {
  /// The largest type file, in bytes.
  public static let byteCountMax = 1 << 20
  /// The most holders and copies of one certificate.
  public static let subjectCountLimit = 16

  /// What is handed from department to department.
  public enum Material: String, Sendable, CaseIterable {
    /// An electronic certificate.
    case certificate
    /// A file that is no certificate.
    case file
  }

  /// Who may issue.
  public enum Issuers: Sendable, Equatable {
    /// Every department, written `["*"]`.
    case everyone
    /// Only these.
    case listed([USCC])

    /// Whether a department may issue.
    public func contain(_ department: USCC) -> Bool {
      switch self {
      case .everyone: true
      case .listed(let departments): departments.contains(department)
      }
    }
  }

  /// What a department may ask for without the holder's grant, and by which law.
  public struct Duty: Sendable, Equatable {
    /// The department that asks.
    public let department: USCC
    /// The names of the claims it may have.
    public let claims: [String]
    /// The code of the purpose.
    public let purpose: String
    /// The law.
    public let citation: String
  }

  /// How long the registry keeps what a certificate says after it ended.
  public struct Retention: Sendable, Equatable {
    /// The years; nil for ever.
    public let years: Int?
    /// The rule that says so.
    public let citation: String
  }

  /// The form on which a certificate is printed.
  public struct Template: Sendable, Equatable {
    /// Where it lies.
    public let uri: String
    /// `sha256-` and base64 of its SHA-256.
    public let integrity: String
  }

  /// The type's code.
  public let code: TypeCode
  /// The version, from 1.
  public let version: Int
  /// What is handed over.
  public let material: Material
  /// Who may issue.
  public let issuers: Issuers
  /// Names and labels.
  public let metadata: TypeMetadata
  /// The schema of the type's own claims and, where it says so, of `number`.
  public let schema: JSONSchema
  /// The claims that, together with the type, occur once in a registry; mostly `number`.
  public let unique: [String]
  /// The most holders of a certificate, 1–16.
  public let subjectCountMax: Int
  /// The most copies of a certificate, 1–16, at most one for each holder.
  public let copyCountMax: Int
  /// Who may ask for what.
  public let duties: [Duty]
  /// Derived answers.
  public let predicates: [Predicate]
  /// How long contents are kept.
  public let retention: Retention?
  /// The printed form.
  public let template: Template?
  /// The whole file.
  public let object: JSONObject
  /// The file's canonical JSON: what is stored, published and hashed.
  public let canonicalBytes: [UInt8]
  /// SHA-256 of the canonical bytes.
  public let digest: Digest
  /// SHA-256 of the canonical JSON of `metadata`.
  public let metadataDigest: Digest
  /// What the columns of a sheet are, mandatory ones first.
  public let columns: [SheetColumn]
  /// The columns in the order in which ``RowMapper`` reads them.
  let layout: SheetLayout

  /// Reads a type file, in any layout of JSON.
  ///
  /// Throws the first of ``problems(in:)``; the message says how many more there are.
  public init(parsing bytes: [UInt8]) throws(CertificatesError) {
    var reader = TypeFileReader()
    guard let file = reader.read(bytes) else { throw Self.first(of: reader.problems) }
    self = file
  }

  /// Reads a type file that is part of another document.
  public init(_ value: JSONValue) throws(CertificatesError) {
    var reader = TypeFileReader()
    guard let file = reader.read(value) else { throw Self.first(of: reader.problems) }
    self = file
  }

  /// Everything that is wrong with a type file, each with the path of the member; empty if nothing.
  public static func problems(in bytes: [UInt8]) -> [CertificatesError] {
    var reader = TypeFileReader()
    _ = reader.read(bytes)
    return reader.problems
  }

  init(_ parts: TypeFileParts) {
    code = parts.code
    version = parts.version
    material = parts.material
    issuers = parts.issuers
    metadata = parts.metadata
    schema = parts.schema
    unique = parts.unique
    subjectCountMax = parts.subjectCountMax
    copyCountMax = parts.copyCountMax
    duties = parts.duties
    predicates = parts.predicates
    retention = parts.retention
    template = parts.template
    object = parts.object
    layout = parts.layout
    columns =
      parts.layout.columns.filter(\.isMandatory)
      + parts.layout.columns.filter { !$0.isMandatory }
    canonicalBytes = JSONValue.object(object).canonicalBytes()
    digest = SHA256.hash(canonicalBytes)
    metadataDigest = SHA256.hash((object["metadata"] ?? .null).canonicalBytes())
  }

  /// The type's own claims: the properties of the schema without `number`, in its order.
  public var ownNames: [String] { schema.propertyNames.filter { $0 != "number" } }

  /// The type's name in a language.
  public func name(in language: TextLanguage) -> String { metadata.name(in: language) }

  /// What issuing needs to know.
  public var kind: CertificateKind {
    CertificateKind(
      code: code, version: version, name: metadata.name(in: .chinese),
      metadataDigest: metadataDigest, subjectCountMax: subjectCountMax, ownNames: ownNames,
      predicates: predicates)
  }

  /// The titles of an empty sheet, mandatory columns first.
  public func csvHeader(_ language: TextLanguage?) -> [String] {
    columns.map { column in
      switch language {
      case nil: column.name
      case .chinese: column.label
      case .english: column.labelEnglish
      }
    }
  }

  /// A unique key's values in the order of ``unique``, as canonical JSON; nil where one is absent.
  public func uniqueKey(of claims: CertificateClaims) -> [UInt8]? {
    guard !unique.isEmpty else { return nil }
    var values: [JSONValue] = []
    for name in unique {
      guard let value = name == "number" ? .string(claims.number) : claims.own[name] else {
        return nil
      }
      values.append(value)
    }
    return JSONValue.array(values).canonicalBytes()
  }

  private static func first(of problems: [CertificatesError]) -> CertificatesError {
    guard let first = problems.first else {
      return CertificatesError(.typeFileValue, "the type file cannot be read")
    }
    guard problems.count > 1 else { return first }
    return CertificatesError(
      first.code, "\(first.message) (and \(problems.count - 1) more)", cause: first.cause,
      at: first.location)
  }
}

extension TypeFile: Equatable {
  /// Whether both files say the same.
  public static func == (left: TypeFile, right: TypeFile) -> Bool { left.digest == right.digest }
}
