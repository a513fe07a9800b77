import Certificates
import Cryptography
import Encoding

/// One certificate at a fixed clock, and ways to break it.
struct SampleCertificate {
  static let host = "registry.example"
  static let issuerCode = "11430000006122244L"
  static let today = Day(number: 20_781)

  static let claims: JSONObject = [
    "number": "湘A0042", "holders": [holder("刘一"), holder("陈二", "34052419800101001X")],
    "valid_from": "2026-11-01", "valid_until": "2031-10-31", "category": "low-voltage",
    "scope": ["install", "repair"],
  ]

  let key: P256PrivateKey
  let kind: CertificateKind
  let profile: CertificateProfile
  let identifier: CertificateIdentifier

  init(
    key: P256PrivateKey, identities: [[UInt8]] = [[0x30, 0x00], [0x30, 0x00]],
    kind given: CertificateKind? = nil
  ) throws {
    self.key = key
    let code = try TypeCode("11100000000013338W011")
    let issuer = try USCC(Self.issuerCode)
    kind =
      given
      ?? CertificateKind(
        code: code, version: 1, name: "特种作业操作证", metadataDigest: SHA256.hash("{}"),
        subjectCountMax: 4, ownNames: ["number", "category", "scope", "remark"])
    profile = CertificateProfile(
      kind: kind,
      issuer: .init(
        code: issuer, name: "湖南省应急管理厅", host: Self.host, identities: identities),
      key: key)
    identifier = try .make(type: code, issuer: issuer, serial: "20230000403", version: 1)
  }

  /// The key of RFC 7515, A.3: known to everyone.
  static func exampleKey() throws -> P256PrivateKey {
    let x = try Base64URL.decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")
    let y = try Base64URL.decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
    let scalar = try Base64URL.decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")
    return try P256PrivateKey(
      scalar: SecretBytes(copying: scalar), publicKey: try P256PublicKey(x: x, y: y))
  }

  static func holder(_ name: String, _ code: String = "11010519491231002X") -> JSONValue {
    ["name": .string(name), "code": .string(code), "code_type": "111"]
  }

  func content() throws -> CertificateContent {
    try profile.content(
      of: try CertificateClaims(Self.claims), identifier: identifier, today: Self.today)
  }

  func copy(holder: P256PublicKey? = nil) throws -> CertificateCopy {
    try profile.copy(
      of: try content(), holder: holder,
      status: StatusReference(index: 42, uri: "https://\(Self.host)/status/1"),
      random: RepeatableRandom())
  }
}

/// The parts of a combined form, to be changed and joined again.
struct EditableCertificate {
  var header: JSONObject
  var payload: JSONObject
  var disclosures: [Disclosure]
  let key: P256PrivateKey

  init(_ copy: CertificateCopy, key: P256PrivateKey) throws {
    let token = try JWS(parsing: copy.token, as: .certificate)
    header = token.header
    payload = try token.unverifiedClaims()
    disclosures = copy.disclosures
    self.key = key
  }

  func token(headerText: [UInt8]? = nil, payloadText: [UInt8]? = nil) throws -> [UInt8] {
    let header = headerText ?? JSONValue.object(header).canonicalBytes()
    let payload = payloadText ?? JSONValue.object(payload).canonicalBytes()
    return try JWSSigner(header: header, key: key).sign(payload: payload)
  }

  func bytes() throws -> [UInt8] { SDJWT.join(token: try token(), disclosures: disclosures) }
}
