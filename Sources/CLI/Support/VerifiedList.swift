import Certificates
import Cryptography
import Encoding
import Verification

/// A trust list named on the command line, verified now under a root.
enum VerifiedList {
  /// What the list says; `host` is whom the root is believed for, nil for whatever its authorities
  /// are limited to.
  static func read(
    _ path: String, under root: Identity, host: String?, sequenceMin: Int64? = nil
  ) throws -> TrustList {
    let now = Timestamp.now()
    let anchor = try RootFile.anchor(root, host: host, sequenceMin: sequenceMin)
    let bytes = try BoundedFile.read(path: path, maximumBytes: JWSForm.trustList.byteCountMax + 1)
    let file = KnownFile(recognising: bytes)
    guard case .trustList(let signed) = file.content else {
      throw Failure(
        .cannot, code: "no_trust_list", "\(path) is no trust list\(file.faultText)",
        hint: "give trust.jwt")
    }
    let report = FileVerifier(
      anchors: [anchor], pool: EvidencePool(), time: now.seconds, clock: now.seconds, audience: nil
    ).report(on: file)
    if let failed = report.checks.checks.first(where: { $0.result == .failed }) {
      let code = failed.reasons.first?.code ?? "list_refused"
      throw Failure(.no, code: code, "the trust list does not verify: \(failed.text)")
    }
    return signed.unverifiedList
  }
}

extension KnownFile {
  /// Why it cannot be read, behind a colon; empty for a file of another kind.
  fileprivate var faultText: String {
    if case .malformed(let fault) = content { return ": \(fault.message)" }
    return ""
  }
}
