import Cryptography
import Encoding
import Synchronization

/// What was found of who made the last request that a session judged.
final class LastAsker: Sendable {
  private let last = Mutex<(digest: Digest, signature: [UInt8], check: Check)?>(nil)

  func check(of request: PresentationRequest) -> Check? {
    last.withLock { last in
      guard let last, last.digest == request.digest, last.signature == request.token.signature
      else { return nil }
      return last.check
    }
  }

  func remember(_ check: Check, of request: PresentationRequest) {
    last.withLock { $0 = (request.digest, request.token.signature, check) }
  }
}

extension CertificateVerifier.Session {
  /// Judges a request before it is answered: who asks, whether the catalogue lets it, and time.
  ///
  /// Spec: presentation.md, "Before answering".
  public func verify(_ request: PresentationRequest) -> CheckList {
    let faults = request.timeFaults(at: time, clock: clock)
    return CheckList([
      .passed(.format, "a request for a presentation"),
      .judged(
        .request, faults, passed: "open until \(Timestamp(seconds: request.terms.expiresAt))"),
      asker(of: request),
    ])
  }

  /// The signer's path leads to the root, the trust list has it in force for acting, and a duty of
  /// the type lets it ask for these claims and this purpose.
  func asker(of request: PresentationRequest) -> Check {
    // A request is judged on its own and with its answer.
    if let known = lastAsker.check(of: request) { return known }
    let check = judgedAsker(of: request)
    lastAsker.remember(check, of: request)
    return check
  }

  private func judgedAsker(of request: PresentationRequest) -> Check {
    let terms = request.terms
    let path = request.token.readHeader.path(reader)
    var faults: [CertificatesError] = []
    if !path.signed(request.token) {
      faults.append(
        CertificatesError(.signatureInvalid, "the signature is not the asking department's"))
    }
    faults += path.faults(under: paths, for: .act, at: terms.issuedAt, uri: terms.issuer)
    guard evidence.trustList != nil else {
      return open(faults, .trustListMissing, "no trust list given; add the registry's trust.jwt")
    }
    guard let list else {
      return .judged(.asker, faults + trustListFaults, passed: "")
    }
    guard let department = list.department(uri: terms.issuer) else {
      let unknown = CertificatesError(
        .issuerUnknown, "the trust list does not have the department that asks", at: "iss")
      return .judged(.asker, faults + [unknown], passed: "")
    }
    faults += hostFaults(terms.query, list)
    faults += signerFaults(path.leaf.flatMap { department.identity($0.sha256) }, at: terms.issuedAt)
    // A type code means the same in every city; the right to ask is the registry's own.
    var own: [KnownType] = []
    for (version, host) in zip(terms.query.versions, terms.query.hosts) where host == self.host {
      // A version whose file is not there might give no right at all.
      guard let type = known(.init(host: host, code: terms.query.type, version: version)) else {
        return open(
          faults, .typeFileNotGiven, "no type file given for every version asked for; add them")
      }
      own.append(type)
    }
    for type in own {
      if let fault = list.fault(of: type) { faults.append(fault) }
      faults += rightFaults(terms, type, department.code)
    }
    return .judged(
      .asker, faults, passed: "\(department.name) may ask for it, for \(terms.purpose.code)")
  }

  /// A version of the registry's own is asked for; others only of registries that it admits.
  private func hostFaults(_ query: ClaimQuery, _ list: TrustList) -> [CertificatesError] {
    let isOwn = query.hosts.map { $0 == host }
    guard isOwn.contains(true),
      zip(query.hosts, isOwn).allSatisfy({ $1 || list.admits(query.type, of: $0) })
    else {
      return [
        CertificatesError(
          .foreignHost,
          "a type is asked for that is another registry's, which the trust list does not admit for "
            + "it, or none that is the registry's own", at: "dcql_query")
      ]
    }
    return []
  }

  /// Not shown, unless something is wrong already.
  private func open(
    _ faults: [CertificatesError], _ code: CertificatesError.Code, _ text: String
  ) -> Check {
    faults.isEmpty ? .notShown(.asker, code, text) : .judged(.asker, faults, passed: "")
  }

  private func signerFaults(
    _ entry: TrustList.IdentityEntry?, at time: Int64
  ) -> [CertificatesError] {
    guard let entry, entry.use == .act else {
      return [
        CertificatesError(
          .identityUnknown, "the trust list does not have this identity for acting", at: "x5c")
      ]
    }
    switch entry.state {
    case .active where time + CertificateVerifier.skewSeconds >= entry.from: return []
    case .retired(let end)
    where time + CertificateVerifier.skewSeconds >= entry.from && time <= end:
      return []
    case .compromised:
      return [
        CertificatesError(.identityCompromised, "the key that signed the request is compromised")
      ]
    default:
      return [
        CertificatesError(
          .identityNotInUse, "the key that signed the request was not in use then", at: "iat")
      ]
    }
  }

  /// One duty must have all the claims: those of two are not for one request.
  private func rightFaults(
    _ terms: PresentationRequest.Terms, _ type: KnownType, _ department: USCC
  ) -> [CertificatesError] {
    let duties = type.file.duties.filter {
      $0.department == department && $0.purpose == terms.purpose.code
    }
    guard !duties.isEmpty else {
      return [
        CertificatesError(
          .purposeNotAllowed,
          "version \(type.kind.version) of the type gives the department no duty for this purpose",
          at: "transaction_data")
      ]
    }
    let isGiven = duties.contains { duty in
      terms.query.claims.allSatisfy { duty.claims.contains($0.path.claim) }
    }
    guard !isGiven else { return [] }
    return [
      CertificatesError(
        .claimNotAllowed,
        "version \(type.kind.version) of the type does not give the department all these claims",
        at: "dcql_query")
    ]
  }
}

extension TrustList {
  /// Why a type file is not the one that the list names.
  fileprivate func fault(of known: KnownType) -> CertificatesError? {
    guard let entry = type(known.kind.code, version: known.kind.version) else {
      return CertificatesError(.typeUnknown, "the trust list does not have the type asked for")
    }
    guard entry.digest != known.file.digest else { return nil }
    return CertificatesError(.typeDigest, "the type file given is not the one the trust list names")
  }
}

extension PresentationRequest {
  /// Why the request is not open at a time; empty if it is.
  func timeFaults(at time: Int64, clock: Int64) -> [CertificatesError] {
    if terms.issuedAt > min(time, clock) + CertificateVerifier.skewSeconds {
      return [CertificatesError(.requestInFuture, "the request is dated in the future", at: "iat")]
    }
    guard time < terms.expiresAt else {
      return [
        CertificatesError(.requestExpired, "the request is over; have a new one made", at: "exp")
      ]
    }
    return []
  }
}
