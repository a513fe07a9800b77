import ArgumentParser
import Registry
import Rules

/// `kanhe certificate revoke`.
struct CertificateRevoke: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "End a certificate for good.",
    discussion: """
      States: withdrawn 撤销, cancelled 注销, lapsed 失效, transferred 办理转出, revoked 吊销, other \
      其他 (which needs a reason). What ended never comes back. Only the department that issued it \
      can. Exit code 0; 1: refused.

      Examples:
        kanhe certificate revoke 1.2.156.3005.2.… --state cancelled \\
          --as 11440300KH0002054H
        kanhe certificate revoke --csv list.csv --state lapsed \\
          --as 11440300KH0002054H
      """)

  @Option(help: "The state: \(StateStep.endings.map(\.rawValue).joined(separator: ", ")).")
  var state: String?

  @OptionGroup var options: StateOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let target = try target() { try options.check(target) }
    if state == nil, options.csv == nil {
      throw ValidationError("--state says what it shall be")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    try options.run(to: try target(), isEnding: true, console)
  }

  private func target() throws -> CertificateState? {
    guard let state else { return nil }
    guard let target = CertificateState(rawValue: state), StateStep.endings.contains(target) else {
      throw ValidationError(
        "--state is one of \(StateStep.endings.map(\.rawValue).joined(separator: ", "))")
    }
    return target
  }
}
