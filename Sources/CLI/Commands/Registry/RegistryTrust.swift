import ArgumentParser
import Encoding
import Registry

/// `kanhe registry trust`: the signed list of whom and what the registry vouches for.
struct RegistryTrust: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust",
    abstract: "Print the signed trust list; sign a new one when something changed.",
    discussion: """
      A new list is signed when departments, identities, types, status lists or ledger keys have \
      changed, when the last one ends within 15 days, or with --fresh; only then the registry's \
      and the ledger's passphrase are needed. It is written to public/trust.jwt.

      Examples:
        kanhe registry trust --registry city
        kanhe registry trust --registry city --fresh --out trust.jwt
      """)

  @Flag(help: "Sign a new list though nothing has changed.")
  var fresh = false

  @Option(help: ArgumentHelp("Write the list into a new file.", valueName: "file"))
  var out: String?

  @Flag(help: "Replace the file of --out.")
  var force = false

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    // What is published stays published: the file is looked at first.
    if let out, out != "-" { try OutputFile.requireFree(out, force: force) }
    let registry = try registry.open(forWriting: true)
    let trust = try registry.publishTrust(fresh: fresh)
    try registry.close()
    if let out, out != "-" {
      try OutputFile.write(trust.token + [0x0A], to: out, force: force)
    }
    let text = String(decoding: trust.token, as: UTF8.self)
    var object: JSONObject = [
      "digest": .string(trust.digest.base64url),
      "expires_at": .string(Shape.time(seconds: trust.list.expiresAt)),
      "file": .string(UserPath.absolute(registry.paths.trustList)),
      "issued_at": .string(Shape.time(seconds: trust.list.issuedAt)), "jwt": .string(text),
      "published": .boolean(trust.index != nil), "sequence": .integer(trust.list.sequence),
      "size": .integer(trust.size),
    ]
    object["index"] = trust.index.map(Shape.index)
    var said = text + "\n"
    if let out, out != "-" {
      object["out"] = .string(out)
      said = "trust list \(trust.list.sequence) written to \(out)\n"
    }
    try console.result(.object(object), text: { said })
    return .yes
  }
}
