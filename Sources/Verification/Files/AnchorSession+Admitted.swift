import Certificates
import Cryptography
import Rules

/// That a registry which is believed admits another one.
struct Admission: Sendable {
  /// The host of the registry that admits.
  let host: String
  /// The ledger's origin of the one that is admitted.
  let origin: String
  /// SHA-256 of its root.
  let root: Digest
  /// The types for which it is.
  let types: Set<TypeCode>

  init(by host: String, _ entry: TrustList.AdmittedRegistry) {
    self.init(host: host, origin: entry.origin, root: entry.root, types: Set(entry.types))
  }

  private init(host: String, origin: String, root: Digest, types: Set<TypeCode>) {
    self.host = host
    self.origin = origin
    self.root = root
    self.types = types
  }

  /// What two registries admit together; nil where they name two roots, or two ledgers.
  func joined(with other: Admission) -> Admission? {
    guard root == other.root, origin == other.origin else { return nil }
    return Admission(host: host, origin: origin, root: root, types: types.union(other.types))
  }
}

// Roots that a believed trust list names. Spec: decisions/0023.
extension AnchorSession {
  /// Sessions under the roots of registries that those of `given` admit, as far as the evidence has
  /// the roots.
  ///
  /// An admitted registry speaks for its own host alone, never for one that a root given speaks
  /// for; and whom it admits, nobody here does.
  static func admitted(
    by given: [AnchorSession], pool: EvidencePool, time: Int64, clock: Int64
  ) -> [AnchorSession] {
    let own = given.map { $0.list?.host ?? $0.anchor.host }
    // For whom a root speaks that has no list here, nobody knows: it might be for one of these.
    guard !own.contains(nil) else { return [] }
    var admissions: [String: Admission?] = [:]
    for session in given {
      guard let list = session.list, let host = list.host else { continue }
      for entry in list.admitted where !own.contains(entry.host) {
        let new = Admission(by: host, entry)
        guard let known = admissions[entry.host] else {
          admissions[entry.host] = new
          continue
        }
        // Two that name two roots for one host: one of them was deceived, and none is believed.
        admissions[entry.host] = .some(known.flatMap { $0.joined(with: new) })
      }
    }
    return admissions.sorted { $0.key < $1.key }.compactMap { host, admission in
      guard let admission,
        let root = pool.identities.first(where: { $0.sha256 == admission.root }),
        let anchor = anchor(root, for: host, sequenceMin: pool.sequencesSeen[admission.root])
      else { return nil }
      let session = AnchorSession(
        anchor: anchor, pool: pool, time: time, clock: clock, admission: admission)
      // One book was admitted: a list that names another is not that registry's.
      return session.list?.ledger.origin ?? admission.origin == admission.origin ? session : nil
    }
  }

  /// An identity that is no root is nobody's.
  private static func anchor(
    _ root: Identity, for host: String, sequenceMin: Int64?
  ) -> Anchor? {
    do throws(CryptographyError) {
      return try Anchor(root: root, host: host, sequenceMin: sequenceMin)
    } catch {
      return nil
    }
  }

  /// Whether a file is for this session to judge: of a registry that is only admitted the files
  /// about the types for which it is, and certificates of any type, to say that theirs is not.
  func judges(_ file: KnownFile) -> Bool {
    guard let admission else { return true }
    switch file.content {
    case .copy, .presentation, .delivery, .bundle, .receipt: return true
    case .statusToken(let token):
      do throws(CertificatesError) {
        return admission.types.contains(try StatusListName.parse(token.uri).name.type)
      } catch {
        return false
      }
    // It is believed as an issuer: not for what it asks, nor for its book as a whole.
    case .request, .answer, .trustList, .typeFile, .checkpoint, .proof, .identity, .malformed:
      return false
    }
  }

  /// The checks of a certificate: that of an admitted registry must be of a type for which it is.
  func admitting(_ certificate: UnverifiedCertificate, _ checks: CheckList) -> CheckList {
    var type: TypeCode?
    do throws(CertificatesError) {
      type = try RegistryNames.parse(type: certificate.type).code
    } catch {
      // A name that cannot be read is nobody's type; its own check says so, too.
      type = nil
    }
    return admitting(type, checks, in: .trust)
  }

  /// The same of the receipt of an event about a type.
  func admitting(_ receipt: Receipt, _ checks: CheckList) -> CheckList {
    var type: TypeCode?
    do {
      type = try Event(parsing: receipt.entry.event).text("type").map { try TypeCode($0) }
    } catch {
      type = nil
    }
    return admitting(type, checks, in: .receipt)
  }

  private func admitting(
    _ type: TypeCode?, _ checks: CheckList, in name: Check.Name
  ) -> CheckList {
    guard let admission else { return checks }
    let fault = CertificatesError(
      .typeNotAdmitted, "\(admission.host) does not admit this registry for the type", at: "vct")
    return CheckList(
      checks.checks.map { check in
        guard check.name == name else { return check }
        guard let type, admission.types.contains(type) else {
          let known = check.result == .failed ? check.reasons : []
          return .judged(name, reasons: known + [Check.Reason(fault)], passed: "")
        }
        guard check.result == .passed else { return check }
        return .passed(name, "\(check.text); \(admission.host) admits its registry for the type")
      })
  }
}
