import Cryptography
import Encoding

extension CertificatesError.Code {
  // MARK: Bytes and JSON

  /// More bytes than the bound.
  public static let tooLarge = Self("tooLarge")
  /// Not canonical base64url: padding, a foreign character, an impossible length or trailing bits.
  public static let notBase64URL = Self("notBase64URL")
  /// Not JSON, or more than one value.
  public static let invalidJSON = Self("invalidJSON")
  /// A name twice in one JSON object.
  public static let duplicateName = Self("duplicateName")
  /// Invalid UTF-8, half of a surrogate pair or a noncharacter.
  public static let invalidText = Self("invalidText")
  /// A number that two programs would read differently.
  public static let numberOutOfRange = Self("numberOutOfRange")
  /// Arrays and objects nested too deeply.
  public static let tooDeep = Self("tooDeep")
  /// A required member is absent.
  public static let missingMember = Self("missingMember")
  /// A member that the format does not know.
  public static let unknownMember = Self("unknownMember")
  /// A member of another JSON type or outside its range.
  public static let wrongMember = Self("wrongMember")
  /// A cryptographic operation failed; see the cause.
  public static let cryptography = Self("cryptography")

  // MARK: JWS

  /// Not three segments with two points between.
  public static let notCompact = Self("notCompact")
  /// A segment without a character.
  public static let emptySegment = Self("emptySegment")
  /// No `alg` in the header.
  public static let algorithmMissing = Self("algorithmMissing")
  /// `alg` is `none`: nothing is signed.
  public static let algorithmNone = Self("algorithmNone")
  /// An algorithm other than ES256.
  public static let algorithmRefused = Self("algorithmRefused")
  /// `typ` is absent or another one: the token was made for something else.
  public static let wrongTokenType = Self("wrongTokenType")
  /// The header names a critical extension; we implement none.
  public static let criticalHeader = Self("criticalHeader")
  /// The header brings or points to a key (`jwk`, `jku`, `x5u`), or has another foreign member.
  public static let headerMemberRefused = Self("headerMemberRefused")
  /// The header does not say which key signed.
  public static let keyReferenceMissing = Self("keyReferenceMissing")
  /// `x5c` is no list of 1–4 identities in standard base64.
  public static let identityListInvalid = Self("identityListInvalid")
  /// A signature that is not 64 bytes r ‖ s, for instance DER.
  public static let signatureLength = Self("signatureLength")
  /// r or s is zero or not below the order of the curve.
  public static let signatureRange = Self("signatureRange")
  /// The signature is not of this key over these bytes.
  public static let signatureInvalid = Self("signatureInvalid")
  /// A JWK that is no public P-256 key for signatures.
  public static let keyRefused = Self("keyRefused")
  /// A JWK that holds a private key.
  public static let privateKeyExposed = Self("privateKeyExposed")
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

  /// Maps a failure of an operation that had to work.
  init(_ error: CryptographyError, in place: String) {
    self.init(.cryptography, error.message, cause: error, at: place)
  }
}
