import ArgumentParser
import Registry
import Rules

/// `kanhe share decide`: closes a case.
struct ShareDecide: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decide",
    abstract: "State what you decided in the case in which data were asked for.",
    discussion: """
      A request names person and case. The decision shows what the data were good for: an auditor \
      finds cases in which data were taken and nothing was ever decided. A later decision, as \
      after an appeal, stands beside the earlier one. Exit code 1: refused.

      Examples:
        kanhe share decide 300 --outcome granted --as 11440300KH0002062C
      """)

  @Argument(
    help: ArgumentHelp(
      "Requests, by the index of the entry or as <USCC>/<jti>.", valueName: "request"))
  var requests: [String]

  @Option(help: "granted, refused, withdrawn or closed.")
  var outcome: String

  @Option(help: ArgumentHelp("More in words; - reads them.", valueName: "file|-"))
  var textFile: String?

  @OptionGroup var place: RegistryPlace
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard ["granted", "refused", "withdrawn", "closed"].contains(outcome) else {
      throw ValidationError("--outcome is granted, refused, withdrawn or closed")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try place.actor.code()
    let names = try requests.map { try ActArgument.act($0) }
    let text = try textFile.map { try ActText.read($0, option: "--text-file") }
    let orders = names.map { DecideOrder($0, outcome: outcome, text: text) }
    let words = ShareResult.Words(list: "decisions", one: "decision", done: "decided")
    return try ShareRun(console).all(orders, by: code, in: place, words) {
      writer, orders, signer throws(RegistryError) in try writer.decide(orders, by: signer)
    }
  }
}
