import Encoding

/// What a request asks of one certificate: DCQL (OpenID4VP 1.0, §6) in the part that we take.
///
/// One credential in `dc+sd-jwt`, of the versions of one type, also of several registries; claims
/// by path, some with values, and sets of them in the order of preference. What else DCQL has is
/// refused by name.
/// Spec: presentation.md, "Query".
public struct ClaimQuery: Sendable, Hashable {
  /// One claim that is asked for.
  public struct Claim: Sendable, Hashable {
    /// Its name in `claim_sets`; nil where there are none.
    public let id: String?
    /// Where it stands.
    public let path: ClaimPath
    /// The values of which it must have one; nil for any.
    public let values: [Value]?

    /// Asks for a claim of its own, of any value or one of some.
    ///
    /// Throws `query_invalid` for a name or values beyond the bounds.
    public init(_ name: String, values: [Value]? = nil) throws(CertificatesError) {
      try self.init(id: nil, path: try ClaimPath(name), values: values, at: "claims")
    }

    init(
      id: String?, path: ClaimPath, values: [Value]?, at place: String
    ) throws(CertificatesError) {
      guard (1...ClaimQuery.listCountMax).contains(values?.count ?? 1),
        values?.allSatisfy(\.isShort) ?? true
      else {
        throw CertificatesError(
          .queryInvalid,
          "values are 1 to \(ClaimQuery.listCountMax) texts, whole numbers, true or false",
          at: place)
      }
      self.id = id
      self.path = path
      self.values = values
    }
  }

  /// A value that is compared: equal in JSON, not merely alike.
  public enum Value: Sendable, Hashable {
    /// A text, compared byte for byte.
    case text(String)
    /// A whole number.
    case integer(Int64)
    /// True or false.
    case boolean(Bool)

    init?(_ value: JSONValue) {
      switch value {
      case .string(let text): self = .text(text)
      case .integer(let number): self = .integer(number)
      case .boolean(let flag): self = .boolean(flag)
      default: return nil
      }
    }

    fileprivate var isShort: Bool {
      if case .text(let text) = self { return text.utf8.count <= ClaimQuery.valueByteCountMax }
      return true
    }

    /// The value as it stands in a claim.
    public var json: JSONValue {
      switch self {
      case .text(let text): .string(text)
      case .integer(let number): .integer(number)
      case .boolean(let flag): .boolean(flag)
      }
    }
  }

  /// The most claims.
  public static let claimCountMax = 64
  /// The most values of a claim, claim sets, and versions of the type.
  public static let listCountMax = 16
  /// The most bytes of a value.
  public static let valueByteCountMax = 1024
  /// The most characters of an id.
  static let idCountMax = 64

  /// The credential's id: `transaction_data` refers to it.
  public let id: String
  /// Names of the type's versions, `vct`, any of which will do.
  public let types: [String]
  /// The type of all of them.
  public let type: TypeCode
  /// For each name the registry's host in it.
  public let hosts: [String]
  /// For each name the version in it.
  public let versions: [Int]
  /// The claims; none asks only for a certificate of the type.
  public let claims: [Claim]
  /// Which of them together will do, as positions in `claims`; nil for all of them.
  public let sets: [[Int]]?

  /// Asks for claims of a type's versions; all of them are wanted.
  ///
  /// Throws `query_invalid` and `name_form`.
  public init(types: [String], claims: [Claim]) throws(CertificatesError) {
    try self.init(id: "certificate", types: types, claims: claims, sets: nil)
  }

  init(
    id: String, types: [String], claims: [Claim], sets: [[Int]]?
  ) throws(CertificatesError) {
    guard (1...Self.listCountMax).contains(types.count), Set(types).count == types.count else {
      throw CertificatesError(
        .queryInvalid, "vct_values names 1 to \(Self.listCountMax) versions, each once",
        at: "meta.vct_values")
    }
    let names = try types.map { type throws(CertificatesError) in
      try RegistryNames.parse(type: type)
    }
    guard names.allSatisfy({ $0.code == names[0].code }) else {
      throw CertificatesError(
        .queryUnsupported,
        "versions of one type are asked for; ask for another in a request of "
          + "its own", at: "meta.vct_values")
    }
    guard claims.count <= Self.claimCountMax, Set(claims.map(\.path)).count == claims.count else {
      throw CertificatesError(
        .queryInvalid, "at most \(Self.claimCountMax) claims are asked for, each once",
        at: "claims")
    }
    for (index, claim) in claims.enumerated()
    where CertificateProfile.visibleNames.contains(claim.path.claim) {
      throw CertificatesError(
        .queryInvalid, "the claim is always shown; do not ask for it", at: "claims[\(index)]")
    }
    self.id = id
    self.types = types
    type = names[0].code
    hosts = names.map(\.host)
    versions = names.map(\.version)
    self.claims = claims
    self.sets = sets
  }

  /// The names of all claims that may be shown, sorted, each once.
  public var claimNames: [String] { Set(claims.map(\.path.claim)).sorted() }
}
