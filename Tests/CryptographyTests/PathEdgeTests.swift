import Cryptography
import Encoding
import Testing

/// Paths that an attacker or a careless root would make.
@Suite struct PathEdgeTests {
  private static let authority = [
    "basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign,cRLSign",
    "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid:always",
    "nameConstraints=critical,permitted;URI:kanhe.example.cn",
  ]

  private static func codes(
    _ city: TestCity, _ identity: Identity
  ) throws -> Set<PathFailure.Code> {
    try PathValidator(root: city.root).validate(
      leaf: identity, purpose: .authority, at: identity.notBefore, expectedURI: nil
    ).codes.subtracting([.expired, .notYetValid])
  }

  @Test(
    "an authority that is more than an authority for one host is refused",
    arguments: [
      ("nameConstraints=critical,permitted;DNS:kanhe.example.cn", PathFailure.Code.nameConstraint),
      ("nameConstraints=critical,permitted;URI:.example.cn", .nameConstraint),
      ("nameConstraints=critical,excluded;URI:other.example.cn", .nameConstraint),
      (
        "nameConstraints=critical,permitted;URI:kanhe.example.cn,permitted;URI:b.example.cn",
        .nameConstraint
      ),
      ("extendedKeyUsage=\(IdentityProfile.listSignerUsage)", .wrongExtendedUsage),
      ("subjectAltName=URI:https://kanhe.example.cn/departments/1", .uriMismatch),
    ])
  func authorities(line: String, code: PathFailure.Code) throws {
    guard let tool = try OpenSSLTool() else { return }
    let city = try TestCity()
    try tool.install(city)
    let name = line.prefix { $0 != "=" }
    let extensions = Self.authority.filter { !$0.hasPrefix(name + "=") } + [line]
    let authority = try tool.issue("odd", under: "root", extensions: extensions)
    #expect(try Self.codes(city, authority) == [code])
    let good = try tool.issue("plain", under: "root", extensions: Self.authority)
    #expect(try Self.codes(city, good).isEmpty)
  }

  @Test("a decoy with the authority's name and key identifier does not hide the authority")
  func decoy() throws {
    guard let tool = try OpenSSLTool() else { return }
    let city = try TestCity()
    let identifier = try #require(city.authority.subjectKeyIdentifier)
    try tool.write(
      "decoy.cnf",
      Array(
        """
        [req]
        distinguished_name=name
        prompt=no
        [name]
        CN=Test authority
        [decoy]
        basicConstraints=critical,CA:TRUE,pathlen:0
        keyUsage=critical,keyCertSign,cRLSign
        subjectKeyIdentifier=\(Hex.encode(identifier))

        """.utf8))
    try tool.require(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout decoy.key"
        + " -config decoy.cnf -extensions decoy -out decoy.pem")
    let decoy = try Identity(pem: tool.read("decoy.pem"))
    let leaf = try city.leaf(.act)
    let validator = try PathValidator(root: city.root)
    for intermediates in [[decoy, city.authority], [city.authority, decoy]] {
      let result = validator.validate(
        leaf: leaf, intermediates: intermediates, purpose: .act, at: leaf.notBefore,
        expectedURI: nil)
      #expect(result.isValid, "\(result.failures)")
    }
    let alone = validator.validate(
      leaf: leaf, intermediates: [decoy], purpose: .act, at: leaf.notBefore, expectedURI: nil)
    #expect(alone.codes.isSuperset(of: [.badSignature, .foreignRoot]))
  }

  @Test("a renewed authority with the same key stands in for the expired one")
  func renewed() throws {
    let city = try TestCity()
    let renewed = try city.rootIssuer.issue(
      IdentityContents(
        profile: .authority(permittedHost: TestCity.host), publicKey: city.authorityKey.publicKey,
        subject: IdentitySubject(commonName: "Test authority"),
        validFrom: TestCity.begin + 3000 * TestCity.day,
        through: TestCity.begin + 7000 * TestCity.day))
    let begin = TestCity.begin + 3600 * TestCity.day
    var contents = TestCity.contents(.act, key: try P256PrivateKey.generate().publicKey)
    contents.notBefore = begin
    contents.notAfter = begin + 730 * TestCity.day
    let leaf = try IdentityIssuer(identity: renewed, key: city.authorityKey).issue(contents)
    let validator = try PathValidator(root: city.root)
    for intermediates in [[city.authority, renewed], [renewed, city.authority]] {
      let result = validator.validate(
        leaf: leaf, intermediates: intermediates, purpose: .act, at: begin + 400 * TestCity.day,
        expectedURI: nil)
      #expect(result.isValid, "\(result.failures)")
    }
  }

  @Test("what the root issues to a department never holds; an authority issues departments only")
  func levels() throws {
    let city = try TestCity()
    let key = try P256PrivateKey.generate().publicKey
    let refused = CryptographyError(.invalidProfile, "")
    let validator = try PathValidator(root: city.root)
    for (profile, purpose) in [
      (IdentityProfile.act, IdentityPurpose.act), (.seal, .seal), (.open, .open),
    ] {
      let leaf = try city.rootIssuer.issue(TestCity.contents(profile, key: key))
      let result = validator.validate(
        leaf: leaf, intermediates: [city.authority, city.root], purpose: purpose,
        at: leaf.notBefore, expectedURI: nil)
      #expect(result.codes == [.missingAuthority])
    }
    for profile in [IdentityProfile.listSigner, .authority(permittedHost: TestCity.host)] {
      #expect(throws: refused) {
        try city.issuer.issue(TestCity.contents(profile, key: key, uri: nil))
      }
    }
  }
}
