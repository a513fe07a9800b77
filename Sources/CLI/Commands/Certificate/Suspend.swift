import ArgumentParser
import Rules

/// `kanhe certificate suspend`.
struct CertificateSuspend: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suspend",
    abstract: "Suspend a certificate in force (暂扣).",
    discussion: """
      Only the department that issued it can. Repeating the command does no harm. Exit code 0; \
      1: refused.

      Examples:
        kanhe certificate suspend 1.2.156.3005.2.… --reason 'under inquiry' \\
          --as 11440300KH0002054H
        kanhe certificate suspend --batch b-5f0c… --reason 'printing error' \\
          --as 11440300KH0002054H
        kanhe certificate suspend --csv list.csv --as 11440300KH0002054H
      """)

  @OptionGroup var options: StateOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try options.check(.suspended) }

  func execute(_ console: Console) throws -> Failure.Status {
    try options.run(to: .suspended, console)
  }
}
