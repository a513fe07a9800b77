import Certificates
import Cryptography
import Encoding
import Rules

/// The checks of an identity file.
struct IdentityChecks {
  let identity: Identity
  /// What may lead from it to the root.
  let others: [Identity]
  let session: AnchorSession

  /// What an identity is for, by its usages; nil if it is like none of ours.
  static func purpose(of identity: Identity) -> IdentityPurpose? {
    if identity.isCA { return .authority }
    let profiles: [IdentityProfile] = [.act, .seal, .open, .listSigner]
    return profiles.first {
      identity.keyUsages == $0.keyUsages && identity.extendedKeyUsages == $0.extendedKeyUsages
    }?.purpose
  }

  func all() -> CheckList {
    let time = session.session.time
    if identity == session.anchor.root {
      return CheckList([
        .passed(.format, "root identity \(identity.keyID)"),
        .passed(
          .issuer, session.anchor.isPinned ? "this is the pinned root" : "this is the root given"),
        validity(time),
      ])
    }
    guard let purpose = Self.purpose(of: identity) else {
      return CheckList([
        .judged(
          .format,
          reasons: [
            Check.Reason(
              code: "wrong_usage",
              text: "its usages (\(identity.keyDescription)) are those of no identity of ours")
          ], passed: ""), path(.seal), validity(time),
      ])
    }
    var checks = CheckList([
      .passed(
        .format,
        "\(SnakeCase.text(purpose.rawValue).replacing("_", with: " ")) identity \(identity.keyID)"),
      path(purpose),
    ])
    if let use = Self.use(purpose) { for check in trust(use, time) { checks.append(check) } }
    checks.append(validity(time))
    return checks
  }

  private static func use(_ purpose: IdentityPurpose) -> TrustList.IdentityEntry.Use? {
    switch purpose {
    case .act: .act
    case .seal: .seal
    case .open: .open
    case .authority, .listSigner: nil
    }
  }

  /// Its path to the root; when it is valid is a check of its own.
  private func path(_ purpose: IdentityPurpose) -> Check {
    let result = session.anchor.paths.validate(
      leaf: identity, intermediates: others.filter { $0 != session.anchor.root },
      purpose: purpose, at: identity.notBefore, expectedURI: nil)
    // What the root issued itself is wrong whatever is given.
    if result.failures.map(\.code) == [.missingAuthority],
      identity.issuer != session.anchor.root.subject
    {
      return .notShown(
        .issuer, code: CertificatesError.Code.missingAuthority.description,
        "the authority that issued it was not given; add its file authority.pem, which came "
          + "with the identity")
    }
    return .judged(
      .issuer,
      reasons: result.failures.map {
        Check.Reason(
          code: CertificatesError.Code($0.code).description,
          text: "\($0.party.rawValue): \($0.message)")
      }, passed: "it leads to the root")
  }

  private func validity(_ time: Int64) -> Check {
    var reasons: [Check.Reason] = []
    if time < identity.notBefore {
      reasons.append(
        Check.Reason(code: "identity_not_yet_valid", text: "it is not valid yet"))
    }
    if time >= identity.notAfter {
      reasons.append(Check.Reason(code: "identity_expired", text: "it expired"))
    }
    return .judged(
      .validity, reasons: reasons,
      passed: "valid until \(Timestamp(seconds: identity.notAfter))")
  }

  /// The trust list's word: whose it is, and what became of the key.
  private func trust(_ use: TrustList.IdentityEntry.Use, _ time: Int64) -> [Check] {
    if let trust = session.withoutList(.trust), let state = session.withoutList(.keyState) {
      return [trust, state]
    }
    let uri = identity.uris.first ?? ""
    guard let entry = session.list?.department(uri: uri)?.identity(identity.sha256) else {
      let reason = Check.Reason(
        code: "identity_unknown", text: "the trust list does not have this identity")
      return [
        .judged(.trust, reasons: [reason], passed: ""),
        .judged(.keyState, reasons: [reason], passed: ""),
      ]
    }
    let isUse = entry.use == use
    let state: Check =
      switch entry.state {
      case .active: .passed(.keyState, "the key is in use")
      case .retired(let at) where at < time:
        .judged(
          .keyState,
          reasons: [Check.Reason(code: "identity_not_in_use", text: "the key is retired")],
          passed: "")
      case .retired: .passed(.keyState, "the key was in use at that time; it is retired")
      case .compromised(let since):
        .judged(
          .keyState,
          reasons: [
            Check.Reason(
              code: "identity_compromised",
              text: "the key is compromised since \(Timestamp(seconds: since))")
          ], passed: "")
      }
    return [
      .judged(
        .trust,
        reasons: isUse
          ? [] : [Check.Reason(code: "wrong_usage", text: "the trust list has it for another use")],
        passed: "the trust list has it for \(use.rawValue)"), state,
    ]
  }
}
