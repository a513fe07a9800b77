import ArgumentParser
import Certificates
import Encoding
import Registry
import Verification

/// `kanhe use check`: judges an answer and records that it was taken, or why not.
struct UseCheck: KanheCommand {
  static let repeatable = TrustOptions.repeatable

  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judge an answer to a request of yours, and record the use.",
    discussion: """
      All that verify judges of request and answer is judged, under the registry's own root, with \
      what it published: trust list, type files and status. Then the use is entered: accepted, or \
      refused with the codes of what failed; a request is answered once, and a second good answer \
      is refused (replayed, request_used). What cannot be read, or cannot be told because the \
      registry has not published what it knows, is not entered. Who presents is told no more than \
      accepted or not; the checks are for the officer. A counter off line judges with --queue, \
      under the roots and the evidence given: the use waits in that folder for use enter, which \
      records it. Exit code 0: accepted; 1: refused; 2: cannot tell.

      Examples:
        kanhe use check request.jwt shown.txt --as 11440300KH0002169P
        kanhe use check request.jwt shown.txt --queue today --root root.pem \\
          --evidence export
        kanhe use check request.jwt shown.txt --at 2026-11-24T08:30:00Z \\
          --as 11440300KH0002169P --format json
      """)

  @Argument(help: "The request that was made.")
  var request: String

  @Argument(help: "The answer; - is standard input.")
  var answer: String

  @OptionGroup var how: UseMode

  @Option(help: ArgumentHelp("When it was judged, such as 2026-11-24T08:30:00Z; default now."))
  var at: String?

  @Option(
    help: ArgumentHelp(
      "Off line: keep the use in this folder, to be entered later; needs no registry.",
      valueName: "dir"))
  var queue: String?

  @OptionGroup var trust: TrustOptions
  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let at {
      do { _ = try Timestamp(parsing: at) } catch {
        throw ValidationError("--at: \(error.message)")
      }
    }
    guard queue == nil || at == nil else {
      throw ValidationError("--queue keeps what is judged now; leave --at out")
    }
    guard queue != nil || trust.root.isEmpty else {
      throw ValidationError("the registry's own root is believed; --root is for --queue")
    }
    guard queue == nil || (how.mode == "counter" && actor.actorCode == nil) else {
      throw ValidationError("use enter says who enters it, and how it was shown; not with --queue")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    if let queue { return try keep(in: UseQueue(directory: queue), console) }
    let code = try actor.code()
    let asked = try RequestFile(request)
    let shown = try ShownAnswer(answer)
    let past = try at.map { try Timestamp(parsing: $0) }
    let clock = Timestamp.now()
    // Told before a passphrase is asked for, which may take long.
    if let past { try UseRecorder.requireTime(past, of: asked.request, clock) }
    let opened = try registry.open(forWriting: true, actor: actor)
    let result = Result {
      try UseRecorder(
        opened, at: try registry.registryDirectory(), adding: trust.evidence, by: code,
        mode: how.mode
      ).record(shown, to: asked, at: past, clock: clock)
    }
    try opened.close()
    let (judgement, recorded) = try result.get()
    var object = judgement.json(codes: recorded.codes)
    object["checkpoint"] = Shape.checkpoint(recorded.checkpoint)
    object["index"] = Shape.index(recorded.entry.index)
    object["earlier"] = recorded.earlier.map(Shape.index)
    try console.result(
      .object(object),
      text: {
        let outcome = UseCheck.outcome(
          recorded.codes, earlier: recorded.earlier.map { "entry \($0)" } ?? "another entry")
        return judgement.text(
          answer, codes: recorded.codes, outcome: "\(outcome); entry \(recorded.entry.index)")
      })
    return recorded.codes.isEmpty ? .yes : .no
  }

  /// Off line: judges as verify does, and keeps the use.
  private func keep(in queue: UseQueue, _ console: Console) throws -> Failure.Status {
    let asked = try RequestFile(request)
    let shown = try ShownAnswer(answer)
    let now = Timestamp.now()
    let judgement = try UseJudgement(
      shown, to: asked, under: try trust.anchors(), evidence: trust.evidence, at: nil, clock: now)
    try judgement.requireAnswer("get a newer export for --evidence")
    let (codes, name) = try queue.take(shown, to: asked, at: now, codes: judgement.codes)
    var object = judgement.json(codes: codes)
    object["queued"] = .string(name)
    try console.result(
      .object(object),
      text: {
        let outcome = UseCheck.outcome(codes, earlier: "a use that waits")
        return judgement.text(
          answer, codes: codes, outcome: "\(outcome); waits in \(queue.directory)/\(name)")
      })
    console.hint("in the office: kanhe use enter \(queue.directory) --as CODE")
    return codes.isEmpty ? .yes : .no
  }

  /// What became of a use, in words.
  static func outcome(_ codes: [String], earlier: String) -> String {
    switch codes {
    case []: "accepted"
    case [Writer.replayedCode]: "refused: replayed, \(earlier) accepted this very answer"
    case [Writer.refusedAtCounterCode]:
      "refused: refused_at_counter, nothing is wrong with it now"
    case [Writer.requestUsedCode]:
      "refused: request_used, \(earlier) accepted another answer; make a new request"
    default: "refused: \(codes.joined(separator: ", "))"
    }
  }
}
