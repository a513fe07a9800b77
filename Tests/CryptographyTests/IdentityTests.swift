import Cryptography
import Testing

@Suite struct IdentityTests {
  @Test("an issued identity says exactly what was asked for")
  func fields() throws {
    let city = try TestCity()
    let key = try P256PrivateKey.generate()
    let seal = try city.issuer.issue(TestCity.contents(.seal, key: key.publicKey))
    #expect(seal.publicKey == key.publicKey)
    #expect(seal.commonName == "深圳市测试局")
    #expect(seal.organizationIdentifier == TestCity.code)
    #expect(seal.subject.contains("深圳市测试局"))
    #expect(seal.issuer == city.authority.subject)
    #expect(seal.uris == [TestCity.uri(TestCity.code)])
    #expect(seal.dnsNames.isEmpty)
    #expect(seal.keyUsages == [.digitalSignature, .nonRepudiation])
    #expect(seal.extendedKeyUsages == [IdentityProfile.emailProtection])
    #expect(!seal.isCA)
    #expect(seal.notBefore == TestCity.begin + TestCity.day)
    #expect(seal.notAfter == TestCity.begin + 731 * TestCity.day)
    #expect(seal.serial.count == 16)
    #expect(seal.authorityKeyIdentifier == city.authority.subjectKeyIdentifier)
    #expect(seal.sha256 == SHA256.hash(seal.der))
    #expect(city.root.pathLength == 1)
    #expect(city.authority.pathLength == 0)
    #expect(city.authority.permittedURIHosts == [TestCity.host])
    #expect(try city.leaf(.act).extendedKeyUsages == [IdentityProfile.actUsage])
    #expect(try city.leaf(.open).keyUsages == [.keyAgreement])
  }

  @Test("times before 1970-03-01, on leap days and after 2050 survive the encoding")
  func times() throws {
    let key = try P256PrivateKey.generate()
    for start in [951_782_400, 1_709_164_800, 2_524_607_999, 4_102_444_800] as [Int64] {
      let root = try IdentityIssuer.root(
        IdentityContents(
          profile: .root, publicKey: key.publicKey, subject: IdentitySubject(commonName: "R"),
          validFrom: start, through: start + 86_399), key: key)
      #expect(root.notBefore == start)
      #expect(root.notAfter == start + 86_399)
    }
  }

  @Test("identities survive PEM, and a file of two gives two")
  func pem() throws {
    let city = try TestCity()
    #expect(try Identity(pem: city.root.pem) == city.root)
    #expect(
      try Identity.all(pem: city.authority.pem + city.root.pem) == [city.authority, city.root])
    let broken = CryptographyError(.invalidEncoding, "")
    #expect(throws: broken) { try Identity(pem: city.authority.pem + city.root.pem) }
    #expect(throws: broken) { try Identity(pem: Array(city.root.pem.dropLast(30))) }
    #expect(throws: broken) { try Identity(pem: []) }
    #expect(throws: broken) { try Identity(pem: Array("hello".utf8)) }
  }

  @Test("every truncation and every trailing byte of an identity is refused")
  func truncated() throws {
    let der = try TestCity().root.der
    let refused = CryptographyError(.invalidIdentity, "")
    for count in 0..<der.count {
      #expect(throws: refused) { try Identity(der: Array(der.prefix(count))) }
    }
    #expect(throws: refused) { try Identity(der: der + [0]) }
    #expect(throws: refused) { try Identity(der: der + der) }
    #expect(throws: refused) { try Identity(der: [UInt8](repeating: 0x30, count: 20_000)) }
  }

  @Test("a request proves possession; a changed one does not")
  func requests() throws {
    let key = try P256PrivateKey.generate()
    let request = try IdentityRequest.make(
      key: key, subject: IdentitySubject(commonName: "测试局"))
    #expect(request.publicKey == key.publicKey)
    #expect(request.commonName == "测试局")
    #expect(try IdentityRequest(pem: request.pem).der == request.der)
    let refused = CryptographyError(.invalidRequest, "")
    let codes: Set<CryptographyError.Code> = [.invalidRequest, .weakKey, .noPossession]
    var seen: Set<CryptographyError.Code> = []
    for position in stride(from: 0, to: request.der.count, by: 3) {
      var changed = request.der
      changed[position] ^= 1
      let error = #expect(throws: CryptographyError.self) { try IdentityRequest(der: changed) }
      if let code = error?.code { seen.insert(code) }
    }
    #expect(seen == codes)
    var unsigned = request.der
    unsigned[unsigned.count - 1] ^= 1
    #expect(throws: CryptographyError(.noPossession, "")) { try IdentityRequest(der: unsigned) }
    #expect(throws: refused) { try IdentityRequest(der: request.der + [0]) }
    #expect(throws: refused) { try IdentityRequest(der: []) }
  }

  @Test("what would not validate is not issued")
  func refusals() throws {
    let city = try TestCity()
    let key = try P256PrivateKey.generate().publicKey
    let refused = CryptographyError(.invalidProfile, "")
    let good = TestCity.contents(.act, key: key)
    func change(_ edit: (inout IdentityContents) -> Void) -> IdentityContents {
      var contents = good
      edit(&contents)
      return contents
    }
    for bad in [
      change { $0.uri = nil }, change { $0.uri = "http://kanhe.example.cn/departments/x" },
      change { $0.uri = TestCity.uri("x", host: "other.example.cn") },
      change { $0.uri = TestCity.uri("x", host: "sub.kanhe.example.cn") },
      change { $0.uri = "https://kanhe.example.cn/a b" },
      change { $0.uri = "https://kanhe.example.cn/a:b" },
      change { $0.subject.commonName = "" },
      change { $0.subject.commonName = String(repeating: "局", count: 65) },
      change { $0.notAfter = $0.notBefore }, change { $0.notBefore = TestCity.begin - 1 },
      change { $0.notAfter = city.authority.notAfter + 1 }, change { $0.profile = .root },
      change { $0.profile = .authority(permittedHost: TestCity.host) },
    ] {
      #expect(throws: refused) { try city.issuer.issue(bad) }
    }
    #expect(throws: refused) {
      try IdentityIssuer(identity: city.authority, key: city.rootKey)
    }
    #expect(throws: refused) {
      try city.rootIssuer.issue(
        IdentityContents(
          profile: .authority(permittedHost: "a.cn,permitted;URI:b.cn"), publicKey: key,
          subject: IdentitySubject(commonName: "A"), validFrom: TestCity.begin,
          through: TestCity.begin + TestCity.day))
    }
  }

  @Test("a comma in a URI stays inside it")
  func commaInURI() throws {
    let city = try TestCity()
    let uri = "https://kanhe.example.cn/departments/a,DNS=evil.example"
    let identity = try city.issuer.issue(
      TestCity.contents(.act, key: P256PrivateKey.generate().publicKey, uri: uri))
    #expect(identity.uris == [uri])
    #expect(identity.dnsNames.isEmpty)
  }
}
