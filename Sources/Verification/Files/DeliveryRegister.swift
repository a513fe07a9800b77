import Certificates
import Cryptography
import Ledger
import Rules

/// What many deliveries say of one another: a copy that comes again, and proofs of one ledger that
/// cannot all be true.
///
/// Grows with what it is shown: about 250 bytes a delivery. Digests are kept whole: whoever signs
/// both ledgers makes the digests too, and with 2^64 hashes would find two that agree in 16 bytes.
/// Spec: cli/verify.md, "Checks".
public struct DeliveryRegister: Sendable {
  /// What was proven of the ledger under one root.
  private struct Proven {
    var leaves: [UInt64: Digest] = [:]
    var roots: [UInt64: Digest] = [:]
  }

  private var copies: Set<Digest> = []
  private var proven: [Digest: Proven] = [:]

  /// Knows nothing yet.
  public init() {}

  /// Whether the copy in a report is met for the first time, which is noted; true without a copy.
  public mutating func isFirst(_ report: FileReport) -> Bool {
    guard let certificate = report.certificate else { return true }
    return copies.insert(certificate.digest).inserted
  }

  /// The report, with `forked` where its proof and one noted before cannot both be true: another
  /// entry of the same index, another root of the same size. What was not proven is not noted.
  public mutating func compared(_ report: FileReport, on file: KnownFile) -> FileReport {
    let receipt: Receipt
    switch file.content {
    case .delivery(let delivery, _): receipt = delivery.receipt
    case .bundle(let parts): receipt = parts.bundle.receipt
    case .receipt(let found): receipt = found
    default: return report
    }
    guard let root = report.root, report.checks[.ledger]?.result == .passed,
      let checkpoint = EvidencePool.checkpoint(of: receipt.proof.checkpoint)
    else { return report }
    let leaf = receipt.entry.leafHash
    let head = checkpoint.root
    var known = proven[root] ?? Proven()
    proven[root] = nil
    let isForked =
      (known.leaves[receipt.entry.index.value] ?? leaf) != leaf
      || (known.roots[checkpoint.size.value] ?? head) != head
    if !isForked {
      known.leaves[receipt.entry.index.value] = leaf
      known.roots[checkpoint.size.value] = head
    }
    proven[root] = known
    return isForked ? report.forked() : report
  }

}

extension FileReport {
  /// The same, whose ledger showed another book elsewhere.
  fileprivate func forked() -> FileReport {
    let reason = Check.Reason(
      code: "forked",
      text: "an earlier file or line proves another ledger of that name; keep both as evidence")
    let checks = checks.checks.map {
      $0.name == .ledger ? Check.judged(.ledger, reasons: [reason], passed: "") : $0
    }
    return FileReport(
      kind: kind, checks: CheckList(checks), certificate: certificate, type: type, root: root)
  }
}
