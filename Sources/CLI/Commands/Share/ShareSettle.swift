import ArgumentParser
import Registry
import Rules

/// `kanhe share settle`: the issuer's word about a dispute.
struct ShareSettle: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle",
    abstract: "Decide about a dispute of a certificate that you issued.",
    discussion: """
      corrected: another certificate has taken its place ('kanhe certificate replace'); name it \
      with --successor. upheld: what it says stands. Exit code 1: refused.

      Examples:
        kanhe share settle 312 --outcome corrected --successor 1.2.156.3005.2.… \\
          --reason-file why.txt --as 11440300KH0002054H
        kanhe share settle 312 --outcome upheld --reason-file why.txt \\
          --as 11440300KH0002054H
      """)

  @Argument(help: "The dispute, by the index of its entry or as <USCC>/<jti>.")
  var dispute: String

  @Option(help: "corrected or upheld.")
  var outcome: String

  @Option(help: ArgumentHelp("The corrected certificate.", valueName: "identifier"))
  var successor: String?

  @Option(help: ArgumentHelp("Why; - reads it.", valueName: "file|-"))
  var reasonFile: String

  @OptionGroup var place: RegistryPlace
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard ["corrected", "upheld"].contains(outcome) else {
      throw ValidationError("--outcome is corrected or upheld")
    }
    guard (outcome == "corrected") == (successor != nil) else {
      throw ValidationError("--successor names the corrected certificate, and only then")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try place.actor.code()
    let order = SettleOrder(
      try ActArgument.act(dispute),
      successor: try successor.map {
        try CodeArgument.identifier($0, option: "--successor").text
      }, reason: try ActText.read(reasonFile, option: "--reason-file"))
    let words = ShareResult.Words(
      list: "settlements", one: "settlement", done: "settled", about: "dispute")
    return try ShareRun(console).all([order], by: code, in: place, words) {
      writer, orders, signer throws(RegistryError) in try writer.settle(orders, by: signer)
    }
  }
}
