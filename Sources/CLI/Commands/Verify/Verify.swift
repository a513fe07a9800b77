import ArgumentParser
import Encoding

/// `kanhe verify`: any file that Kanhe makes, from files alone.
struct Verify: KanheCommand {
  static let repeatable = TrustOptions.repeatable

  static let configuration = CommandConfiguration(
    abstract: "Check certificates and all other files that Kanhe makes.",
    discussion: """
      Files are known by their content: copy, delivery, presentation, request, bundle, receipt, \
      answer, trust list, status token, type file, checkpoint, proof, identity, JSON Lines of \
      deliveries. Several files are evidence for one another; beside a request a copy is a \
      presentation without its key binding, and a no. Needs no registry and no network, and \
      changes nothing. \
      Exit code 0: yes; 1: no; 2: cannot tell.

      Examples:
        kanhe verify li.json --evidence export --root root.pem
        kanhe verify li.json trust.jwt type.json 1.jwt --root root.pem
        kanhe verify cards.jsonl trust.jwt type.json --root root.pem \\
          --accept-missing status
        kanhe verify request.jwt shown.txt --evidence export --root root.pem
        kanhe verify li.json trust.jwt --root root.pem \\
          --at 2027-01-01T00:00:00Z --format json
      """)

  @Argument(help: "Files to check; - is standard input.")
  var files: [String]

  @OptionGroup var trust: TrustOptions

  @Option(help: ArgumentHelp("Judge as of a time such as 2026-11-24T08:30:00Z; default now."))
  var at: String?

  @Option(
    help: ArgumentHelp(
      "Checks that need not be shown: status, ledger, request; several with commas.",
      valueName: "list"))
  var acceptMissing: String?

  @Option(
    help: ArgumentHelp(
      "Whom an answer must be for that was shown unasked, in the words of holder present --to.",
      valueName: "who"))
  var audience: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name at least one file") }
    if let acceptMissing, VerifyRun.accepted(acceptMissing) == nil {
      throw ValidationError("--accept-missing takes status, ledger and request")
    }
    if audience == nil, acceptMissing.flatMap(VerifyRun.accepted)?.contains(.request) == true {
      throw ValidationError(
        "--accept-missing request takes an answer that nobody asked for: say with --audience whom "
          + "it must be for")
    }
    if let at {
      do { _ = try Timestamp(parsing: at) } catch {
        throw ValidationError("--at: \(error.message)")
      }
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    try VerifyRun(
      files: files, roots: trust.root, evidence: trust.evidence,
      time: try at.map { try Timestamp(parsing: $0) },
      accepted: acceptMissing.flatMap(VerifyRun.accepted) ?? [], audience: audience
    ).execute(console)
  }
}
