import ArgumentParser
import Registry
import Rules

/// `kanhe share refuse`: answers requests with no.
struct ShareRefuse: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refuse",
    abstract: "Answer requests with no, and say why.",
    discussion: """
      The reason is a code that everyone sees: none, suspended, ended, expired, or another of \
      small letters, digits and -. With --open and without --reason only requests are refused \
      for which there is nothing to release, each with why as its reason. Words come from a file \
      and are a disclosure. Exit code 1: a rule refused it.

      Examples:
        kanhe share refuse 300 301 --reason outside-competence \\
          --as 11440300KH0002054H
        kanhe share refuse --open --as 11440300KH0002054H
      """)

  @OptionGroup var choice: ShareChoice

  @Option(help: ArgumentHelp("Why: a code.", valueName: "code"))
  var reason: String?

  @Option(help: ArgumentHelp("Why, in words; - reads them.", valueName: "file|-"))
  var textFile: String?

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard choice.open || reason != nil else {
      throw ValidationError("say with --reason why; only --open finds that out by itself")
    }
    guard reason.map(CodeArgument.isWord) ?? true else {
      throw ValidationError("--reason: a code has small letters, digits and -, as in a-b")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    _ = try choice.named()
    let text = try textFile.map { try ActText.read($0, option: "--text-file") }
    let opened = try registry.open(forWriting: true, actor: actor)
    let signer = try opened.signer(code, use: .act)
    let job = try choice.job([.open], of: code, in: opened)
      .map { [reason] in RefuseOrder($0, reason: reason, text: text) }
    let report = try ShareRun(console).run(
      job, of: Writer.requestCount, named: "refuse"
    ) { orders throws(RegistryError) in
      try opened.write { writer throws(RegistryError) in try writer.refuse(orders, by: signer) }
    }
    try opened.close()
    let words = ShareResult.Words(list: "refusals", one: "refusal", done: "declined")
    try ShareResult(words: words, report: report).show(console)
    try ShareRun.requireEnd(of: report, of: job.count)
    return report.refusedCount == 0 ? .yes : .no
  }
}
