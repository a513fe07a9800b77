import BenchmarkSupport
import Certificates
import Cryptography
import Dispatch
import Encoding
import Foundation
import Synchronization

/// Judges presentations in one session, and says what of it are OpenSSL's signatures.
///
/// `UseBenchmark COUNT`: each presentation is of a copy and a request of its own, so that three
/// signatures are checked; chain, trust list, type and status are judged once. One line of JSON:
/// microseconds of a presentation and of its three signatures alone, on one core and on all, the
/// ratios, and what hundredth of a presentation the check of its status is.
@main
struct UseBenchmark {
  static func main() throws {
    guard CommandLine.arguments.count == 2, let count = Int(CommandLine.arguments[1]), count > 0
    else {
      FileHandle.standardError.write(Data("UseBenchmark COUNT\n".utf8))
      exit(64)
    }
    let counter = try Counter()
    let cases = try (0..<min(count, 1_000)).map { _ in try counter.shown() }
    let session = try counter.session()
    // Once through: what is cached is cached.
    for one in cases { try counter.judge(one, session) }
    var alone = Watch()
    var one = Watch()
    var aloneOnAll = Watch()
    var onAll = Watch()
    var status = Watch()
    // In turns: a processor that others use, too, is not equally fast for long.
    for start in stride(from: 0, to: count, by: cases.count) {
      let some = cases.prefix(count - start)
      alone.time { for one in some { one.verifySignatures() } }
      try one.time { for one in some { try counter.judge(one, session) } }
      status.time { for one in some { one.checkStatus(session) } }
      let failures = Atomic(0)
      aloneOnAll.time {
        DispatchQueue.concurrentPerform(iterations: some.count) { some[$0].verifySignatures() }
      }
      onAll.time {
        DispatchQueue.concurrentPerform(iterations: some.count) { position in
          do { try counter.judge(some[position], session) } catch {
            failures.add(1, ordering: .relaxed)
          }
        }
      }
      guard failures.load(ordering: .relaxed) == 0 else { throw Counter.Failure.notYes }
    }
    func microseconds(_ watch: Watch) -> JSONValue {
      Meter.rounded(watch.wall / Double(count) * 1e6)
    }
    let result: JSONValue = [
      "presentations": .integer(Int64(count)),
      "signatures_microseconds": microseconds(alone), "microseconds": microseconds(one),
      "status_percent": Meter.rounded(100 * status.wall / one.wall),
      "ratio": Meter.rounded(alone.wall / one.wall),
      "signatures_microseconds_on_all": microseconds(aloneOnAll),
      "microseconds_on_all": microseconds(onAll),
      "ratio_on_all": Meter.rounded(aloneOnAll.wall / onAll.wall),
    ]
    print(String(decoding: result.canonicalBytes(), as: UTF8.self))
  }
}

/// A registry with an issuer and a counter, in memory.
private struct Counter: Sendable {
  enum Failure: Error { case notYes }

  /// An answer with its request, and the signatures in both.
  struct Shown: Sendable {
    let answer: [UInt8]
    let request: PresentationRequest
    let signatures: [(token: JWS, key: P256PublicKey)]
    let status: StatusReference
    let issuer: String

    func checkStatus(_ session: CertificateVerifier.Session) {
      precondition(session.status(status, of: issuer).result == .passed, "our copy has ended")
    }

    func verifySignatures() {
      for (token, key) in signatures {
        precondition(token.isSigned(by: key), "a signature of ours is wrong")
      }
    }
  }

  private static let host = "registry.example"
  private static let begin: Int64 = 1_795_478_400
  private static let now = begin + 50_000
  private static let issuerCode = "11430000006122244L"
  private static let askerCode = "11440300KH0002054H"
  private static let typeCode = "11100000000013338W011"

  private let root: Identity
  private let type: TypeFile
  private let list: SignedTrustList
  private let status: StatusToken
  private let seal: (key: P256PrivateKey, chain: [[UInt8]])
  private let act: (key: P256PrivateKey, chain: [[UInt8]])
  private let profile: CertificateProfile

  init() throws {
    let rootKey = try P256PrivateKey.generate()
    func contents(
      _ profile: IdentityProfile, _ key: P256PrivateKey, _ code: String? = nil
    ) -> IdentityContents {
      IdentityContents(
        profile: profile, publicKey: key.publicKey,
        subject: IdentitySubject(commonName: "Sample", organizationIdentifier: code),
        uri: code.map { "https://\(Self.host)/departments/\($0)" },
        validFrom: Self.begin - 86_400, through: Self.begin + 730 * 86_400)
    }
    root = try IdentityIssuer.root(contents(.root, rootKey), key: rootKey)
    let rootIssuer = try IdentityIssuer(identity: root, key: rootKey)
    let authorityKey = try P256PrivateKey.generate()
    let authority = try rootIssuer.issue(
      contents(.authority(permittedHost: Self.host), authorityKey))
    let issuer = try IdentityIssuer(identity: authority, key: authorityKey)
    let listKey = try P256PrivateKey.generate()
    let listSigner = try rootIssuer.issue(contents(.listSigner, listKey))
    func department(
      _ profile: IdentityProfile, _ code: String
    ) throws -> (Identity, P256PrivateKey) {
      let key = try P256PrivateKey.generate()
      return (try issuer.issue(contents(profile, key, code)), key)
    }
    let (sealIdentity, sealKey) = try department(.seal, Self.issuerCode)
    let (actIdentity, actKey) = try department(.act, Self.askerCode)
    seal = (sealKey, [sealIdentity.der, authority.der])
    act = (actKey, [actIdentity.der, authority.der])
    type = try Counter.type()
    func listed(
      _ code: String, _ identity: Identity, _ use: TrustList.IdentityEntry.Use
    ) throws -> TrustList.Department {
      TrustList.Department(
        code: try USCC(code), name: "甲",
        uri: "https://\(Self.host)/departments/\(code)", level: "municipal",
        identities: [.init(id: identity.sha256, use: use, from: Self.begin)])
    }
    let uri = "https://\(Self.host)/status/1"
    let trust = TrustList(
      sequence: 1, issuedAt: Self.begin + 40_000,
      issuer: "https://\(Self.host)/departments/11100000000013338W",
      departments: [
        try listed(Self.issuerCode, sealIdentity, .seal),
        try listed(Self.askerCode, actIdentity, .act),
      ],
      types: [.init(code: type.code, version: 1, digest: type.digest, issuers: [.any])],
      ledger: .init(origin: "\(Self.host)/ledger", keys: []), statusURIs: [uri])
    list = try SignedTrustList(
      parsing: try SignedTrustList.sign(trust, identity: listSigner, key: listKey))
    status = try StatusToken(
      parsing: try StatusToken.sign(
        try StatusList(width: .two, count: 1 << 20), uri: uri, issuedAt: Self.begin + 45_000,
        identities: [sealIdentity, authority], key: sealKey))
    profile = CertificateProfile(
      kind: type.kind,
      issuer: .init(
        code: try USCC(Self.issuerCode), name: "甲", host: Self.host, identities: seal.chain),
      key: sealKey)
  }

  func session() throws -> CertificateVerifier.Session {
    CertificateVerifier(paths: try PathValidator(root: root)).session(
      evidence: .init(trustList: list, types: [type], statusTokens: [status]), at: Self.now,
      clock: Self.now)
  }

  func judge(_ one: Shown, _ session: CertificateVerifier.Session) throws {
    let checks = session.verify(presentation: one.answer, request: one.request).checks
    guard checks.verdict(notDemanding: []) == .yes else { throw Failure.notYes }
  }

  /// Issues a copy, asks and answers.
  func shown() throws -> Shown {
    let holder = try P256PrivateKey.generate()
    let claims = try CertificateClaims([
      "number": "湘A0042", "valid_from": "2026-11-01", "valid_until": "2031-10-31",
      "holders": [["name": "刘一", "code": "11010519491231002X", "code_type": "111"]],
      "category": "low-voltage", "scope": ["install", "repair"],
    ])
    let content = try profile.content(
      of: claims,
      identifier: try .make(
        type: type.code, issuer: try USCC(Self.issuerCode), serial: "20230000403", version: 1),
      today: try Day(parsing: "2026-11-24"))
    let bytes = try profile.copy(
      of: content, holder: holder.publicKey,
      status: StatusReference(index: 42, uri: status.uri), random: SystemRandom()
    ).bytes
    let copy = try UnverifiedCertificate(parsing: bytes, keyBinding: .refused)
    let terms = try PresentationRequest.Terms(
      issuer: "https://\(Self.host)/departments/\(Self.askerCode)",
      query: try ClaimQuery(
        types: [copy.type], claims: [try .init("category"), try .init("number")]),
      purpose: try Purpose(code: "site-inspection", text: "进场检查"), issuedAt: Self.now - 20,
      expiresAt: Self.now + 600, random: SystemRandom())
    let request = try PresentationRequest(
      parsing: try PresentationRequest.sign(terms, identities: act.chain, key: act.key))
    let answer = try Presentation(of: copy, selection: try terms.query.selection(from: copy))
      .sign(.init(answering: request, at: Self.now - 10), with: holder)
    let binding = try JWS(
      parsing: Array(answer[((answer.lastIndex(of: UInt8(ascii: "~")) ?? 0) + 1)...]),
      as: JWSForm(type: "kb+jwt", keyReference: .none, byteCountMax: 8_192))
    return Shown(
      answer: answer, request: request,
      signatures: [
        (copy.token, seal.key.publicKey), (binding, holder.publicKey),
        (request.token, act.key.publicKey),
      ], status: copy.status, issuer: copy.issuer)
  }

  private static func type() throws -> TypeFile {
    func label(_ name: String) -> JSONValue {
      [
        "path": [.string(name)], "sd": "always", "mandatory": false,
        "display": [["locale": "zh-CN", "label": .string(name)]],
      ]
    }
    return try TypeFile([
      "code": .string(typeCode), "version": 1, "issuers": ["*"], "unique": ["number"],
      "subjects": 1, "copies": 1,
      "duties": [
        [
          "department": .string(askerCode), "claims": ["category", "number"],
          "purpose": "site-inspection", "citation": "法一",
        ]
      ],
      "metadata": [
        "name": "特种作业操作证", "description": "特种作业操作证",
        "display": [["locale": "zh-CN", "name": "特种作业操作证"]],
        "claims": [label("category"), label("scope")],
      ],
      "schema": [
        "type": "object", "additionalProperties": false, "required": ["category"],
        "properties": [
          "category": ["type": "string", "enum": ["low-voltage", "high-voltage"]],
          "scope": [
            "type": "array", "items": ["type": "string", "maxLength": 20], "maxItems": 3,
          ],
        ],
      ],
    ])
  }
}
