import Certificates
import Cryptography
import Encoding

/// The identities of the sample city, made anew for one demonstration and kept nowhere.
struct DemoCity {
  let host: String
  let root: Identity
  private let authority: Identity
  private let issuer: IdentityIssuer
  private let names: [String: String]
  private let period: (from: Int64, through: Int64)

  /// Reads `registry.json` and `departments.csv` of the sample and makes root and authority.
  init(sample: String, now: Timestamp) throws {
    let registry = try JSONValue(
      parsing: try BoundedFile.read(path: sample + "/registry.json", maximumBytes: 1 << 16))
    guard let host = registry["host"]?.stringValue, let code = registry["code"]?.stringValue,
      let name = registry["name"]?.stringValue
    else {
      throw Failure(.cannot, code: "sample_broken", "registry.json lacks host, code or name")
    }
    self.host = host
    names = try DemoCity.departmentNames(sample)
    let start = now.startOfDay.adding(days: -1).seconds
    period = (start, start + 10 * 366 * 86_400)
    let subject = IdentitySubject(commonName: name, organizationIdentifier: code)
    let rootKey = try P256PrivateKey.generate()
    let authorityKey = try P256PrivateKey.generate()
    root = try IdentityIssuer.root(
      IdentityContents(
        profile: .root, publicKey: rootKey.publicKey, subject: subject, validFrom: period.from,
        through: period.through), key: rootKey)
    authority = try IdentityIssuer(identity: root, key: rootKey).issue(
      IdentityContents(
        profile: .authority(permittedHost: host), publicKey: authorityKey.publicKey,
        subject: subject, validFrom: period.from, through: period.through))
    issuer = try IdentityIssuer(identity: authority, key: authorityKey)
  }

  /// A department's sealing identity and, with it, the profile that issues one type.
  func profile(for type: TypeFile) throws -> CertificateProfile {
    let code = try USCC(String(type.code.text.prefix(18)))
    guard let name = names[code.text] else {
      throw Failure(.cannot, code: "sample_broken", "departments.csv lacks \(code.text)")
    }
    let key = try P256PrivateKey.generate()
    let seal = try issuer.issue(
      IdentityContents(
        profile: .seal, publicKey: key.publicKey,
        subject: IdentitySubject(commonName: name, organizationIdentifier: code.text),
        uri: RegistryNames.department(code, host: host), validFrom: period.from,
        through: period.through))
    return CertificateProfile(
      kind: type.kind,
      issuer: CertificateProfile.Issuer(
        code: code, name: name, host: host, identities: [seal.der, authority.der]), key: key)
  }

  private static func departmentNames(_ sample: String) throws -> [String: String] {
    var reader = CSVReader(try FileByteSource(path: sample + "/departments.csv"))
    _ = try reader.next()
    var names: [String: String] = [:]
    while let record = try reader.next() { names[record.fields[0]] = record.fields[1] }
    return names
  }
}

/// Reads certificates offline: the root is all it believes.
struct DemoVerifier {
  private let validator: PathValidator
  private var identities: [[UInt8]: Identity] = [:]

  init(root: Identity) throws {
    validator = try PathValidator(root: root)
  }

  /// The certificate, or a failure that names what is wrong with it.
  mutating func verify(_ bytes: [UInt8]) throws -> UnverifiedCertificate {
    let certificate = try UnverifiedCertificate(parsing: bytes, keyBinding: .refused)
    let chain = try certificate.token.identities.map { try identity($0) }
    guard let leaf = chain.first, let key = leaf.publicKey else {
      throw Failure(.no, code: "no_identity", "the certificate brings no usable identity")
    }
    guard certificate.token.isSigned(by: key) else {
      throw Failure(.no, code: "signature", "the signature does not match: it was altered")
    }
    let path = validator.validate(
      leaf: leaf, intermediates: Array(chain.dropFirst()), purpose: .seal,
      at: certificate.issuedAt, expectedURI: certificate.issuer)
    guard path.isValid else {
      throw Failure(.no, code: "issuer", path.failures.map(\.description).joined(separator: "; "))
    }
    return certificate
  }

  /// Parsing an identity costs more than checking a signature; departments are few.
  private mutating func identity(_ der: [UInt8]) throws -> Identity {
    if let known = identities[der] { return known }
    let identity = try Identity(der: der)
    identities[der] = identity
    return identity
  }
}
