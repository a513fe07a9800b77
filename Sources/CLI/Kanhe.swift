import ArgumentParser

/// The `kanhe` command line.
@main
struct Kanhe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kanhe",
    abstract: "Issue, keep, verify and audit a city's electronic certificates.")
}
