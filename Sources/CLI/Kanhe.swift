import ArgumentParser
import Glibc

/// The `kanhe` command line.
@main
struct Kanhe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kanhe",
    abstract: "A city's electronic certificates.",
    discussion: "'kanhe --version' shows the version.",
    // In the order of spec/cli/README.md, one on a line.
    subcommands: [
      RegistryNoun.self,
      IdentityNoun.self,
      DepartmentNoun.self,
      TypeNoun.self,
      CertificateNoun.self,
      StatusNoun.self,
      GrantNoun.self,
      ShareNoun.self,
      UseNoun.self,
      HolderNoun.self,
      Verify.self,
      QR.self,
      LedgerNoun.self,
      Trust.self,
      Audit.self,
      Demo.self,
    ])

  /// Runs the command that the arguments name.
  static func main() {
    // The parser's own flag would stand in every command, beside the `--version` of a type.
    if CommandLine.arguments.dropFirst() == ["--version"] {
      Console.write(Array((Version.text + "\n").utf8), to: STDOUT_FILENO)
      Glibc.exit(0)
    }
    // Verifying takes no longer than starting: what it does not need is not started.
    if let (run, console) = VerifyRun.plain(CommandLine.arguments.dropFirst()) {
      Glibc.exit(console.run(run.execute).rawValue)
    }
    do {
      var command = try parseAsRoot(ArgumentOrder.settled(Array(CommandLine.arguments.dropFirst())))
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// Ends with the help that was asked for, with the status of a command, or with what is wrong
  /// with the arguments.
  private static func end(with error: any Error) -> Never {
    let status = exitCode(for: error).rawValue
    let text = message(for: error)
    if status == 0 {
      Console.write(Array((text + "\n").utf8), to: STDOUT_FILENO)
    } else if !text.isEmpty {
      let misuse = Misuse(arguments: Array(CommandLine.arguments.dropFirst()))
      let failure = misuse.failure(text)
      misuse.console.report(failure)
      Glibc.exit(failure.status.rawValue)
    }
    Glibc.exit(status)
  }
}
