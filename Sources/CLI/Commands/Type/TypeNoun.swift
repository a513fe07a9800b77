import ArgumentParser

/// `kanhe type`: the catalogue of what is issued.
struct TypeNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "type", abstract: "Publish types of certificates and look at them.",
    subcommands: [TypePublish.self, TypeWithdraw.self, TypeList.self, TypeShow.self])
}
