import Certificates
import Cryptography
import Encoding

/// A presentation, judged whole against a request: a verdict always, and never yes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPresentation(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let report = try Judge.shared.get().judge(bytes)
    precondition(report.checks.count == 12, "a check is left out")
    precondition(report.verdict(notDemanding: []) != .yes, "believed without evidence")
  } catch {
    preconditionFailure("the judge cannot be made: \(error)")
  }
  return 0
}

/// A verifier that has a root and no other evidence, and a request.
private struct Judge {
  static let shared = Result { try Judge() }

  let session: CertificateVerifier.Session
  let request: PresentationRequest

  init() throws {
    let key = try P256PrivateKey.generate()
    let root = try IdentityIssuer.root(
      IdentityContents(
        profile: .root, publicKey: key.publicKey, subject: IdentitySubject(commonName: "Root"),
        validFrom: 0, through: 4_000_000_000), key: key)
    session = CertificateVerifier(paths: try PathValidator(root: root))
      .session(evidence: .init(), at: 1_795_528_020, clock: 1_795_528_020)
    let terms = try PresentationRequest.Terms(
      issuer: "https://registry.example/departments/11440300KH0002054H",
      query: try ClaimQuery(
        types: ["https://registry.example/types/11100000000013338W011/1"],
        claims: [.init("category"), .init("number")]),
      purpose: try Purpose(code: "a", text: "b"), issuedAt: 1_795_528_000,
      expiresAt: 1_795_528_600, random: SystemRandom())
    request = try PresentationRequest(
      parsing: try PresentationRequest.sign(terms, identities: [[0x30, 0x00]], key: key))
  }

  func judge(_ bytes: [UInt8]) -> CheckList {
    session.verify(presentation: bytes, request: request).checks
  }
}
