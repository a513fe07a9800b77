import ArgumentParser

/// `kanhe status`: which copies are in force, as anyone may know.
struct StatusNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Publish and read status lists.",
    subcommands: [StatusPublish.self, StatusShow.self])
}
