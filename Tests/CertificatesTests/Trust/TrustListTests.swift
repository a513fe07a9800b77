import Certificates
import Cryptography
import Encoding
import Testing

@Suite struct TrustListTests {
  static func example() throws -> TrustList {
    let digest = SHA256.hash("{}")
    let code = try USCC("11430000006122244L")
    return TrustList(
      sequence: 1, issuedAt: 1_795_478_400,
      issuer: "https://registry.example/departments/11100000000013338W",
      departments: [
        .init(
          code: code, name: "湖南省应急管理厅",
          uri: RegistryNames.department(code, host: "registry.example"), level: "municipal",
          identities: [.init(id: digest, use: .seal, from: 1_795_449_600)])
      ],
      types: [
        .init(
          code: try TypeCode("11100000000013338W011"), version: 1, digest: digest,
          issuers: [.any])
      ],
      ledger: .init(
        origin: "registry.example/ledger",
        keys: [.init(from: 0, verifierKey: "registry.example+1f0b3a1c+AQIDBA")]),
      statusURIs: ["https://registry.example/status/1"])
  }

  /// Signs nothing that counts: the identity is a stand-in.
  private func signed(_ payload: [UInt8]) throws -> [UInt8] {
    try JWSSigner(
      type: "kanhe-trust+jwt", identities: [[0x30, 0x00]], key: try P256PrivateKey.generate()
    ).sign(payload: payload)
  }

  @Test("the page quotes a list that we write")
  func page() throws {
    let text = String(decoding: try Self.example().canonicalBytes(), as: UTF8.self)
    #expect(try Vectors.page("trust-list.md").contains(text))
  }

  @Test("a list with every kind of entry is read as it was written")
  func roundTrip() throws {
    var list = try Self.example()
    let code = try TypeCode("11100000000013338W011")
    list.departments[0].identities += [
      .init(id: SHA256.hash("a"), use: .act, from: 1, state: .retired(at: 5)),
      .init(id: SHA256.hash("b"), use: .open, from: 2, state: .compromised(since: 4)),
    ]
    list.departments[0].state = .retired
    list.departments[0].successor = try USCC("11330105002500287C")
    list.departments[0].types = [.init(code: code, versions: [1, 3])]
    list.types.append(
      .init(
        code: code, version: 2, digest: .zero,
        issuers: [.department(try USCC("11430000006122244L"))], state: .withdrawn))
    list.ledger.keys.append(.init(from: 70_000, verifierKey: "x+00000000+AAAA"))
    list.admitted = [.init(origin: "o", name: "n", root: .zero, types: [code])]
    let read = try SignedTrustList(parsing: try signed(list.canonicalBytes())).unverifiedList
    #expect(read == list)
    #expect(read.canonicalBytes() == list.canonicalBytes())
    #expect(list.ledger.key(forSize: 69_999)?.from == 0)
    #expect(list.ledger.key(forSize: 70_000)?.from == 70_000)
  }

  @Test(
    "an admitted registry has a host of its own",
    arguments: [
      ["registry.example/other"], ["registry.example"], ["/ledger"],
      ["other.example/a", "other.example/b"],
    ])
  func admittedHosts(_ origins: [String]) throws {
    var list = try Self.example()
    list.admitted = origins.map { .init(origin: $0, name: "n", root: .zero, types: []) }
    let bytes = try signed(list.canonicalBytes())
    #expect(throws: CertificatesError(.foreignHost, "")) { try SignedTrustList(parsing: bytes) }
  }

  @Test(
    "a ledger's origin is the host's own",
    arguments: ["other.example/ledger", "registry.example.evil/x"])
  func origin(_ origin: String) throws {
    var list = try Self.example()
    list.ledger.origin = origin
    let bytes = try signed(list.canonicalBytes())
    #expect {
      try SignedTrustList(parsing: bytes)
    } throws: {
      ($0 as? CertificatesError)?.code == .foreignHost
    }
    list.ledger.origin = "registry.example"
    _ = try SignedTrustList(parsing: try signed(list.canonicalBytes()))
  }

  @Test("who may issue follows from the type and from the department")
  func mayIssue() throws {
    var list = try Self.example()
    let code = try TypeCode("11100000000013338W011")
    #expect(list.mayIssue(list.departments[0], list.types[0]))
    list.departments[0].types = [.init(code: code, versions: [2])]
    #expect(!list.mayIssue(list.departments[0], list.types[0]))
    list.departments[0].types = [.init(code: code, versions: [1])]
    #expect(list.mayIssue(list.departments[0], list.types[0]))
    list.types[0].issuers = [.department(try USCC("11100000000013338W"))]
    #expect(!list.mayIssue(list.departments[0], list.types[0]))
    list.types[0].issuers.insert(.department(list.departments[0].code))
    #expect(list.mayIssue(list.departments[0], list.types[0]))
  }

  @Test("a list that is out of form is refused by name")
  func badLists() throws {
    func refuses(
      _ from: String, _ to: String, _ code: CertificatesError.Code,
      _ place: SourceLocation = #_sourceLocation
    ) throws {
      let text = String(decoding: try Self.example().canonicalBytes(), as: UTF8.self)
      let changed = text.split(separator: from, maxSplits: 1, omittingEmptySubsequences: false)
        .joined(separator: to)
      #expect(changed != text, sourceLocation: place)
      let token = try signed(Array(changed.utf8))
      #expect(throws: CertificatesError(code, ""), sourceLocation: place) {
        try SignedTrustList(parsing: token)
      }
    }
    try refuses("\"seq\":1", "\"seq\":-1", .wrongMember)
    try refuses("\"seq\":1", "\"seq\":\"1\"", .wrongMember)
    try refuses("\"seq\":1", "\"seq\":1,\"x\":1", .unknownMember)
    try refuses("\"seq\":1,", "", .missingMember)
    try refuses("\"level\":\"municipal\"", "\"level\":\"city\"", .wrongMember)
    try refuses("\"use\":\"seal\"", "\"use\":\"sign\"", .wrongMember)
    try refuses("\"state\":\"active\",\"use\"", "\"state\":\"retired\",\"use\"", .missingMember)
    try refuses("departments/11430000006122244L", "departments/11100000000013338W", .nameForm)
    let iss = "\"iss\":\"https://registry.example/departments/11100000000013338W\""
    try refuses(iss, iss.replacing("registry", with: "other"), .foreignHost)
    try refuses(iss, "\"iss\":\"https://registry.example\"", .nameForm)
    try refuses(
      "\"https://registry.example/status", "\"https://registry.example.cn/status", .foreignHost)
    try refuses("\"issuers\":[\"*\"]", "\"issuers\":[\"x\"]", .codeForm)
    try refuses("\"version\":1", "\"version\":0", .wrongMember)
    try refuses("\"digest\":\"RB", "\"digest\":\"RB==", .notBase64URL)
    try refuses("\"from\":0", "\"from\":0.5", .wrongMember)
  }
}
