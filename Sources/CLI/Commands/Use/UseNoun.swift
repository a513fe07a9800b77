import ArgumentParser

/// `kanhe use`: what a counter asks of a holder.
struct UseNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "use", abstract: "Ask a holder to show something, and take the answer.",
    subcommands: [UseAsk.self, UseCheck.self, UseEnter.self])
}
