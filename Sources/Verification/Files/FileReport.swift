import Certificates
import Cryptography

/// The answer about one file.
public struct FileReport: Sendable {
  /// What kind of file it is.
  public let kind: FileKind
  /// The certificate in it, if there is one that can be read.
  public let certificate: UnverifiedCertificate?
  /// The type file that belongs to the certificate, if it was given: its labels explain claims.
  public let type: TypeFile?
  /// The request itself, or the one that a presentation answers.
  public let request: PresentationRequest?
  /// Every check that concerns such a file.
  public let checks: CheckList
  /// The root under which it was judged; nil if the file could not be read.
  public let root: Digest?

  /// Makes an answer.
  public init(
    kind: FileKind, checks: CheckList, certificate: UnverifiedCertificate? = nil,
    type: TypeFile? = nil, request: PresentationRequest? = nil, root: Digest? = nil
  ) {
    self.kind = kind
    self.checks = checks
    self.certificate = certificate
    self.type = type
    self.request = request
    self.root = root
  }

  /// The same answer with the fault of a foreign root told once.
  func telling(_ foreignRoot: ForeignRoot) -> FileReport { replacing(foreignRoot.told) }

  /// The same answer with other checks.
  func replacing(_ change: (CheckList) -> CheckList) -> FileReport {
    FileReport(
      kind: kind, checks: change(checks), certificate: certificate, type: type,
      request: request, root: root)
  }

  /// The same answer where the evidence of the file's registry, which is admitted, is missing: what
  /// needs it was not shown, however it failed under another root.
  var lackingAdmitted: FileReport {
    let own: Set<Check.Name> = [.format, .signature, .validity, .keyBinding, .request]
    return replacing { checks in
      CheckList(
        checks.checks.map { check in
          guard check.result == .failed, !own.contains(check.name) else { return check }
          return .notShown(
            check.name, code: "admitted_evidence_missing",
            "its registry is admitted; give that one's export, too (--evidence)")
        })
    }
  }

  /// The answer about a file that could not even be read: nobody can tell.
  public init(unreadable fault: KnownFile.Fault) {
    self.init(
      kind: .unknown,
      checks: CheckList([.notShown(.format, code: fault.code, fault.message)]))
  }

  /// The answer, when only the checks named need not have been shown.
  public func verdict(notDemanding accepted: Set<Check.Name>) -> CheckList.Verdict {
    checks.verdict(notDemanding: accepted)
  }
}

extension Check.Name {
  /// The entry is in the ledger, and the ledger's key signed the checkpoint.
  public static let ledger = Check.Name("ledger")
  /// The department signed the event, and it is about this very copy.
  public static let receipt = Check.Name("receipt")
}
