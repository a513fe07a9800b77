import ArgumentParser
import Certificates
import Encoding
import Ledger
import Verification

/// `kanhe audit department`: all that a department did, and was named in.
struct AuditDepartment: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "department",
    abstract: "List every entry of a department, each with its proof.",
    discussion: """
      Finds the entries by their tags, streaming the whole ledger and trusting no index; a \
      department's thread is public. A number left out, a false tag or a failed proof is a no. \
      With --prove an answer is written that kanhe verify checks offline: the whole thread as far \
      as runs are published.

      Examples:
        kanhe audit department 11440300KH0002054H --from export --root root.pem
        kanhe audit department 11440300KH0002054H --registry city \\
          --from-day 2026-11-01 --to-day 2026-11-30 --format csv
      """)

  @Argument(help: ArgumentHelp("The department's USCC.", valueName: "code"))
  var code: String

  @Option(help: ArgumentHelp("List entries received on or after this day (UTC).", valueName: "day"))
  var fromDay: String?

  @Option(
    help: ArgumentHelp("List entries received on or before this day (UTC).", valueName: "day"))
  var toDay: String?

  @OptionGroup var audit: AuditOptions
  @OptionGroup var proof: ProveOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { _ = try days() }

  func execute(_ console: Console) throws -> Failure.Status {
    _ = try CodeArgument.department(code)
    Interruption.watch()
    let source = try audit.open(console)
    let report = try run(source.reader, source, console)
    try source.close()
    try proof.write(report)
    var object = report.json(withMembers: true)
    object["code"] = .string(code)
    if let name = report.name { object["name"] = .string(name) }
    try console.result(
      .object(object),
      text: {
        "\(code) \(report.name.map { TerminalText.line($0) } ?? "(not enrolled)")\n" + report.text
      },
      table: { report.table })
    return AuditShape.status(report.verdict)
  }

  private func run(
    _ reader: some LedgerReader, _ source: AuditSource, _ console: Console
  ) throws -> ThreadReport {
    let days = try days()
    return try AuditThread(
      audit: try ThreadAudit(
        reader: reader, root: source.root, thread: .department(code),
        runs: source.runs, isAnswerWanted: proof.isWanted,
        isListed: { days.contains($0.day) })
    ).run(console)
  }

  private func days() throws -> DayRange {
    try DayRange(("--from-day", fromDay), ("--to-day", toDay))
  }
}
