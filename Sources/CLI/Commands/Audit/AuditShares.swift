import ArgumentParser
import Encoding
import Foundation
import Ledger
import Rules
import Verification

extension ShareMode: ExpressibleByArgument {}
extension ShareState: ExpressibleByArgument {}
extension ShareQuestion.Side: ExpressibleByArgument {}

/// `kanhe audit shares`: who took which data, on which basis, and what followed.
struct AuditShares: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shares",
    abstract: "List requests for data with what followed, or count them.",
    discussion: """
      Reads the whole ledger under its checkpoint and trusts no index: nothing was left out. With \
      --department its public thread is counted as well, and --prove writes the answer that \
      kanhe verify checks offline. With --report the figures that a city publishes. A broken rule \
      of what is asked about, and whatever could hide a request, is a no.

      Examples:
        kanhe audit shares --from export --root root.pem
        kanhe audit shares --from export --root root.pem \\
          --department 11440300KH0002062C --side requester --outcome open
        kanhe audit shares --from export --root root.pem --report --format csv
      """)
  static let repeatable = ["--disclosures"]

  @Option(help: ArgumentHelp("Only what this department asked or was asked.", valueName: "code"))
  var department: String?

  @Option(help: "On which side the department stands: requester or provider.")
  var side: ShareQuestion.Side?

  @Option(help: ArgumentHelp("Only requests of this type.", valueName: "code"))
  var type: String?

  @Option(help: ArgumentHelp("Only requests for this purpose.", valueName: "code"))
  var purpose: String?

  @Option(help: "Only requests that rest on a duty, or on a grant.")
  var mode: ShareMode?

  @Option(help: ArgumentHelp("Only requests by officers of this role.", valueName: "code"))
  var role: String?

  @Option(help: ArgumentHelp("Requests received on or after this day (UTC).", valueName: "day"))
  var fromDay: String?

  @Option(help: ArgumentHelp("Requests received on or before this day (UTC).", valueName: "day"))
  var toDay: String?

  @Option(
    help: ArgumentHelp(
      "Only what is open, refused, released, acknowledged, disputed or settled at the end.",
      valueName: "state"))
  var outcome: ShareState?

  @Option(
    name: .customLong("case"),
    help: ArgumentHelp(
      "Only the case whose reference is the first line of this file (- for standard input).",
      valueName: "file"))
  var caseFile: String?

  @Option(
    help: ArgumentHelp(
      "Openings of private members: files from audit disclosures, or vault (the registry's own).",
      valueName: "file"))
  var disclosures: [String] = []

  @Flag(help: "Count by department and type instead of listing requests.")
  var report = false

  @OptionGroup var audit: AuditOptions
  @OptionGroup var proof: ProveOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    _ = try days()
    guard side == nil || department != nil else {
      throw ValidationError("--side needs --department")
    }
    guard !report || outcome == nil else {
      throw ValidationError("--report counts every outcome; leave --outcome out")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    let question = try question()
    let source = try audit.open(console)
    let report = try run(source.reader, question, source, console)
    try source.close()
    try proof.write(report.thread, verdict: report.verdict)
    let answer = ShareAnswer(report: report, department: department, isReport: self.report)
    try console.result(.object(answer.json), text: { answer.text }, table: { answer.table })
    return AuditShape.status(report.verdict)
  }

  private func question() throws -> ShareQuestion {
    guard !proof.isWanted || department != nil else {
      throw Failure(
        .usage, code: "no_thread", "only a department's thread can be proved to others",
        hint: "give --department, or hand over the export")
    }
    guard caseFile == nil || !disclosures.isEmpty else {
      throw Failure(
        .usage, code: "case_hidden", "which case a request is for stands in no entry",
        hint: "give --disclosures with what a department or the registry handed over")
    }
    var question = ShareQuestion()
    question.department = try department.map {
      try CodeArgument.department($0, option: "--department").text
    }
    question.type = try type.map { try CodeArgument.type($0, option: "--type").text }
    question.side = side
    question.purpose = purpose
    question.mode = mode
    question.role = role
    question.outcome = outcome
    question.caseReference = try caseFile.map { try PersonInput.line(of: $0) }
    let days = try days()
    question.isAskedAbout = { days.contains($0.day) }
    return question
  }

  private func run(
    _ reader: some LedgerReader, _ question: ShareQuestion, _ source: AuditSource,
    _ console: Console
  ) throws -> ShareReport {
    let openings = try AuditOpenings(disclosures, source)
    let progress = Progress("audit", console: console)
    let report = try ShareAudit(
      reader: reader, root: source.root, question: question, isReport: report,
      runs: source.runs, isAnswerWanted: proof.isWanted, openings: openings.opening
    ).run(
      progress: { progress.update(done: Int($0), total: Int($1)) },
      isStopped: { Interruption.isRequested })
    progress.finish()
    guard report.thread.isComplete else { throw AuditShape.interrupted }
    try openings.finish(console)
    return report
  }

  private func days() throws -> DayRange {
    try DayRange(("--from-day", fromDay), ("--to-day", toDay))
  }
}
