import Certificates
import Encoding
import Ledger
import Rules

/// Why no certificate can be released: what is most worth telling, the later the more.
enum Unavailable: String, Comparable, CaseIterable {
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

/// A certificate with what of it is handed over.
struct ChosenCertificate {
  let certificate: StoredCertificate
  /// The combined form with the disclosures of the claims.
  let copy: [UInt8]
  /// The claims that are there, of those asked for.
  let claims: [String]
}

extension Writer {
  /// A person's certificates that are looked at, newest first.
  private static let lookedAtMax = 1_000

  /// Chooses the certificate: the one that the request or the provider names, else the newest in
  /// force. Throws `ShareRefusal` where there is none.
  ///
  /// Whether one that is named is of the type and names the person, the rules judge.
  func choose(
    _ share: Share, _ order: ReleaseOrder, _ request: ShareAct, by signer: Signer
  ) throws -> ChosenCertificate {
    let reader = try CertificateReader(ledger: ledger, vault: vault, cipher: cipher)
    let named =
      order.certificate ?? request.value("certificate")?["identifier"]?.stringValue
    let certificate: StoredCertificate
    if let named {
      certificate = try self.certificate(named, share, reader, by: signer)
    } else {
      switch try newest(share, reader, by: signer) {
      case .success(let found): certificate = found
      case .failure(let why):
        // An answer was given; that nothing could follow it any more is not what is wrong.
        guard share.state == .open else {
          throw ShareRefusal([.requestAnswered], act: share.name.name)
        }
        throw ShareRefusal(why.reason, act: share.name.name)
      }
    }
    let copies = try reader.copies(of: certificate.row)
    // Copy i is subject i's; a type may have fewer copies than subjects.
    let place = certificate.row.subjects.firstIndex(of: share.row.subject) ?? 0
    let (copy, bytes) = copies[place < copies.count ? place : 0]
    let asked = Set(share.claims)
    var claims: Set<String> = []
    var disclosures: [Disclosure] = []
    for (disclosure, path) in zip(copy.disclosures, copy.disclosedPaths) {
      guard case .name(let name)? = path.first, asked.contains(name) else { continue }
      claims.insert(name)
      disclosures.append(disclosure)
    }
    guard !claims.isEmpty else {
      throw ShareRefusal(
        "no_claims", "the certificate has none of the claims asked for; refuse the request",
        act: share.name.name)
    }
    let token = Array(bytes.prefix { $0 != UInt8(ascii: "~") })
    return ChosenCertificate(
      certificate: certificate, copy: SDJWT.join(token: token, disclosures: disclosures),
      claims: share.claims.filter(claims.contains))
  }

  private func certificate(
    _ identifier: String, _ share: Share, _ reader: CertificateReader, by signer: Signer
  ) throws -> StoredCertificate {
    let parsed: CertificateIdentifier
    do throws(CertificatesError) { parsed = try CertificateIdentifier(identifier) } catch {
      throw ShareRefusal("identifier_form", error.message, act: share.name.name)
    }
    guard let found = try reader.find(parsed) else {
      throw ShareRefusal(Unavailable.none, act: share.name.name)
    }
    guard !found.row.secret.isEmpty else {
      throw ShareRefusal(Unavailable.erased, act: share.name.name)
    }
    // What others issued is not this department's to hand out, and not even to look at.
    guard try answers(signer, for: found.issuerCode) else {
      throw ShareRefusal(Unavailable.foreign, act: share.name.name)
    }
    if let why = unavailable(found) { throw ShareRefusal(why, act: share.name.name) }
    return found
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
  func newest(
    _ share: Share, _ reader: CertificateReader, by signer: Signer
  ) throws(RegistryError) -> Result<StoredCertificate, NothingToRelease> {
    guard let type = try vault.number(of: share.type) else { return .failure(.init(reason: .none)) }
    var filter = CertificateFilter()
    filter.type = type
    filter.subject = share.row.subject
    var reason = Unavailable.none
    for row in try vault.newestCertificates(
      before: nil, limit: Writer.lookedAtMax, filter)
    {
      guard let stored = try reader.stored(row) else { continue }
      var why = unavailable(stored)
      if why == nil, !(try answers(signer, for: stored.issuerCode)) { why = .foreign }
      guard let why else { return .success(stored) }
      reason = max(reason, why)
    }
    return .failure(NothingToRelease(reason: reason))
  }
}

/// There is no certificate to release.
struct NothingToRelease: Error {
  let reason: Unavailable
}

extension ShareRefusal {
  init(_ why: Unavailable, act: String?) {
    self.init(why.rawValue, why.message, act: act)
  }
}
