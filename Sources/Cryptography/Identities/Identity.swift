/// An X.509 identity of a department or of the registry: parsed, immutable, with its exact bytes.
///
/// Parsing says nothing about trust; `PathValidator` does. Parsing costs 120 to 170 µs, so callers
/// keep identities they see again. Copies share one parsed object.
public struct Identity: Sendable, Hashable, CustomStringConvertible {
  /// The largest encoding accepted.
  public static let byteCountMax = 16_384

  /// Everything read from the encoding, once.
  struct Fields: Sendable {
    var publicKey: P256PublicKey?
    var keyDescription = ""
    var usesECDSAWithSHA256 = false
    var subject = ""
    var issuer = ""
    var commonName: String?
    var organizationIdentifier: String?
    var names = AlternativeNames()
    var serial: [UInt8] = []
    var notBefore: Int64 = 0
    var notAfter: Int64 = 0
    var isCA = false
    var pathLength: Int?
    var permittedURIHosts: [String] = []
    var hasUnknownCriticalExtension = false
    var keyUsages: [KeyUsage] = []
    var extendedKeyUsages: [String] = []
    var subjectKeyIdentifier: [UInt8]?
    var authorityKeyIdentifier: [UInt8]?
  }

  /// The subject alternative names by kind.
  struct AlternativeNames: Sendable {
    var uris: [String] = []
    var dns: [String] = []
    var emails: [String] = []
    var otherCount = 0
  }

  private final class Contents: Sendable {
    let der: [UInt8]
    let sha256: Digest
    let handle: X509Handle
    let fields: Fields

    init(der: [UInt8]) throws(CryptographyError) {
      self.der = der
      handle = try X509Handle(parsing: der)
      fields = try IdentityReader.read(handle)
      sha256 = SHA256.hash(der)
    }
  }

  private let contents: Contents

  /// Parses DER of version 3; throws `invalidIdentity`.
  public init(der: [UInt8]) throws(CryptographyError) {
    contents = try Contents(der: der)
  }

  /// Parses a file holding exactly one `CERTIFICATE` block of PEM; throws `invalidEncoding`,
  /// `invalidIdentity`.
  public init(pem: [UInt8]) throws(CryptographyError) {
    let all = try Identity.all(pem: pem)
    guard all.count == 1 else {
      throw CryptographyError(
        .invalidEncoding, "expected one identity in the file, found \(all.count)")
    }
    self = all[0]
  }

  /// Every identity in a PEM file, in order: leaf, authority, root, as they were written.
  public static func all(pem: [UInt8]) throws(CryptographyError) -> [Identity] {
    var result: [Identity] = []
    for der in try PEM.decodeAll(pem, label: "CERTIFICATE") {
      result.append(try Identity(der: der))
    }
    return result
  }

  /// The exact encoding that was parsed.
  public var der: [UInt8] { contents.der }

  /// One `CERTIFICATE` block of PEM, with a final newline.
  public var pem: [UInt8] { PEM.encode(der, label: "CERTIFICATE") }

  /// SHA-256 over the encoding: the id of the identity.
  public var sha256: Digest { contents.sha256 }

  /// The id in base64url: the `kid` of what it signs.
  public var keyID: String { contents.sha256.base64url }

  /// The public key, or nil when it is no P-256 key; such an identity never validates.
  public var publicKey: P256PublicKey? { contents.fields.publicKey }

  /// The kind of key in words: `P-256`, `RSA 1024`.
  public var keyDescription: String { contents.fields.keyDescription }

  /// The subject as RFC 4514 text.
  public var subject: String { contents.fields.subject }

  /// The issuer as RFC 4514 text.
  public var issuer: String { contents.fields.issuer }

  /// The common name of the subject, if there is exactly one.
  public var commonName: String? { contents.fields.commonName }

  /// The organization identifier (2.5.4.97) of the subject: the department's USCC.
  public var organizationIdentifier: String? { contents.fields.organizationIdentifier }

  /// The URIs among the subject alternative names, byte for byte.
  public var uris: [String] { contents.fields.names.uris }

  /// The DNS names among the subject alternative names.
  public var dnsNames: [String] { contents.fields.names.dns }

  /// Subject alternative names that are neither URI nor DNS name.
  public var otherNameCount: Int {
    contents.fields.names.emails.count + contents.fields.names.otherCount
  }

  /// The serial number, big-endian.
  public var serial: [UInt8] { contents.fields.serial }

  /// The first second of validity, since 1970 UTC.
  public var notBefore: Int64 { contents.fields.notBefore }

  /// The end of validity, since 1970 UTC; a path is judged expired from this second on.
  public var notAfter: Int64 { contents.fields.notAfter }

  /// Whether it may issue identities.
  public var isCA: Bool { contents.fields.isCA }

  /// How many authorities may stand below this one, if it says so.
  public var pathLength: Int? { contents.fields.pathLength }

  /// The hosts to which its name constraints limit URIs below it, in order; a leading full stop
  /// means every host below. Empty when URIs are not limited so.
  public var permittedURIHosts: [String] { contents.fields.permittedURIHosts }

  /// Key usage bits; empty when the extension is absent.
  public var keyUsages: [KeyUsage] { contents.fields.keyUsages }

  /// Extended key usages as dotted numbers, in order.
  public var extendedKeyUsages: [String] { contents.fields.extendedKeyUsages }

  /// The subject key identifier, if present.
  public var subjectKeyIdentifier: [UInt8]? { contents.fields.subjectKeyIdentifier }

  /// The authority key identifier, if present.
  public var authorityKeyIdentifier: [UInt8]? { contents.fields.authorityKeyIdentifier }

  var usesECDSAWithSHA256: Bool { contents.fields.usesECDSAWithSHA256 }
  var hasUnknownCriticalExtension: Bool { contents.fields.hasUnknownCriticalExtension }
  var handle: X509Handle { contents.handle }

  /// The id in hexadecimal.
  public var description: String { "identity \(sha256.hex)" }

  /// Whether both are the same, byte for byte.
  public static func == (left: Identity, right: Identity) -> Bool {
    left.contents === right.contents || left.der == right.der
  }

  /// Feeds what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(sha256)
  }
}
