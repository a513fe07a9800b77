import ArgumentParser
import Encoding
import Registry
import Rules

/// `kanhe grant withdraw`: lodges what a holder takes back.
struct GrantWithdraw: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw",
    abstract: "Lodge withdrawals that a holder signed.",
    discussion: """
      The holder's signature is all that is needed: any department, or the registrar, lodges it \
      at any time. From then on nothing is asked or released under the grant. Exit code 1: one \
      was refused.

      Examples:
        kanhe grant withdraw withdrawal.jwt --as 11440300MB2C92113X \\
          --registry city
      """)

  @Argument(help: "Withdrawals as holder withdraw wrote them; - is standard input.")
  var files: [String]

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name at least one withdrawal") }
    guard files.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("standard input can be read once only")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    let withdrawals = try GrantFiles.parse(files) { text throws(RulesError) in
      try GrantWithdrawal(parsing: text)
    }
    let opened = try registry.open(forWriting: true, actor: actor)
    let signer = try opened.signer(code, use: .act)
    let result = GrantResult("withdrawn", files, try opened.withdraw(withdrawals, by: signer))
    try opened.close()
    try console.result(.object(result.json), text: { result.text }, table: { result.table })
    return result.status
  }
}
