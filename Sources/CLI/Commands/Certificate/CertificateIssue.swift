import ArgumentParser
import Certificates
import Encoding
import Registry

/// `kanhe certificate issue`: one certificate or a file of them.
struct CertificateIssue: TableCommand {
  static let repeatable = ["--holder-key"]

  static let configuration = CommandConfiguration(
    commandName: "issue",
    abstract: "Issue one certificate, or every row of a sheet.",
    discussion: """
      Every row is checked before anything is signed; faults are listed by line and column. Rows \
      whose unique values a certificate in force has are refused alone. Interrupted or killed, the \
      same command with the same file goes on: no row twice, none lost. Lines of a .jsonl file are \
      in the order of issuing, which is shuffled. Exit code 1: rows were refused.

      Examples:
        kanhe certificate issue --type 11440300KH0002054H001 --csv cards.csv \\
          --out cards.jsonl --registry city --as 11440300KH0002054H
        kanhe certificate issue --type 11440300KH0002054H001 --csv cards.csv \\
          --dry-run
        kanhe certificate issue --type 11440300KH0002054H001 \\
          --claims card.json --out card --holder-key wallet.jwt
      """)

  @Option(help: ArgumentHelp("The type's code, 21 characters.", valueName: "code"))
  var type: String

  @Flag(help: "Check the file and stop; nothing is signed, no passphrase is needed.")
  var dryRun = false

  @OptionGroup var options: IssueOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard dryRun || options.out != nil else {
      throw ValidationError("say with --out where the deliveries go, or try with --dry-run")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let started = Stopwatch.seconds()
    let department = dryRun ? nil : try options.actor.code()
    let code = try CodeArgument.type(type, option: "--type")
    let opened = try options.registry.open(forWriting: !dryRun, actor: options.actor)
    let file = try opened.typeFile(code, version: options.version)
    let keys = try options.holderKeys()
    let checked = try options.check(file, console)
    var result = IssueResult(type: file, checked: checked, isDryRun: dryRun, out: options.out)
    if checked.faults.isEmpty, let department, let out = options.out {
      result.report = try options.issue(
        IssueOrder(
          department: department, type: file, claims: checked, holderKeys: keys,
          target: DeliveryTarget(path: out)), opened, console)
    }
    result.seconds = Stopwatch.seconds() - started
    try opened.close()
    if result.report?.isInterrupted == true { throw options.interrupted(result) }
    try console.result(
      result.json, text: { result.text }, table: { IssueResult.table(result.refused) })
    if !dryRun, result.refusedCount == 0 {
      console.hint("hand each delivery to whom it names; 'kanhe status publish' signs the lists")
    }
    return result.refusedCount == 0 ? .yes : .no
  }
}
