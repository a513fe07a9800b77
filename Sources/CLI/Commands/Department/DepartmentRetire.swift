import ArgumentParser
import Encoding
import Registry
import Rules

/// `kanhe department retire`: a department that acts no more.
struct DepartmentRetire: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "retire",
    abstract: "End a department for good; what it issued stays valid.",
    discussion: """
      Its identities are retired with it, and its code cannot be enrolled again. Its successor \
      signs its status lists and changes or replaces its certificates from then on; without one \
      the registry's own department does. Needs the registry's and the ledger's passphrase. \
      Exit code 1: no such department, or a rule said no.

      Examples:
        kanhe department retire --code 11440300KH0002054H --registry city
        kanhe department retire --code 11440300KH0002054H \\
          --successor 11440300KH0002062C --registry city
      """)

  @Option(help: "The department's unified social credit code.")
  var code: String

  @Option(help: ArgumentHelp("The department that answers for it.", valueName: "code"))
  var successor: String?

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    _ = try CodeArgument.department(code, option: "--code")
    _ = try successor.map { try CodeArgument.department($0, option: "--successor") }
    let registry = try registry.open(forWriting: true)
    let change = try Failure.answering(.unknownDepartment) {
      try registry.retire(code, successor: successor)
    }
    let answering = successor ?? registry.settings.code
    try registry.close()
    try console.result(
      .object(Shape.change(change, code: code, kind: .departmentRetired)),
      text: { "\(code) retired, entry \(change.entry.index)\n" })
    console.hint(
      "kanhe registry trust publishes the change; then kanhe status publish --as \(answering) "
        + "signs its status lists, if it has any")
    return .yes
  }
}
