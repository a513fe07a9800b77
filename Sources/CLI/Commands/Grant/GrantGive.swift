import ArgumentParser
import Certificates
import Encoding
import Registry
import Rules

/// `kanhe grant give`: lodges what a holder signed.
struct GrantGive: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "give",
    abstract: "Lodge grants that a holder signed.",
    discussion: """
      The token does not say whose it is: name the person by a holder file, or by the certificate \
      whose copy signed. The acting department, any one or the registrar, states exactly what the \
      holder signed. Every file is read before anything is lodged; what a rule refuses is \
      recorded, and the others are lodged; what was lodged before is passed over. Exit code 1: \
      one was refused.

      Examples:
        kanhe grant give grant.jwt --holder li.json \\
          --as 11440300MB2C92113X --registry city
        kanhe grant give grant.jwt --certificate 1.2.156.3005.2.… \\
          --as 11440300MB2C92113X --registry city
      """)

  @Argument(help: "Grants as holder grant wrote them, of one person; - is standard input.")
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The person: {\"code\": \"…\", \"code_type\": \"111\"}; - is standard input.",
      valueName: "file"))
  var holder: String?

  @Option(
    help: ArgumentHelp(
      "Instead, the certificate whose copy signed.", valueName: "identifier"))
  var certificate: String?

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name at least one grant") }
    guard (holder == nil) != (certificate == nil) else {
      throw ValidationError("give either --holder FILE or --certificate IDENTIFIER")
    }
    guard (files + [holder]).count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("standard input can be read once only")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    let person: GrantOrder.Holder =
      if let certificate {
        .certificate(try CodeArgument.identifier(certificate, option: "--certificate"))
      } else {
        .code(try PersonInput.holder(holder ?? "-"))
      }
    let grants = try GrantFiles.parse(files) { text throws(RulesError) in
      try Grant(parsing: text)
    }
    let opened = try registry.open(forWriting: true, actor: actor)
    let signer = try opened.signer(code, use: .act)
    let result = GrantResult(
      "given", files, try opened.lodge(grants.map { GrantOrder($0, of: person) }, by: signer))
    try opened.close()
    try console.result(.object(result.json), text: { result.text }, table: { result.table })
    return result.status
  }
}
