import ArgumentParser
import Certificates
import Cryptography
import Encoding
import Registry
import Verification

/// `kanhe use check`: judges an answer and records that it was taken, or why not.
struct UseCheck: KanheCommand {
  static let repeatable = ["--evidence"]

  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judge an answer to a request of yours, and record the use.",
    discussion: """
      All that verify judges of request and answer is judged, under the registry's own root, with \
      what it published: trust list, type files and status. Then the use is entered: accepted, or \
      refused with the codes of what failed; a request is answered once, and a second good answer \
      is refused (replayed, request_used). What cannot be read, or cannot be told because the \
      registry has not published what it knows, is not entered. Who presents is told no more than \
      accepted or not; the checks are for the officer. An answer that was judged off line is \
      recorded later with --at. Exit code 0: accepted; 1: refused; 2: cannot tell.

      Examples:
        kanhe use check request.jwt shown.txt --as 11440300KH0002169P
        kanhe use check request.jwt shown.txt --at 2026-11-24T08:30:00Z \\
          --as 11440300KH0002169P --format json
      """)

  @Argument(help: "The request that was made.")
  var request: String

  @Argument(help: "The answer; - is standard input.")
  var answer: String

  @Option(help: ArgumentHelp("How it was shown: counter or online.", valueName: "mode"))
  var mode = "counter"

  @Option(help: ArgumentHelp("When it was judged, such as 2026-11-24T08:30:00Z; default now."))
  var at: String?

  @Option(
    help: ArgumentHelp(
      "An export or public folder with newer evidence than the registry's own, or of a registry "
        + "that it admits.", valueName: "dir"))
  var evidence: [String] = []

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard ["counter", "online"].contains(mode) else {
      throw ValidationError("--mode is counter or online")
    }
    if let at {
      do { _ = try Timestamp(parsing: at) } catch {
        throw ValidationError("--at: \(error.message)")
      }
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    let clock = Timestamp.now()
    let asked = try RequestFile(request)
    let time = try time(asked.request, clock)
    let input = VerifyInput(path: answer)
    let file = try presented(input)
    let opened = try registry.open(forWriting: true, actor: actor)
    let report = try judged(file, asked, input, opened, at: time, clock: clock)
    var codes = UseCheck.codes(report)
    if codes.isEmpty, at == nil, let code = try unpublished(report, opened) { codes = [code] }
    guard let certificate = report.certificate, let token = file.token,
      !UseCheck.isOpen(report, codes)
    else {
      try opened.close()
      throw open(report)
    }
    var use = JudgedUse(
      asked.request, answer: token, certificate: certificate, codes: codes, mode: mode,
      occurredAt: at == nil ? nil : time.seconds)
    use.registry = try opened.admittedRegistries().first { $0.host == use.host }?.origin
    let signer = try opened.signer(code, use: .act)
    let recorded = try Failure.answering(.invalidRequest) {
      try opened.write { writer throws(RegistryError) in try writer.record(use, by: signer) }
    }
    try opened.close()
    try show(report, recorded, console)
    return recorded.codes.isEmpty ? .yes : .no
  }

  /// What the registry knows of the copy's status, and has not published yet: the code of its
  /// refusal, or nil.
  private func unpublished(_ report: FileReport, _ opened: OpenRegistry) throws -> String? {
    guard let place = report.certificate?.status else { return nil }
    return switch try opened.currentStatus(place) {
    case StatusList.ended?: CertificatesError.Code.ended.description
    case StatusList.suspended?: CertificatesError.Code.suspended.description
    default: nil
    }
  }

  private func time(_ request: PresentationRequest, _ clock: Timestamp) throws -> Timestamp {
    guard let at else { return clock }
    let time = try Timestamp(parsing: at)
    guard time <= clock, time.seconds >= request.terms.issuedAt else {
      throw Failure(
        .usage, code: "time",
        time <= clock
          ? "--at: that time is before the request was made" : "--at: that time is not reached")
    }
    return time
  }

  /// The answer, if it can be read and was signed as one; else nothing is recorded.
  private func presented(_ input: VerifyInput) throws -> KnownFile {
    let fault: KnownFile.Fault
    switch input.content {
    case .unreadable(let found):
      throw Failure(.cannot, code: found.code, "\(answer): \(found.message)")
    case .lines:
      fault = KnownFile.Fault(code: "not_a_presentation", message: "this is a file of deliveries")
    case .file(let file):
      if case .presentation(let certificate) = file.content, certificate.keyBindingInput != nil {
        return file
      }
      switch file.content {
      case .malformed(let found): fault = found
      case .presentation:
        fault = KnownFile.Fault(
          code: "not_a_presentation", message: "its key binding cannot be read")
      default:
        fault = KnownFile.Fault(
          code: "not_a_presentation",
          message: "this is a \(file.kind.rawValue), and no answer to a request")
      }
    }
    // Codes that are missing can be scanned still.
    throw Failure(
      fault.code.hasPrefix("code_") ? .cannot : .no, code: fault.code,
      "\(answer): \(fault.message); nothing was recorded",
      hint: "kanhe verify tells more; take the answer as holder present wrote it")
  }

  private func judged(
    _ file: KnownFile, _ asked: RequestFile, _ input: VerifyInput, _ opened: OpenRegistry,
    at time: Timestamp, clock: Timestamp
  ) throws -> FileReport {
    var pool = EvidencePool()
    // The registry's own evidence always: a folder that was named adds to it.
    let own = try registry.registryDirectory() + "/public"
    try VerifyEvidence.add(
      from: [own] + evidence, for: [asked.input, input], at: at == nil ? nil : time, to: &pool)
    if case .file(let request) = asked.input.content { pool.add(request) }
    let anchor = try RootFile.anchor(try opened.root(), host: opened.settings.host)
    return FileVerifier(
      anchors: [anchor], pool: pool, time: time.seconds, clock: clock.seconds
    ).report(on: file)
  }

  /// The reasons of all that failed, each once, in order.
  private static func codes(_ report: FileReport) -> [String] {
    var codes: [String] = []
    for check in report.checks.checks where check.result == .failed {
      for reason in check.reasons where !codes.contains(reason.code) { codes.append(reason.code) }
    }
    return codes
  }

  /// What is wrong with the registry's own publications and not with what was shown.
  private static let ownFaults: Set<String> = [
    "trust_list_expired", "trust_list_future", "status_uri", "status_expired", "status_future",
    "issuer_unknown", "identity_unknown", "type_unknown", "type_digest",
  ]

  /// Whether it cannot be told: something was not shown, or all that failed is that the registry
  /// has not published what it knows.
  private static func isOpen(_ report: FileReport, _ codes: [String]) -> Bool {
    if codes.isEmpty { return report.verdict(notDemanding: []) != .yes }
    return codes.allSatisfy(ownFaults.contains)
  }

  private func open(_ report: FileReport) -> Failure {
    let open = report.checks.checks.first { $0.result != .passed }
    return Failure(
      .cannot, code: open?.reasons.first?.code ?? "cannot_tell",
      "it cannot be told, and nothing was recorded: \(open?.text ?? "")",
      hint: open?.reasons.first?.code == "admitted_evidence_missing"
        ? "give the export of the registry that issued it with --evidence"
        : "publish anew what the registry knows: kanhe status publish, then kanhe registry trust; "
          + "of another registry give a newer export with --evidence")
  }

  private func show(
    _ report: FileReport, _ recorded: RecordedUse, _ console: Console
  ) throws {
    let isAccepted = recorded.codes.isEmpty
    var object: JSONObject = [
      "checks": VerifyAnswer.checks(report, accepted: []),
      "checkpoint": Shape.checkpoint(recorded.checkpoint),
      "codes": .array(recorded.codes.map { .string($0) }),
      "index": Shape.index(recorded.entry.index),
      // All that who presents is told.
      "presenter": isAccepted ? "accepted" : "not accepted",
      "replayed": .boolean(UseCheck.isRepeated(recorded)),
      "verdict": isAccepted ? "yes" : "no",
    ]
    object["request"] = report.request.map { .object(UseShape.request($0)) }
    object["earlier"] = recorded.earlier.map(Shape.index)
    if isAccepted, let certificate = report.certificate {
      object["claims"] = .object(VerifyAnswer.claims(certificate))
    }
    try console.result(
      .object(object),
      text: {
        VerifyText.file(answer, report, isAccepted ? .yes : .no, [], roots: [])
          + "\n\(UseCheck.outcome(recorded)); entry \(recorded.entry.index)\n"
      })
  }

  private static func isRepeated(_ recorded: RecordedUse) -> Bool {
    [Writer.replayedCode, Writer.requestUsedCode].contains { recorded.codes == [$0] }
  }

  private static func outcome(_ recorded: RecordedUse) -> String {
    let earlier = recorded.earlier.map { "entry \($0)" } ?? "another entry"
    return switch recorded.codes {
    case []: "accepted"
    case [Writer.replayedCode]: "refused: replayed, \(earlier) accepted this very answer"
    case [Writer.requestUsedCode]:
      "refused: request_used, \(earlier) accepted another answer; make a new request"
    default: "refused: \(recorded.codes.joined(separator: ", "))"
    }
  }
}
