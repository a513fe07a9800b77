import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Who acts in ``EvidenceWorld``: fresh keys, or the identities of the stored example, whose
/// signatures are stored too.
struct EvidenceKeys {
  struct Signer {
    let identity: Identity
    let key: P256PrivateKey
  }

  static let host = "registry.example"
  static let origin = "registry.example/ledger"
  static let registry = "11100000000013338W"
  static let issuer = "11430000006122244L"
  static let other = "11330105002500287C"
  /// 2026-11-24T00:00Z.
  static let day0 = Day(number: 20_781)
  static let begin = Timestamp(day0).seconds

  let root: Identity
  let authority: Identity
  let listSigner: Signer
  let act: Signer
  let seal: Signer
  let otherAct: Signer
  let otherSeal: Signer
  let ledger: NoteSigner
  /// Makes further identities; nil with stored ones.
  let authorityIssuer: IdentityIssuer?

  static func uri(_ code: String) -> String { DepartmentURI(host: host, code: code).text }

  static let names = ["root", "authority", "list_signer", "act", "seal", "other_act", "other_seal"]

  var identities: [Identity] {
    [root, authority] + [listSigner, act, seal, otherAct, otherSeal].map(\.identity)
  }

  static func ledgerKey() throws -> NoteSigner {
    let seed = SecretBytes(copying: (0..<32).map { UInt8($0) })
    return try NoteSigner(name: origin, key: Ed25519PrivateKey(seed: seed))
  }

  init() throws {
    func contents(
      _ profile: IdentityProfile, _ key: P256PrivateKey, _ name: String, years: Int64
    ) -> IdentityContents {
      IdentityContents(
        profile: profile, publicKey: key.publicKey,
        subject: IdentitySubject(commonName: name, organizationIdentifier: Self.registry),
        validFrom: Self.begin - 86_400, through: Self.begin + years * 365 * 86_400)
    }
    let rootKey = try P256PrivateKey.generate()
    root = try IdentityIssuer.root(
      contents(.root, rootKey, "Example root", years: 20), key: rootKey)
    let top = try IdentityIssuer(identity: root, key: rootKey)
    let authorityKey = try P256PrivateKey.generate()
    authority = try top.issue(
      contents(
        .authority(permittedHost: Self.host), authorityKey, "Example authority", years: 10))
    let listKey = try P256PrivateKey.generate()
    listSigner = Signer(
      identity: try top.issue(contents(.listSigner, listKey, "Example list signer", years: 10)),
      key: listKey)
    let below = try IdentityIssuer(identity: authority, key: authorityKey)
    act = try Self.signer(.act, Self.issuer, below)
    seal = try Self.signer(.seal, Self.issuer, below)
    otherAct = try Self.signer(.act, Self.other, below)
    otherSeal = try Self.signer(.seal, Self.other, below)
    authorityIssuer = below
    ledger = try Self.ledgerKey()
  }

  /// The identities of the stored example, with keys that signed none of it.
  init(stored: JSONValue) throws {
    var identities: [Identity] = []
    for name in Self.names {
      identities.append(
        try Identity(der: Base64.decode(stored["identities"]?[name]?.stringValue ?? "")))
    }
    let key = try P256PrivateKey.generate()
    root = identities[0]
    authority = identities[1]
    listSigner = Signer(identity: identities[2], key: key)
    act = Signer(identity: identities[3], key: key)
    seal = Signer(identity: identities[4], key: key)
    otherAct = Signer(identity: identities[5], key: key)
    otherSeal = Signer(identity: identities[6], key: key)
    authorityIssuer = nil
    ledger = try Self.ledgerKey()
  }

  /// A further identity of a department, valid for two years.
  static func signer(
    _ profile: IdentityProfile, _ code: String, _ issuer: IdentityIssuer,
    from: Int64 = begin - 86_400, through: Int64 = begin + 730 * 86_400
  ) throws -> Signer {
    let key = try P256PrivateKey.generate()
    let identity = try issuer.issue(
      IdentityContents(
        profile: profile, publicKey: key.publicKey,
        subject: IdentitySubject(commonName: "Example", organizationIdentifier: code),
        uri: uri(code), validFrom: from, through: through))
    return Signer(identity: identity, key: key)
  }
}
