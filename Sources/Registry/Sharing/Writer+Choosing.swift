import Certificates
import Encoding
import Ledger
import Rules

/// Why no certificate can be released: what is most worth telling, the later the more.
enum Unavailable: String, Error, Comparable, CaseIterable {
  /// There is none of this type and person.
  case none
  /// Another department issued it, and answers for itself.
  case foreign
  /// It ended.
  case ended
  /// Its content was erased.
  case erased
  /// Its last day is over.
  case expired
  /// It is suspended.
  case suspended

  var message: String {
    switch self {
    case .none: "no certificate of this type names the person; refuse the request"
    case .foreign: "another department issued the certificate; refuse the request"
    case .ended: "the certificate ended; refuse the request"
    case .erased: "the certificate's content was erased; refuse the request"
    case .expired: "the certificate is no longer valid; refuse the request"
    case .suspended: "the certificate is suspended; reinstate it, or refuse the request"
    }
  }

  static func < (left: Unavailable, right: Unavailable) -> Bool {
    let order = Unavailable.allCases
    return order.firstIndex(of: left) ?? 0 < order.firstIndex(of: right) ?? 0
  }
}

extension Writer {
  /// A person's certificates that are looked at, newest first.
  private static let lookedAtMax = 1_000

  /// Chooses the certificate: the one that the provider or the request names, else the newest in
  /// force. Throws `ShareRefusal` where there is none.
  ///
  /// Whether one that is named is of the type and names the person, the rules judge.
  func choose(
    _ share: Share, _ identifier: String?, _ request: ShareAct, _ reader: CertificateReader,
    by signer: Signer
  ) throws -> StoredCertificate {
    let named = identifier ?? request.value("certificate")?["identifier"]?.stringValue
    let found =
      try named.map { try releasable($0, share, reader, by: signer) }
      ?? newest(share, reader, by: signer)
    switch found {
    case .success(let stored): return stored
    case .failure(let why):
      guard share.state == .open else { throw ShareRefusal.answered(share) }
      throw ShareRefusal(why, share)
    }
  }

  /// The certificate with an identifier, or why it cannot be released.
  private func releasable(
    _ identifier: String, _ share: Share, _ reader: CertificateReader, by signer: Signer
  ) throws -> Result<StoredCertificate, Unavailable> {
    let parsed: CertificateIdentifier
    do throws(CertificatesError) { parsed = try CertificateIdentifier(identifier) } catch {
      throw ShareRefusal("identifier_form", error.message, act: share.name.name)
    }
    guard let found = try reader.find(parsed) else { return .failure(.none) }
    // What others issued is not this department's to hand out, and not even to look at.
    guard try answers(signer, for: found.issuerCode) else { return .failure(.foreign) }
    guard !found.row.secret.isEmpty else { return .failure(.erased) }
    return unavailable(found).map(Result.failure) ?? .success(found)
  }

  /// Throws `ShareRefusal` where an open request rests on a grant that carries it no more.
  ///
  /// An answered one is left to the rules: a second answer is refused whatever became of the grant.
  func requireGrant(_ share: Share) throws {
    guard share.state == .open, let name = share.grant, let grant = try facts.grant(name)
    else { return }
    if grant.withdrawnAt != nil {
      throw ShareRefusal(
        "grant_withdrawn", "the holder took the grant back; refuse the request",
        act: share.name.name)
    }
    guard grant.terms.period.contains(now.seconds) else {
      throw ShareRefusal(
        "grant_period", "the grant's period is over; refuse the request", act: share.name.name)
    }
  }

  /// Why a certificate cannot be released now; nil when it can.
  private func unavailable(_ certificate: StoredCertificate) -> Unavailable? {
    switch certificate.state.coarse {
    case .suspended: return .suspended
    case .ended: return .ended
    case .valid: break
    }
    if certificate.row.secret.isEmpty { return .erased }
    if let until = certificate.row.until, until < Int64(now.day.number) { return .expired }
    return nil
  }

  /// The newest certificate in force of the type and person, or why there is none.
  private func newest(
    _ share: Share, _ reader: CertificateReader, by signer: Signer
  ) throws(RegistryError) -> Result<StoredCertificate, Unavailable> {
    guard let type = try vault.number(of: share.type) else { return .failure(.none) }
    var filter = CertificateFilter()
    filter.type = type
    filter.subject = share.row.subject
    var reason = Unavailable.none
    for row in try vault.newestCertificates(
      before: nil, limit: Writer.lookedAtMax, filter)
    {
      guard let stored = try reader.stored(row) else { continue }
      let isOwn = try answers(signer, for: stored.issuerCode)
      guard let why = isOwn ? unavailable(stored) : .foreign else { return .success(stored) }
      reason = max(reason, why)
    }
    return .failure(reason)
  }
}

extension ShareRefusal {
  fileprivate init(_ why: Unavailable, _ share: Share) {
    self.init(why.rawValue, why.message, act: share.name.name)
  }

  /// An answer was given, and there is nothing with which a second one could be signed.
  fileprivate static func answered(_ share: Share) -> ShareRefusal {
    ShareRefusal(
      "request_answered", RuleCode.requestAnswered.explanation, act: share.name.name)
  }
}
