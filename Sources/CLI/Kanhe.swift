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
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// Ends as the general parser does, but for what it repeats of the arguments: that is made fit
  /// for a terminal.
  private static func end(with error: any Error) -> Never {
    let status = exitCode(for: error).rawValue
    let text = fullMessage(for: error)
    if !text.isEmpty {
      // Help was asked for.
      let isResult = status == 0
      let shown =
        isResult
        ? text : TerminalText.lines(text, arguments: CommandLine.arguments.dropFirst())
      Console.write(Array((shown + "\n").utf8), to: isResult ? STDOUT_FILENO : STDERR_FILENO)
    }
    Glibc.exit(status)
  }
}
