import Cryptography
import Encoding

extension CertificatesError.Code {
  // MARK: Bytes and JSON

  /// More bytes than the bound.
  public static let tooLarge = Self("too_large")
  /// Not canonical base64url: padding, a foreign character, an impossible length or trailing bits.
  public static let notBase64URL = Self("not_base64url")
  /// Not JSON, or more than one value.
  public static let invalidJSON = Self("invalid_json")
  /// A name twice in one JSON object.
  public static let duplicateName = Self("duplicate_name")
  /// Invalid UTF-8, half of a surrogate pair or a noncharacter.
  public static let invalidText = Self("invalid_text")
  /// A number that two programs would read differently.
  public static let numberOutOfRange = Self("number_out_of_range")
  /// Arrays and objects nested too deeply.
  public static let tooDeep = Self("too_deep")
  /// A required member is absent.
  public static let missingMember = Self("missing_member")
  /// A member that the format does not know.
  public static let unknownMember = Self("unknown_member")
  /// A member of another JSON type or outside its range.
  public static let wrongMember = Self("wrong_member")
  /// A cryptographic operation failed; see the cause.
  public static let cryptography = Self("cryptography")

  // MARK: JWS

  /// Not three segments with two points between.
  public static let notCompact = Self("not_compact")
  /// A segment without a character.
  public static let emptySegment = Self("empty_segment")
  /// No `alg` in the header.
  public static let algorithmMissing = Self("algorithm_missing")
  /// `alg` is `none`: nothing is signed.
  public static let algorithmNone = Self("algorithm_none")
  /// An algorithm other than ES256.
  public static let algorithmRefused = Self("algorithm_refused")
  /// `typ` is absent or another one: the token was made for something else.
  public static let wrongTokenType = Self("wrong_token_type")
  /// The header names a critical extension; we implement none.
  public static let criticalHeader = Self("critical_header")
  /// The header brings or points to a key (`jwk`, `jku`, `x5u`), or has another foreign member.
  public static let headerMemberRefused = Self("header_member_refused")
  /// The header does not say which key signed.
  public static let keyReferenceMissing = Self("key_reference_missing")
  /// `x5c` is no list of 1–4 identities in standard base64.
  public static let identityListInvalid = Self("identity_list_invalid")
  /// A signature that is not 64 bytes r ‖ s, for instance DER.
  public static let signatureLength = Self("signature_length")
  /// r or s is zero or not below the order of the curve.
  public static let signatureRange = Self("signature_range")
  /// The signature is not of this key over these bytes.
  public static let signatureInvalid = Self("signature_invalid")
  /// A JWK that is no public P-256 key for signatures.
  public static let keyRefused = Self("key_refused")
  /// A JWK that holds a private key.
  public static let privateKeyExposed = Self("private_key_exposed")
}

extension CertificatesError {
  /// Maps an error of the reader of JSON and base64url, kept as the cause.
  init(_ error: EncodingError, in place: String) {
    let code: Code =
      switch error.code {
      case .invalidBase64: .notBase64URL
      case .duplicateName: .duplicateName
      case .invalidText, .loneSurrogate, .noncharacter: .invalidText
      case .numberOutOfRange: .numberOutOfRange
      case .tooDeep: .tooDeep
      case .tooLarge: .tooLarge
      case .missingMember: .missingMember
      case .unknownMember: .unknownMember
      case .wrongType, .valueOutOfRange: .wrongMember
      default: .invalidJSON
      }
    if case .path(let path)? = error.location {
      self.init(code, error.message, cause: error, at: path)
    } else {
      self.init(code, error.description, cause: error, at: place)
    }
  }

  /// Reads members; errors of the reader are mapped, the place being `place` where they name none.
  static func reading<T>(
    _ place: String, _ body: () throws -> T
  ) throws(CertificatesError) -> T {
    do {
      return try body()
    } catch let error as CertificatesError {
      throw error
    } catch let error as EncodingError {
      throw CertificatesError(error, in: place)
    } catch {
      throw CertificatesError(.wrongMember, "this cannot be read", cause: error, at: place)
    }
  }

  /// Maps a failure of an operation that had to work.
  init(_ error: CryptographyError, in place: String) {
    self.init(.cryptography, error.message, cause: error, at: place)
  }
}
