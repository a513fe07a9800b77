import Certificates
import Cryptography
import Ledger
import Registry
import Rules
import Testing

/// A person whose card is bound to a key, and a bureau that asks to be shown something of it.
final class TestUse {
  let city: TestCity
  private let key: P256PrivateKey
  private let copy: UnverifiedCertificate
  /// Called with the writer before a use is recorded.
  var prepare: (Writer) -> Void = { _ in }

  init() throws {
    city = try TestCity()
    let key = try P256PrivateKey.generate()
    let registry = try city.base.open()
    let file = try registry.typeFile(try TypeCode(TestCity.card), version: nil)
    let builder = try registry.certificateBuilder(file, department: TestCity.police)
    let indices = StatusIndices(
      department: try USCC(TestCity.police), type: file.code, host: TestRegistry.host)
    let order = CertificateOrder(
      claims: try TestCity.claims("N0", [0]), holderKeys: [key.publicKey])
    let identifier = try registry.write { writer throws(RegistryError) in
      let built = try builder.build(try builder.prepare([order], indices, writer))
      _ = try writer.append(built.map(\.proposal))
      return built[0].identifier
    }
    let reader = try registry.certificates()
    let certificate = try #require(try reader.find(identifier))
    copy = try UnverifiedCertificate(
      parsing: try reader.view(certificate).copies[0].bytes, keyBinding: .refused)
    try registry.close()
    self.key = key
  }

  /// A new request of a bureau's.
  func ask(by department: String = TestCity.civil) throws -> PresentationRequest {
    let registry = try city.base.open()
    let bytes = try registry.ask(
      AskedTerms(
        type: try TypeCode(TestCity.card), claims: [("holders", nil)],
        purpose: try Purpose(code: TestGrant.purpose, text: "核验持证主体")), by: department)
    try registry.close()
    return try PresentationRequest(parsing: bytes)
  }

  /// An answer of the person's; every one has another time.
  func answer(_ request: PresentationRequest, after seconds: Int64 = 0) throws -> [UInt8] {
    let selection = try request.terms.query.selection(from: copy)
    return try Presentation(of: copy, selection: selection).sign(
      .init(answering: request, at: request.terms.issuedAt + seconds), with: key)
  }

  /// Records an answer as judged with these codes.
  func record(
    _ request: PresentationRequest, _ answer: [UInt8], codes: [String] = [],
    by department: String = TestCity.civil, registry origin: String? = nil,
    queued: QueuedUse? = nil, isRefusedAtCounter: Bool = false
  ) throws -> RecordedUse {
    let registry = try city.base.open()
    let signer = try registry.signer(department, use: .act)
    var use = JudgedUse(
      request, answer: answer,
      certificate: try UnverifiedCertificate(parsing: answer, keyBinding: .demanded),
      codes: codes, mode: "counter")
    use.registry = origin
    use.queued = queued
    use.isRefusedAtCounter = isRefusedAtCounter
    let judged = use
    let recorded = try registry.write { writer throws(RegistryError) in
      prepare(writer)
      return try writer.record(judged, by: signer)
    }
    try registry.close()
    return recorded
  }
}
