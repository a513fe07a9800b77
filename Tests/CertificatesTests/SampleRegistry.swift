import Certificates
import Cryptography
import Encoding

/// Root, authority, list signer and two departments at a fixed clock.
struct SampleRegistry {
  /// 2026-11-24T00:00Z.
  static let begin = Timestamp(SampleCertificate.today).seconds
  static let day: Int64 = 86_400

  /// A key and the path to the root.
  struct Holder {
    let key: P256PrivateKey
    let chain: [Identity]
    var identities: [[UInt8]] { chain.map(\.der) }
  }

  let root: Identity
  let authority: Identity
  let rootIssuer: IdentityIssuer
  let issuer: IdentityIssuer
  let listSigner: Holder
  /// Seals what ``SampleCertificate`` says.
  let seal: Holder
  /// Another department of the same registry.
  let otherSeal: Holder

  init() throws {
    let rootKey = try P256PrivateKey.generate()
    root = try IdentityIssuer.root(
      IdentityContents(
        profile: .root, publicKey: rootKey.publicKey,
        subject: IdentitySubject(commonName: "Sample root"), validFrom: Self.begin - Self.day,
        through: Self.begin + 7300 * Self.day), key: rootKey)
    rootIssuer = try IdentityIssuer(identity: root, key: rootKey)
    let authorityKey = try P256PrivateKey.generate()
    authority = try rootIssuer.issue(
      IdentityContents(
        profile: .authority(permittedHost: SampleCertificate.host),
        publicKey: authorityKey.publicKey,
        subject: IdentitySubject(commonName: "Sample authority"),
        validFrom: Self.begin - Self.day, through: Self.begin + 3650 * Self.day))
    issuer = try IdentityIssuer(identity: authority, key: authorityKey)
    let listKey = try P256PrivateKey.generate()
    let list = try rootIssuer.issue(
      IdentityContents(
        profile: .listSigner, publicKey: listKey.publicKey,
        subject: IdentitySubject(commonName: "Sample list signer"),
        validFrom: Self.begin - Self.day, through: Self.begin + 3650 * Self.day))
    listSigner = Holder(key: listKey, chain: [list])
    seal = try Self.issue(.seal, SampleCertificate.issuerCode, issuer)
    otherSeal = try Self.issue(.seal, "11330105002500287C", issuer)
  }

  /// An identity of a department, valid for two years from the day before `begin` on.
  static func issue(
    _ profile: IdentityProfile, _ code: String, _ issuer: IdentityIssuer
  ) throws -> Holder {
    let key = try P256PrivateKey.generate()
    let leaf = try issuer.issue(
      IdentityContents(
        profile: profile, publicKey: key.publicKey,
        subject: IdentitySubject(commonName: "Sample", organizationIdentifier: code),
        uri: "https://\(SampleCertificate.host)/departments/\(code)",
        validFrom: begin - day, through: begin + 730 * day))
    return Holder(key: key, chain: [leaf, issuer.identity])
  }

  /// The type of ``SampleCertificate``.
  static func typeFile(
    name: String = "特种作业操作证", duties: JSONValue = []
  ) throws -> TypeFile {
    func label(_ path: String, _ text: String) -> JSONValue {
      [
        "path": [.string(path)], "sd": "always", "mandatory": false,
        "display": [["locale": "zh-CN", "label": .string(text)]],
      ]
    }
    return try TypeFile([
      "code": "11100000000013338W011", "version": 1, "issuers": ["*"], "unique": ["number"],
      "subjects": 4, "copies": 4, "duties": duties,
      "metadata": [
        "name": .string(name), "description": .string(name),
        "display": [["locale": "zh-CN", "name": .string(name)]],
        "claims": [label("category", "类别"), label("scope", "范围"), label("remark", "备注")],
      ],
      "schema": [
        "type": "object", "additionalProperties": false, "required": ["category"],
        "properties": [
          "category": ["type": "string", "enum": ["low-voltage", "high-voltage"]],
          "scope": [
            "type": "array", "items": ["type": "string", "maxLength": 20], "maxItems": 3,
          ],
          "remark": ["type": "string", "maxLength": 100],
        ],
      ],
    ])
  }

  /// A department of the list, with its seal.
  static func department(_ code: String, holder: Holder?) throws -> TrustList.Department {
    TrustList.Department(
      code: try USCC(code), name: "甲",
      uri: "https://\(SampleCertificate.host)/departments/\(code)", level: "municipal",
      identities: holder.map {
        [.init(id: $0.chain[0].sha256, use: .seal, from: Self.begin + 36_000)]
      } ?? [])
  }

  /// The list that vouches for all of this.
  func trustList(_ type: TypeFile) throws -> TrustList {
    TrustList(
      sequence: 7, issuedAt: Self.begin + 40_000,
      issuer: "https://\(SampleCertificate.host)/departments/11100000000013338W",
      departments: [
        try Self.department(SampleCertificate.issuerCode, holder: seal),
        try Self.department("11330105002500287C", holder: otherSeal),
      ],
      types: [.init(code: type.code, version: 1, digest: type.digest, issuers: [.any])],
      ledger: .init(origin: "registry.example/ledger", keys: []),
      statusURIs: ["https://registry.example/status/1"])
  }
}
