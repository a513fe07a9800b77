import Certificates
import Cryptography
import Ledger

/// Evidence judged once under one root, for all files.
struct AnchorSession: Sendable {
  let anchor: Anchor
  let session: CertificateVerifier.Session
  /// The ledger's keys, if the trust list may be believed.
  let ledger: LedgerKeys?
  /// By whom the registry was admitted, and for what; nil where its root itself is believed.
  let admission: Admission?

  init(
    anchor: Anchor, pool: EvidencePool, time: Int64, clock: Int64, admission: Admission? = nil
  ) {
    self.anchor = anchor
    self.admission = admission
    session = CertificateVerifier(paths: anchor.paths).session(
      evidence: pool.evidence(under: anchor, time: time, clock: clock), at: time, clock: clock)
    ledger = session.list.map { LedgerKeys($0.ledger) }
  }

  var list: TrustList? { session.list }

  /// Why a trust list must not be believed; the one in use was judged already.
  func faults(of list: SignedTrustList) -> [CertificatesError] {
    if let used = session.evidence.trustList, used.token.bytes == list.token.bytes {
      return session.trustListFaults
    }
    return list.faults(
      under: anchor.paths, at: session.time, clock: session.clock,
      sequenceMin: anchor.sequenceMin)
  }

  /// A check that needs the trust list, where there is none to believe; nil where there is one.
  ///
  /// What was found wrong without the list is never covered up by its absence.
  func withoutList(_ name: Check.Name, found reasons: [Check.Reason] = []) -> Check? {
    guard session.list == nil else { return nil }
    if session.evidence.trustList != nil {
      return .judged(
        name, reasons: reasons + session.trustListFaults.map(Check.Reason.init), passed: "")
    }
    if !reasons.isEmpty { return .judged(name, reasons: reasons, passed: "") }
    return .notShown(
      name, code: "trust_list_missing", "no trust list given; add the registry's trust.jwt")
  }
}
