import ArgumentParser
import Glibc

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

  /// Runs the command that the arguments name.
  static func main() {
    // Verifying takes no longer than starting: what it does not need is not started.
    if let (run, console) = VerifyRun.plain(CommandLine.arguments.dropFirst()) {
      Glibc.exit(console.run(run.execute).rawValue)
    }
    main(nil)
  }
}
