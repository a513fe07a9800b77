import Cryptography

/// Keys and identities of a small registry at a fixed clock.
struct TestCity {
  /// 2026-11-24 00:00Z.
  static let begin: Int64 = 1_795_478_400
  static let day: Int64 = 86_400
  static let host = "kanhe.example.cn"

  let rootKey: P256PrivateKey
  let root: Identity
  let authorityKey: P256PrivateKey
  let authority: Identity
  let rootIssuer: IdentityIssuer
  let issuer: IdentityIssuer

  init(name: String = "Test root", host: String = TestCity.host) throws {
    rootKey = try P256PrivateKey.generate()
    root = try IdentityIssuer.root(
      IdentityContents(
        profile: .root, publicKey: rootKey.publicKey, subject: IdentitySubject(commonName: name),
        validFrom: TestCity.begin, through: TestCity.begin + 7300 * TestCity.day), key: rootKey)
    rootIssuer = try IdentityIssuer(identity: root, key: rootKey)
    authorityKey = try P256PrivateKey.generate()
    authority = try rootIssuer.issue(
      IdentityContents(
        profile: .authority(permittedHost: host), publicKey: authorityKey.publicKey,
        subject: IdentitySubject(commonName: "Test authority"), validFrom: TestCity.begin,
        through: TestCity.begin + 3650 * TestCity.day))
    issuer = try IdentityIssuer(identity: authority, key: authorityKey)
  }

  static func uri(_ code: String, host: String = TestCity.host) -> String {
    "https://\(host)/departments/\(code)"
  }

  static let code = "11440300MB2D00001A"

  static func contents(
    _ profile: IdentityProfile, key: P256PublicKey, uri: String? = TestCity.uri(TestCity.code)
  ) -> IdentityContents {
    IdentityContents(
      profile: profile, publicKey: key,
      subject: IdentitySubject(commonName: "深圳市测试局", organizationIdentifier: code), uri: uri,
      validFrom: begin + day, through: begin + 731 * day)
  }

  func leaf(_ profile: IdentityProfile) throws -> Identity {
    try issuer.issue(TestCity.contents(profile, key: P256PrivateKey.generate().publicKey))
  }
}
