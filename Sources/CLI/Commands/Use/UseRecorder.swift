import Certificates
import Encoding
import Registry
import Verification

/// Judges answers under an open registry, with what it published, and enters the uses.
struct UseRecorder {
  let opened: OpenRegistry
  /// The department that asked.
  let code: String
  /// `counter` or `online`.
  let mode: String
  /// The registry's public folder, and folders that were named.
  private let evidence: [String]
  private let anchor: Anchor

  init(
    _ opened: OpenRegistry, at directory: String, adding evidence: [String], by code: String,
    mode: String
  ) throws {
    self.opened = opened
    self.code = code
    self.mode = mode
    // The registry's own evidence always: a folder that was named adds to it.
    self.evidence = ["\(directory)/public"] + evidence
    anchor = try RootFile.anchor(try opened.root(), host: opened.settings.host)
  }

  /// Judges and enters one; `past` is when it was judged off line, nil for now; `waited` how it
  /// waited since, and whether the counter refused it.
  func record(
    _ answer: ShownAnswer, to asked: RequestFile, at past: Timestamp?, clock: Timestamp,
    waited: (queued: QueuedUse, isRefused: Bool)? = nil
  ) throws -> (judgement: UseJudgement, recorded: RecordedUse) {
    if let past { try UseRecorder.requireTime(past, of: asked.request, clock) }
    var judgement = try UseJudgement(
      answer, to: asked, under: [anchor], evidence: evidence, at: past, clock: clock)
    if past == nil, let code = try unpublished(answer.certificate.status) {
      judgement.refuse(unpublished: code)
    }
    try judgement.requireAnswer(
      "publish anew what the registry knows: kanhe status publish, then kanhe registry trust; of "
        + "another registry give a newer export with --evidence")
    var use = JudgedUse(
      asked.request, answer: answer.token, certificate: answer.certificate,
      codes: judgement.codes, mode: mode, occurredAt: past?.seconds)
    use.queued = waited?.queued
    use.isRefusedAtCounter = waited?.isRefused ?? false
    use.registry = try opened.admittedRegistries().first { $0.host == use.host }?.origin
    let signer = try opened.signer(code, use: .act)
    let recorded = try Failure.answering(.invalidRequest) {
      try opened.write { writer throws(RegistryError) in try writer.record(use, by: signer) }
    }
    return (judgement, recorded)
  }

  /// A time at which an answer to a request may have been judged: not before it was made, but for
  /// the difference that clocks may have, and not in the future.
  static func requireTime(
    _ time: Timestamp, of request: PresentationRequest, _ clock: Timestamp
  ) throws {
    guard time <= clock else {
      throw Failure(
        .usage, code: "time", "\(time): that time is not reached",
        hint:
          "the counter's clock was ahead, or this one's is behind; set them, and wait until then")
    }
    guard time.seconds >= request.terms.issuedAt - CertificateVerifier.skewSeconds else {
      throw Failure(
        .usage, code: "time", "\(time): that time is before the request was made",
        hint:
          "say when it was judged; of a counter whose clock was behind enter each with use check "
          + "--at")
    }
  }

  /// What the registry knows of a copy's status, and has not published yet: the code of its
  /// refusal, or nil.
  private func unpublished(_ place: StatusReference) throws -> String? {
    switch try opened.currentStatus(place) {
    case StatusList.ended?: CertificatesError.Code.ended.description
    case StatusList.suspended?: CertificatesError.Code.suspended.description
    default: nil
    }
  }
}
