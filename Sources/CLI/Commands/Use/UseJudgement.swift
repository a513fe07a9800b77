import Certificates
import Encoding
import Registry
import Verification

/// An answer held against its request, as `verify` does, with what that means for a use.
struct UseJudgement {
  let report: FileReport
  private let anchors: [Anchor]
  /// The reasons of all that failed, each once, in order.
  private(set) var codes: [String]
  /// Whether it is refused for what the registry knows and has not published.
  private(set) var isUnpublished = false

  /// Judges with what folders have; `past` is the time that is asked about, nil for now.
  init(
    _ answer: ShownAnswer, to asked: RequestFile, under anchors: [Anchor], evidence: [String],
    at past: Timestamp?, clock: Timestamp
  ) throws {
    self.anchors = anchors
    var pool = EvidencePool()
    try VerifyEvidence.add(
      from: evidence, for: [asked.input, answer.input], at: past, to: &pool)
    if case .file(let request) = asked.input.content { pool.add(request) }
    report = FileVerifier(
      anchors: anchors, pool: pool, time: (past ?? clock).seconds, clock: clock.seconds,
      audience: nil
    ).report(on: answer.file)
    codes = []
    for check in report.checks.checks where check.result == .failed {
      for reason in check.reasons where !codes.contains(reason.code) { codes.append(reason.code) }
    }
  }

  /// Refuses what nothing was found against, for what the registry has not published yet.
  mutating func refuse(unpublished code: String) {
    guard codes.isEmpty else { return }
    codes = [code]
    isUnpublished = true
  }

  /// What is wrong with the registry's own publications and not with what was shown.
  private static let ownFaults: Set<String> = [
    "trust_list_expired", "trust_list_future", "status_uri", "status_expired", "status_future",
    "issuer_unknown", "identity_unknown", "type_unknown", "type_digest",
  ]

  /// Refuses to go on where it cannot be told: something was not shown, or all that failed is that
  /// the registry has not published what it knows.
  func requireAnswer(_ hint: String) throws {
    let isOpen =
      codes.isEmpty
      ? report.verdict(notDemanding: []) != .yes
      : codes.allSatisfy(UseJudgement.ownFaults.contains)
    guard isOpen else { return }
    let open = report.checks.checks.first { $0.result != .passed }
    throw Failure(
      .cannot, code: open?.reasons.first?.code ?? "cannot_tell",
      "it cannot be told, and nothing was recorded: \(open?.text ?? "")",
      hint: open?.reasons.first?.code == "admitted_evidence_missing"
        ? "give the export of the registry that issued it with --evidence" : hint)
  }

  /// The result of one use: what the officer sees, and what who presents is told.
  func json(codes: [String]) -> JSONObject {
    let isAccepted = codes.isEmpty
    var object: JSONObject = [
      "checks": VerifyAnswer.checks(report, accepted: []),
      "codes": .array(codes.map { .string($0) }),
      // All that who presents is told.
      "presenter": isAccepted ? "accepted" : "not accepted",
      "replayed": .boolean(UseJudgement.isRepeated(codes)),
      "verdict": isAccepted ? "yes" : "no",
    ]
    if isUnpublished { object["unpublished"] = true }
    object["request"] = report.request.map { .object(UseShape.request($0)) }
    if isAccepted, let certificate = report.certificate {
      object["claims"] = .object(VerifyAnswer.claims(certificate))
    }
    return object
  }

  /// The same for people, with what became of it.
  func text(_ path: String, codes: [String], outcome: String) -> String {
    VerifyText.file(path, report, codes.isEmpty ? .yes : .no, [], roots: anchors)
      + "\n\(outcome)\n"
      + (isUnpublished
        ? "the registry knows it and has not published it yet: kanhe status publish\n" : "")
  }

  private static func isRepeated(_ codes: [String]) -> Bool {
    codes == [Writer.replayedCode] || codes == [Writer.requestUsedCode]
  }
}
