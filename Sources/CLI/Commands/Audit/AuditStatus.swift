import ArgumentParser
import Certificates
import Encoding
import Ledger
import Verification

/// `kanhe audit status`: what was published of status lists, and what was not.
struct AuditStatus: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Hold every publication of status lists against the ledger.",
    discussion: """
      Each publication names all tokens that were in force then; its file is held against the \
      ledger. A token given is looked for in all of them: one that is in none was shown to \
      somebody and never published, and the answer is no. Files that are missing leave that open. \
      Exit code 0: yes; 1: no; 2: cannot tell.

      Examples:
        kanhe audit status --from export --root root.pem
        kanhe audit status shown-to-me.jwt --from export --root root.pem
      """)

  @Argument(help: ArgumentHelp("Status tokens to look for.", valueName: "token"))
  var tokens: [String] = []

  @OptionGroup var audit: AuditOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let given = try tokens.map { (name: $0, token: try AuditStatus.token($0)) }
    Interruption.watch()
    let source = try audit.open(console)
    let report = try run(source.reader, given, source, console)
    try source.close()
    guard report.thread.isComplete else { throw AuditShape.interrupted }
    let answer = StatusAnswer(report: report)
    try console.result(.object(answer.json), text: { answer.text }, table: { answer.table })
    return AuditShape.status(report.verdict)
  }

  private static func token(_ path: String) throws -> StatusToken {
    let bytes = try InputFile.read(path, maximumBytes: JWSForm.statusToken.byteCountMax + 1)
    guard case .statusToken(let token) = KnownFile(recognising: bytes).content else {
      throw Failure(
        .cannot, code: "not_a_status_token", "\(path) is no status token",
        hint: "give the .jwt file of a status list")
    }
    return token
  }

  private func run(
    _ reader: some LedgerReader, _ given: [(name: String, token: StatusToken)],
    _ source: AuditSource, _ console: Console
  ) throws -> StatusAuditReport {
    let progress = Progress("audit", console: console)
    defer { progress.finish() }
    return try StatusAudit(reader: reader, root: source.root, tokens: given) { path in
      do throws(EncodingError) {
        return try BoundedFile.readRegular(
          path: "\(source.published)/\(path)", maximumBytes: LeafList.byteCountMax)
      } catch {
        guard error.code == .fileNotFound else { throw error }
        return nil
      }
    }.run(
      progress: { progress.update(done: Int($0), total: Int($1)) },
      isStopped: { Interruption.isRequested })
  }
}

/// How `audit status` shows its answer: spec/cli/audit.md, "status".
struct StatusAnswer {
  let report: StatusAuditReport

  private static let columns = [
    "department", "sequence", "index", "received", "lists", "result",
  ]

  var json: JSONObject {
    var object = report.thread.basis
    object["verdict"] = .string(report.verdict.rawValue)
    object["rounds"] = .array(report.rounds.map { .object(round($0)) })
    object["counts"] = .object(
      JSONObject(
        [Check.Result.passed, .failed, .notShown].map {
          ($0.rawValue, JSONValue.integer(Int64(report.counts[$0] ?? 0)))
        }))
    object["tokens"] = .array(report.tokens.map { .object(token($0)) })
    object.tellMore(
      report.hasMore || report.thread.hasMoreFaults, "the newest publications are listed")
    return object
  }

  private func round(_ round: StatusAuditReport.Round) -> JSONObject {
    [
      "department": .string(round.department), "index": Shape.index(round.index),
      "lists": .integer(round.listCount), "received": .string("\(round.received)"),
      "result": .string(round.result.rawValue), "sequence": .integer(round.sequence),
    ]
  }

  private func token(_ token: StatusAuditReport.Token) -> JSONObject {
    var object: JSONObject = [
      "file": .string(token.name), "issued_at": .string(Shape.time(seconds: token.token.issuedAt)),
      "result": .string(token.result.rawValue), "uri": .string(token.token.uri),
    ]
    if let round = token.round {
      object["department"] = .string(round.department)
      object["index"] = Shape.index(round.index)
      object["sequence"] = .integer(round.sequence)
    }
    return object
  }

  var table: Table { Table(objects: report.rounds.map(round), columns: Self.columns) }

  var text: String {
    var text = table.aligned
    if report.hasMore { text += "… the newest of \(report.counts.values.reduce(0, +))\n" }
    for token in report.tokens {
      let place =
        token.round.map { "publication \($0.sequence) of \($0.department), entry \($0.index)" }
        ?? (token.result == .failed ? "in no publication" : "a publication's file is missing")
      let name = TerminalText.line(token.name)
      text +=
        "\(name): \(token.token.uri), \(Shape.time(seconds: token.token.issuedAt)): \(place)\n"
    }
    text += report.thread.faults.prefix(10).map(AuditShape.line).joined()
    return text + "\n\(VerifyText.word(report.verdict))\n"
  }
}
