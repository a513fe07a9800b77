import ArgumentParser
import Certificates
import Encoding
import Ledger
import Verification

/// `kanhe audit status`: which status lists were published, and which were not.
struct AuditStatus: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Hold every round of status lists against the ledger.",
    discussion: """
      Each round in which a department published names all its tokens then; its file is held \
      against the ledger. A token given is looked for in all of them: one that a department of \
      this ledger sealed, and that is in no round though it published since, was shown to somebody \
      and never published, and the answer is no. Files that are missing, and an export that is \
      older than the token, leave that open. Exit code 0: yes; 1: no; 2: cannot tell.

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
    if console.format == .csv, report.verdict != .yes || !report.tokens.isEmpty {
      console.warning("tokens and faults stand in text and JSON; the rounds alone are a table")
    }
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
    return try StatusAudit(reader: reader, root: source.root, tokens: given) { path, count in
      do throws(EncodingError) {
        return .bytes(
          try BoundedFile.readRegular(
            path: "\(source.published)/\(path)", maximumBytes: count))
      } catch {
        switch error.code {
        case .fileNotFound: return .missing
        case .tooLarge, .notRegular, .isDirectory: return .unreadable
        default: throw error
        }
      }
    }.run(
      progress: { progress.update(done: Int($0), total: Int($1)) },
      isStopped: { Interruption.isRequested })
  }
}
