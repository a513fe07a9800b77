import ArgumentParser
import Certificates
import Encoding
import Registry

/// `kanhe type withdraw`: no more certificates of a version are issued.
struct TypeWithdraw: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw",
    abstract: "End the issuing of a type's version.",
    discussion: """
      Certificates issued under it stay what they are. Signed as a publication is; needs the \
      signer's and the ledger's passphrase. Exit code 1: no such type, or a rule said no.

      Examples:
        kanhe type withdraw 11440300KH0002054H001 --registry city
        kanhe type withdraw 11440300KH0002054H001 --version 1 --registry city
      """)

  @Argument(help: "The type's code.")
  var code: String

  @Option(name: .customLong("version"), help: "The version; default the newest.")
  var number: Int?

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var actor: ActorOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try CodeArgument.type(code)
    let registry = try registry.open(forWriting: true, actor: actor)
    let (type, change) = try Failure.answering(.unknownType) {
      try registry.withdraw(code, version: number)
    }
    try registry.close()
    try console.result(
      [
        "checkpoint": Shape.checkpoint(change.checkpoint), "code": .string(code.text),
        "index": Shape.index(change.entry.index), "version": .integer(Int64(type.version)),
      ],
      text: { "\(code) version \(type.version) withdrawn, entry \(change.entry.index)\n" })
    console.hint("kanhe registry trust publishes the change")
    return .yes
  }
}
