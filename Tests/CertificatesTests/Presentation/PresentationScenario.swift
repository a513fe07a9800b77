import Certificates
import Cryptography
import Encoding

/// A good request and its answer with all evidence, and the changes that
/// `presentation/verdict.json` names.
struct PresentationScenario {
  static let askerCode = "11440300KH0002054H"
  /// When the request is signed; answered ten seconds later, judged after twenty.
  static let asked = SampleRegistry.begin + 50_000

  let registry: SampleRegistry
  /// Signs for the department that asks.
  let asker: SampleRegistry.Holder
  let holder: P256PrivateKey
  var type: TypeFile
  var list: TrustList
  var certificate: EditableCertificate
  var time = Self.asked + 20
  /// What is shown, by the names of disclosures; nil for an element of a list.
  var shown: Set<String?> = ["category", "number"]
  var request: EditableToken
  var binding: EditableToken
  var isRequestGiven = true
  var isListGiven = true
  var types: [TypeFile]
  var statusTokens: [StatusToken]
  /// Changes the answer after all was signed.
  var afterSigning: ([UInt8]) throws -> [UInt8] = { $0 }
  /// Another value of `sd_hash`.
  var selectionHash: String?

  init(_ registry: SampleRegistry) throws {
    self.registry = registry
    asker = try SampleRegistry.issue(.act, Self.askerCode, registry.issuer)
    holder = try P256PrivateKey.generate()
    let duty: JSONValue = [
      "department": .string(Self.askerCode), "claims": ["category", "holders", "number", "remark"],
      "purpose": "site-inspection", "citation": "法一",
    ]
    type = try SampleRegistry.typeFile(duties: [duty])
    types = [type]
    statusTokens = [try Scenario.status(registry.seal)]
    list = try registry.trustList(type)
    var department = try SampleRegistry.department(Self.askerCode, holder: nil)
    department.identities = [
      .init(id: asker.chain[0].sha256, use: .act, from: SampleRegistry.begin + 36_000)
    ]
    list.departments.append(department)
    let sample = try SampleCertificate(
      key: registry.seal.key, identities: registry.seal.identities, kind: type.kind)
    certificate = try EditableCertificate(
      try sample.copy(holder: holder.publicKey), key: registry.seal.key)
    request = try Self.request(asker)
    binding = EditableToken(
      header: ["alg": "ES256", "typ": "kb+jwt"],
      payload: ["iat": .integer(Self.asked + 10)], key: holder)
  }

  static func request(_ asker: SampleRegistry.Holder) throws -> EditableToken {
    let terms = try PresentationRequest.Terms(
      issuer: RegistryNames.department(try USCC(askerCode), host: SampleCertificate.host),
      query: try ClaimQuery(
        types: ["https://registry.example/types/11100000000013338W011/1"],
        claims: [.init("category", values: [.text("low-voltage")]), .init("number")]),
      purpose: try Purpose(code: "site-inspection", text: "进场检查"),
      issuedAt: asked, expiresAt: asked + 600, random: SystemRandom())
    return try EditableToken(
      PresentationRequest.sign(terms, identities: asker.identities, key: asker.key),
      as: .presentationRequest, key: asker.key)
  }

  /// The answer: what is shown, and the key binding over it.
  func answer() throws -> [UInt8] {
    var certificate = certificate
    certificate.disclosures = try certificate.disclosures.filter {
      shown.contains(try $0.content().name)
    }
    let bound = try certificate.bytes()
    var binding = binding
    let asked = request.payload
    let statement = asked["transaction_data"]?.arrayValue?.first?.stringValue ?? ""
    let defaults: JSONObject = [
      "aud": .string("x509_hash:\(asker.chain[0].sha256.base64url)"),
      "nonce": asked["nonce"] ?? .null,
      "sd_hash": .string(selectionHash ?? SHA256.hash(bound).base64url),
      "transaction_data_hashes": [.string(SHA256.hash(statement).base64url)],
      "transaction_data_hashes_alg": "sha-256",
    ]
    for member in defaults where !binding.payload.contains(member.name) {
      binding.payload.append(member.name, member.value)
    }
    for name in binding.removed { binding.payload[name] = nil }
    return try afterSigning(bound + binding.bytes())
  }

  func session() throws -> CertificateVerifier.Session {
    var evidence = CertificateVerifier.Evidence()
    evidence.types = types
    evidence.statusTokens = statusTokens
    if isListGiven {
      evidence.trustList = try SignedTrustList(
        parsing: try JWSSigner(
          type: "kanhe-trust+jwt", identities: registry.listSigner.identities,
          key: registry.listSigner.key
        ).sign(payload: list.canonicalBytes()))
    }
    return CertificateVerifier(paths: try PathValidator(root: registry.root))
      .session(evidence: evidence, at: time, clock: time)
  }

  func report() throws -> CertificateVerifier.Report {
    let request = isRequestGiven ? try PresentationRequest(parsing: try request.bytes()) : nil
    return try session().verify(presentation: try answer(), request: request)
  }
}

/// A token to be changed and signed again.
struct EditableToken {
  var header: JSONObject
  var payload: JSONObject
  var key: P256PrivateKey
  /// Members that must not be there in the end.
  var removed: [String] = []

  init(header: JSONObject, payload: JSONObject, key: P256PrivateKey) {
    self.header = header
    self.payload = payload
    self.key = key
  }

  init(_ bytes: [UInt8], as form: JWSForm, key: P256PrivateKey) throws {
    let token = try JWS(parsing: bytes, as: form)
    self.init(header: token.header, payload: try token.unverifiedClaims(), key: key)
  }

  func bytes() throws -> [UInt8] {
    try JWSSigner(header: JSONValue.object(header).canonicalBytes(), key: key)
      .sign(payload: JSONValue.object(payload).canonicalBytes())
  }
}
