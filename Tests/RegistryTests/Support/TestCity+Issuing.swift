import Certificates
import Encoding
import Ledger
import Registry
import Rules

extension TestCity {
  /// Claims that name these citizens.
  static func claims(
    _ number: String, _ citizens: [Int], until: String = "2036-11-23"
  ) throws -> CertificateClaims {
    try CertificateClaims([
      "number": .string(number), "valid_from": "2026-11-24", "valid_until": .string(until),
      "holders": .array(
        citizens.map {
          [
            "name": .string("持证人\($0)"), "code": .string(CardSheet.citizenNumber($0)),
            "code_type": "111",
          ]
        }),
    ])
  }

  /// Issues certificates in one append; gives their identifiers.
  @discardableResult
  func issue(
    _ claims: [CertificateClaims], type: String = TestCity.card,
    by department: String = TestCity.police
  ) throws -> [CertificateIdentifier] {
    let registry = try base.open()
    let file = try registry.typeFile(try TypeCode(type), version: nil)
    let builder = try registry.certificateBuilder(file, department: department)
    let indices = StatusIndices(
      department: try USCC(department), type: file.code, host: TestRegistry.host)
    let identifiers = try registry.write { writer throws(RegistryError) in
      let built = try builder.build(
        try builder.prepare(claims.map { CertificateOrder(claims: $0) }, indices, writer))
      let result = try writer.append(built.map(\.proposal))
      return zip(built, result.outcomes).compactMap { $1.entry == nil ? nil : $0.identifier }
    }
    try registry.close()
    return identifiers
  }

  /// Issues identity cards to so many citizens.
  func issueCards(_ count: Int) throws -> [CertificateIdentifier] {
    try issue((0..<count).map { try TestCity.claims("N\($0)", [$0]) })
  }

  /// Takes steps as one job.
  func step(
    _ requests: [StateRequest], by department: String = TestCity.police
  ) throws -> StateReport {
    let registry = try base.open()
    let report = try StateJob(count: requests.count) { requests[$0] }.run(
      in: registry, by: try registry.signer(department, use: .act), progress: { _, _ in },
      isInterrupted: { false })
    try registry.close()
    return report
  }

  /// Takes one step; the refusal's code, or nil.
  func step(
    _ identifier: CertificateIdentifier, to state: CertificateState, reason: String? = nil,
    by department: String = TestCity.police
  ) throws -> String? {
    let report = try step(
      [StateRequest(.identifier(identifier), try StateStep(to: state, reason: reason))],
      by: department)
    return report.refusals.first?.code
  }

  /// What the registry shows of a certificate.
  func view(_ identifier: CertificateIdentifier) throws -> CertificateView? {
    let registry = try base.open(writing: false)
    let reader = try registry.certificates()
    let view = try reader.find(identifier).map { try reader.view($0) }
    try registry.close()
    return view
  }
}
