import ArgumentParser

/// The `kanhe` command line.
@main
struct Kanhe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kanhe",
    abstract: "A city's electronic certificates.",
    // In the order of spec/cli/README.md, one on a line.
    subcommands: [
      RegistryNoun.self,
      IdentityNoun.self,
      DepartmentNoun.self,
      TypeNoun.self,
      CertificateNoun.self,
      StatusNoun.self,
      Verify.self,
      LedgerNoun.self,
      Trust.self,
      Audit.self,
      Demo.self,
    ])
}
