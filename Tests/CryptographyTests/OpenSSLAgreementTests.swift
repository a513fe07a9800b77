import Cryptography
import Testing

@Suite struct OpenSSLAgreementTests {
  private static let act = [
    "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
    "extendedKeyUsage=critical,\(IdentityProfile.actUsage)", "subjectKeyIdentifier=hash",
    "authorityKeyIdentifier=keyid:always",
    "subjectAltName=URI:https://kanhe.example.cn/departments/1",
  ]

  private static func act(replacing prefix: String, by line: String) -> [String] {
    act.map { $0.hasPrefix(prefix + "=") ? line : $0 }.filter { !$0.isEmpty }
  }

  /// What is wrong besides time: `openssl x509` can only begin at the real clock's now.
  private static func codes(
    _ city: TestCity, _ leaf: Identity, _ intermediates: [Identity],
    purpose: IdentityPurpose = .act
  ) throws -> Set<PathFailure.Code> {
    try PathValidator(root: city.root).validate(
      leaf: leaf, intermediates: intermediates, purpose: purpose, at: leaf.notBefore,
      expectedURI: nil
    ).codes.subtracting([.expired, .notYetValid])
  }

  @Test("openssl verify agrees on every identity made, at every edge of its validity")
  func agreement() throws {
    guard let tool = try OpenSSLTool() else { return }
    let city = try TestCity()
    let other = try TestCity()
    let validator = try PathValidator(root: city.root)
    let lister = try city.rootIssuer.issue(
      TestCity.contents(.listSigner, key: P256PrivateKey.generate().publicKey, uri: nil))
    let cases: [(Identity, IdentityPurpose, [Identity])] = [
      (city.authority, .authority, []), (lister, .listSigner, []),
      (try city.leaf(.act), .act, [city.authority]),
      (try city.leaf(.seal), .seal, [city.authority]),
      (try city.leaf(.open), .open, [city.authority]),
      (try other.leaf(.seal), .seal, [other.authority]),
    ]
    for (leaf, purpose, untrusted) in cases {
      for time in [
        leaf.notBefore - 1, leaf.notBefore, leaf.notAfter - 1, leaf.notAfter, leaf.notAfter + 1,
      ] {
        let ours = validator.validate(
          leaf: leaf, intermediates: untrusted, purpose: purpose, at: time, expectedURI: nil)
        let theirs = try tool.verifies(leaf, root: city.root, untrusted: untrusted, at: time)
        #expect(ours.isValid == theirs, "\(purpose) at \(time): \(ours.failures)")
      }
    }
  }

  @Test("openssl reads our requests and opens our key files")
  func files() throws {
    guard let tool = try OpenSSLTool() else { return }
    let key = try P256PrivateKey.generate()
    let request = try IdentityRequest.make(
      key: key, subject: IdentitySubject(commonName: "测试局"))
    try tool.write("request.pem", request.pem)
    try tool.require("req -in request.pem -noout -verify")
    try tool.install(TestCity())
    try tool.require("pkey -in root.key -passin pass:test -noout")
  }

  @Test("an identity that openssl made by the profile is accepted")
  func foreignMaker() throws {
    guard let tool = try OpenSSLTool() else { return }
    let city = try TestCity()
    try tool.install(city)
    let leaf = try tool.issue("good", under: "authority", extensions: Self.act)
    #expect(try Self.codes(city, leaf, [city.authority]).isEmpty)
  }

  @Test("RSA 1024, P-384 and other digests are refused by name")
  func weakKeys() throws {
    guard let tool = try OpenSSLTool() else { return }
    let city = try TestCity()
    try tool.install(city)
    let rsa = try tool.issue("rsa", under: "authority", extensions: Self.act, key: "rsa:1024")
    #expect(rsa.publicKey == nil)
    #expect(rsa.keyDescription == "RSA 1024")
    #expect(try Self.codes(city, rsa, [city.authority]) == [.weakKey])
    let large = try tool.issue(
      "p384", under: "authority", extensions: Self.act,
      key: "ec -pkeyopt ec_paramgen_curve:P-384")
    #expect(try Self.codes(city, large, [city.authority]) == [.weakKey])
    let digest = try tool.issue(
      "sha384", under: "authority", extensions: Self.act, digest: "sha384")
    #expect(try Self.codes(city, digest, [city.authority]) == [.weakKey])
    let explicit = try tool.issue(
      "explicit", under: "authority", extensions: Self.act,
      key: "ec -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit")
    #expect(try Self.codes(city, explicit, [city.authority]).contains(.weakKey))
  }

  @Test(
    "names beyond the authority's constraint are refused",
    arguments: [
      "URI:https://other.example.cn/departments/1",
      "URI:https://sub.kanhe.example.cn/departments/1",
      "URI:https://kanhe.example.cn.evil.cn/departments/1",
      "URI:https://kanhe.example.cn/departments/1,email:clerk@other.example.cn",
    ])
  func nameConstraint(name: String) throws {
    guard let tool = try OpenSSLTool() else { return }
    let city = try TestCity()
    try tool.install(city)
    let leaf = try tool.issue(
      "names", under: "authority",
      extensions: Self.act(replacing: "subjectAltName", by: "subjectAltName=\(name)"))
    #expect(try Self.codes(city, leaf, [city.authority]).contains(.nameConstraint))
    #expect(
      try !tool.verifies(
        leaf, root: city.root, untrusted: [city.authority], at: leaf.notBefore))
  }

  @Test(
    "one extension wrong is one named failure",
    arguments: [
      ("keyUsage", "keyUsage=critical,digitalSignature,keyAgreement", PathFailure.Code.wrongUsage),
      ("keyUsage", "keyUsage=critical,digitalSignature,nonRepudiation", .wrongUsage),
      ("keyUsage", "", .wrongUsage),
      ("extendedKeyUsage", "", .wrongExtendedUsage),
      ("extendedKeyUsage", "extendedKeyUsage=emailProtection", .wrongExtendedUsage),
      (
        "extendedKeyUsage", "extendedKeyUsage=\(IdentityProfile.actUsage),serverAuth",
        .wrongExtendedUsage
      ),
      ("subjectAltName", "", .uriMismatch),
      (
        "subjectAltName",
        "subjectAltName=URI:https://kanhe.example.cn/1,URI:https://kanhe.example.cn/2",
        .uriMismatch
      ),
      (
        "subjectKeyIdentifier", "subjectKeyIdentifier=hash\n1.2.3.4.5=critical,DER:0500",
        .unknownCriticalExtension
      ),
      ("authorityKeyIdentifier", "authorityKeyIdentifier=none", .malformed),
    ])
  func extensions(name: String, line: String, code: PathFailure.Code) throws {
    guard let tool = try OpenSSLTool() else { return }
    let city = try TestCity()
    try tool.install(city)
    let leaf = try tool.issue(
      "leaf", under: "authority", extensions: Self.act(replacing: name, by: line))
    #expect(try Self.codes(city, leaf, [city.authority]) == [code])
  }

  @Test("an authority below an authority breaks the path length")
  func pathLength() throws {
    guard let tool = try OpenSSLTool() else { return }
    let city = try TestCity()
    try tool.install(city)
    let below = try tool.issue(
      "below", under: "authority",
      extensions: [
        "basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign,cRLSign",
        "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid:always",
        "nameConstraints=critical,permitted;URI:kanhe.example.cn",
      ])
    let leaf = try tool.issue("leaf", under: "below", extensions: Self.act)
    #expect(try Self.codes(city, leaf, [below, city.authority]) == [.pathLength])
    #expect(
      try !tool.verifies(
        leaf, root: city.root, untrusted: [below, city.authority], at: leaf.notBefore))
  }

  @Test("a leaf that issues is no authority")
  func leafAsAuthority() throws {
    guard let tool = try OpenSSLTool() else { return }
    let city = try TestCity()
    try tool.install(city)
    _ = try tool.issue("middle", under: "root", extensions: Self.act)
    let middle = try Identity(pem: tool.read("middle.pem"))
    let leaf = try tool.issue("leaf", under: "middle", extensions: Self.act)
    #expect(try Self.codes(city, leaf, [middle]).contains(.notCA))
  }

  @Test("an authority without a name constraint, or with more path length, is refused")
  func looseAuthority() throws {
    guard let tool = try OpenSSLTool() else { return }
    let city = try TestCity()
    try tool.install(city)
    let common = [
      "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash",
      "authorityKeyIdentifier=keyid:always",
    ]
    let free = try tool.issue(
      "free", under: "root", extensions: common + ["basicConstraints=critical,CA:TRUE,pathlen:0"])
    #expect(try Self.codes(city, free, [], purpose: .authority) == [.nameConstraint])
    let long = try tool.issue(
      "long", under: "root",
      extensions: common + [
        "basicConstraints=critical,CA:TRUE",
        "nameConstraints=critical,permitted;URI:kanhe.example.cn",
      ])
    #expect(try Self.codes(city, long, [], purpose: .authority) == [.pathLength])
    let leaf = try tool.issue("leaf", under: "free", extensions: Self.act)
    #expect(try Self.codes(city, leaf, [free]) == [.nameConstraint])
  }
}
