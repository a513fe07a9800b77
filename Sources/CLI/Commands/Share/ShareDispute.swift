import ArgumentParser
import Registry
import Rules

/// `kanhe share dispute`: says that a released claim is wrong.
struct ShareDispute: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dispute",
    abstract: "State that a claim you were given is wrong.",
    discussion: """
      It goes to the department that issued the certificate, which settles it. What is disputed \
      must have been acknowledged. The reason comes from a file and is a disclosure. Exit code 1: \
      refused.

      Examples:
        kanhe share dispute 310 --claim address --reason-file moved.txt \\
          --as 11440300KH0002062C
      """)

  @Argument(help: "The release, by the index of its entry or as <USCC>/<jti>.")
  var release: String

  @Option(help: ArgumentHelp("The claim that is wrong.", valueName: "name"))
  var claim: String

  @Option(help: ArgumentHelp("Why; - reads it.", valueName: "file|-"))
  var reasonFile: String

  @OptionGroup var place: RegistryPlace
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try place.actor.code()
    let order = DisputeOrder(
      try ActArgument.act(release), claim: claim,
      reason: try ActText.read(reasonFile, option: "--reason-file"))
    let words = ShareResult.Words(
      list: "disputes", one: "dispute", done: "disputed", about: "release")
    return try ShareRun(console).all([order], by: code, in: place, words) {
      writer, orders, signer throws(RegistryError) in try writer.dispute(orders, by: signer)
    }
  }
}
