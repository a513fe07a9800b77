import ArgumentParser
import Certificates
import Registry

/// `kanhe certificate replace`.
struct CertificateReplace: TableCommand {
  static let repeatable = ["--holder-key"]

  static let configuration = CommandConfiguration(
    commandName: "replace",
    abstract: "Issue a certificate's next version and end the old one.",
    discussion: """
      Both enter together or not at all. A sheet has the columns of issuing and \
      previous_identifier (关联证照标识). Interrupted or killed, the same command goes on. Exit \
      code 1: rows were refused.

      Examples:
        kanhe certificate replace 1.2.156.3005.2.… --claims card.json \\
          --out cards --as 11440300KH0002054H
        kanhe certificate replace --type 11440300KH0002054H001 --csv new.csv \\
          --out new.jsonl --as 11440300KH0002054H
      """)

  @Argument(help: "The identifier of the certificate to replace.")
  var identifier: String?

  @Option(help: ArgumentHelp("The type of a sheet's certificates.", valueName: "code"))
  var type: String?

  @Flag(help: "Check the file and stop; nothing is signed, no passphrase is needed.")
  var dryRun = false

  @OptionGroup var options: IssueOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (identifier == nil) != (options.csv == nil) else {
      throw ValidationError("give an identifier with --claims, or --type with --csv")
    }
    guard (options.csv == nil) == (type == nil) else {
      throw ValidationError("--type belongs to --csv; an identifier names its type")
    }
    guard dryRun || options.out != nil else {
      throw ValidationError("say with --out where the deliveries go, or try with --dry-run")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let started = Stopwatch.seconds()
    let department = dryRun ? nil : try options.actor.code()
    let previous = try identifier.map { try CodeArgument.identifier($0) }
    guard let named = previous?.typeCode ?? type else {
      throw ValidationError("give an identifier, or --type")
    }
    let code = try CodeArgument.type(named, option: "--type")
    let opened = try options.registry.open(forWriting: !dryRun, actor: options.actor)
    let file = try opened.typeFile(code, version: options.version)
    let keys = try options.holderKeys()
    let checked = try options.check(file, isReplacement: previous == nil, console)
    var result = IssueResult(type: file, checked: checked, isDryRun: dryRun, out: options.out)
    result.isReplacement = true
    if checked.faults.isEmpty, let department, let out = options.out {
      var order = IssueOrder(
        department: department, type: file, claims: checked, holderKeys: keys,
        target: DeliveryTarget(path: out))
      order.previous = previous
      result.report = try options.issue(order, opened, console)
    }
    result.seconds = Stopwatch.seconds() - started
    try opened.close()
    if result.report?.isInterrupted == true { throw options.interrupted(result) }
    try console.result(
      result.json, text: { result.text }, table: { IssueResult.table(result.refused) })
    if let department, result.report != nil, result.refusedCount == 0 {
      console.hint("kanhe status publish --as \(department) tells everyone")
    }
    return result.refusedCount == 0 ? .yes : .no
  }
}
