import ArgumentParser

/// The `kanhe` command line.
@main
struct Kanhe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kanhe",
    abstract: "A city's electronic certificates.",
    subcommands: [Audit.self, Demo.self, LedgerNoun.self])
}
