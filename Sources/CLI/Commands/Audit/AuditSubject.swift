import ArgumentParser
import Encoding
import Ledger
import Rules
import Verification

/// `kanhe audit subject`: all that happened about one person.
struct AuditSubject: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "subject",
    abstract: "List every entry about a person, each with its proof.",
    discussion: """
      By a delivery, which has the key of its subject's thread: who issued, asked, released and \
      decided what, for which purpose, under which law. Finds the entries by their tags, streaming \
      the whole ledger and trusting no index. A number left out or a failed proof is a no. With \
      --prove an answer is written that kanhe verify checks offline; it holds the thread's key.

      Examples:
        kanhe audit subject li.json --from export --root root.pem
        kanhe audit subject - --from export --root root.pem \\
          --prove answer.json < li.json
      """)

  @Argument(
    help: ArgumentHelp("A delivery file; - for standard input.", valueName: "delivery"))
  var subject: String

  @OptionGroup var audit: AuditOptions
  @OptionGroup var proof: ProveOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    let delivery = try Delivery(
      parsing: try PersonInput.read(subject, maximumBytes: Delivery.byteCountMax))
    guard let place = delivery.subjectThread else {
      throw Failure(
        .cannot, code: "no_subject_key", "this delivery has no key of its subject's thread",
        hint: "give the delivery of a certificate that was issued to the person")
    }
    let source = try audit.open(console)
    let report = try run(source.reader, place, delivery.receipt.entry, source, console)
    try source.close()
    try proof.write(report)
    try console.result(
      .object(report.json(withMembers: true)), text: { report.text }, table: { report.table })
    return AuditShape.status(report.verdict)
  }

  private func run(
    _ reader: some LedgerReader, _ place: Openings.Place, _ known: Entry, _ source: AuditSource,
    _ console: Console
  ) throws -> ThreadReport {
    try AuditThread(
      audit: try ThreadAudit(
        reader: reader, root: source.root, thread: .subject(place.key),
        known: .init(number: place.number, entry: known),
        runs: source.runs, isAnswerWanted: proof.isWanted)
    ).run(console)
  }
}
