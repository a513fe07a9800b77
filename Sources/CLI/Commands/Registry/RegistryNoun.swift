import ArgumentParser

/// `kanhe registry`: one jurisdiction's installation.
struct RegistryNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry", abstract: "Make a registry and see how it stands.",
    subcommands: [
      RegistryInit.self, RegistryStatusCommand.self, RegistryTrust.self, RegistryCheck.self,
    ])
}
