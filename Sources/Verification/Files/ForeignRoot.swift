import Certificates

/// A root that did not issue what it is asked about makes half of the checks fail: the first says
/// it in words, the others refer to it.
struct ForeignRoot {
  private static let code = CertificatesError.Code.foreignRoot.description

  private let fault: String
  private let evidenceFault: String

  init(_ anchors: [Anchor]) {
    let isPinned = anchors.allSatisfy(\.isPinned)
    let subject =
      anchors.count > 1
      ? (isPinned ? "none of the pinned roots issued" : "none of the roots given issued")
      : (isPinned ? "the pinned root did not issue" : "the root given did not issue")
    fault =
      "\(subject) this registry's identities; give the registry's own "
      + "root, or the evidence of both where the other admits it"
    evidenceFault = "\(subject) the identities of the evidence; it is another registry's"
  }

  /// The same checks with the same codes, in which the fault stands once.
  func told(in checks: CheckList) -> CheckList {
    let failed = checks.checks.filter(Self.isForeign)
    guard let first = failed.first(where: { $0.name == .issuer }) ?? failed.first else {
      return checks
    }
    let isIssuerGood = checks[.issuer]?.result == .passed
    return CheckList(
      checks.checks.map { check in
        guard Self.isForeign(check) else { return check }
        let text =
          check.name == first.name
          ? (isIssuerGood ? evidenceFault : fault) : "not believed: the \(first.name) failed"
        return .judged(check.name, reasons: reasons(of: check, text), passed: "")
      })
  }

  /// Whether a check failed because its path leads to another root.
  static func isForeign(_ check: Check) -> Bool {
    check.result == .failed && check.reasons.contains { $0.code == code }
  }

  private func reasons(of check: Check, _ text: String) -> [Check.Reason] {
    var reasons: [Check.Reason] = []
    for reason in check.reasons {
      let own = reason.code == Self.code ? Check.Reason(code: Self.code, text: text) : reason
      if !reasons.contains(own) { reasons.append(own) }
    }
    return reasons
  }
}
