import Certificates
import Cryptography

/// That a registry which is believed admits another one.
struct Admission: Sendable {
  /// The host of the registry that admits.
  let host: String
  /// What it admits.
  let entry: TrustList.AdmittedRegistry
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
    var hosts = Set(given.compactMap { $0.list?.host ?? $0.anchor.host })
    var sessions: [AnchorSession] = []
    for session in given {
      guard let list = session.list, let host = list.host else { continue }
      for entry in list.admitted {
        guard let root = pool.identities.first(where: { $0.sha256 == entry.root }),
          hosts.insert(entry.host).inserted, let anchor = anchor(root, for: entry.host)
        else { continue }
        sessions.append(
          AnchorSession(
            anchor: anchor, pool: pool, time: time, clock: clock,
            admission: Admission(host: host, entry: entry)))
      }
    }
    return sessions
  }

  /// An identity that is no root is nobody's.
  private static func anchor(_ root: Identity, for host: String) -> Anchor? {
    do throws(CryptographyError) { return try Anchor(root: root, host: host) } catch { return nil }
  }

  /// The checks of a certificate: that of an admitted registry must be of a type for which it is.
  func admitting(_ certificate: UnverifiedCertificate, _ checks: CheckList) -> CheckList {
    guard let admission else { return checks }
    let isAdmitted = admission.admits(certificate)
    let fault = CertificatesError(
      .typeNotAdmitted, "\(admission.host) does not admit this registry for the type", at: "vct")
    return CheckList(
      checks.checks.map { check in
        guard check.name == .trust else { return check }
        guard isAdmitted else {
          let known = check.result == .failed ? check.reasons : []
          return .judged(.trust, reasons: known + [Check.Reason(fault)], passed: "")
        }
        guard check.result == .passed else { return check }
        return .passed(
          .trust, "\(check.text); \(admission.host) admits its registry for the type")
      })
  }
}

extension Admission {
  fileprivate func admits(_ certificate: UnverifiedCertificate) -> Bool {
    do throws(CertificatesError) {
      return entry.types.contains(try RegistryNames.parse(type: certificate.type).code)
    } catch {
      // A name that cannot be read is nobody's type; its own check says so, too.
      return false
    }
  }
}
