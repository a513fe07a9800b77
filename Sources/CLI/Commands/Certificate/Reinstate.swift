import ArgumentParser
import Rules

/// `kanhe certificate reinstate`.
struct CertificateReinstate: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reinstate",
    abstract: "Put a suspended certificate back in force.",
    discussion: """
      Only the department that issued it can. Repeating the command does no harm. Exit code 0; \
      1: refused.

      Examples:
        kanhe certificate reinstate 1.2.156.3005.2.… --as 11440300KH0002054H
        kanhe certificate reinstate --csv list.csv --as 11440300KH0002054H
      """)

  @OptionGroup var options: StateOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try options.check(.inForce) }

  func execute(_ console: Console) throws -> Failure.Status {
    try options.run(to: .inForce, console)
  }
}
