import ArgumentParser
import Certificates
import Encoding
import Registry

/// `kanhe trust admit`: another registry's certificates count here.
struct TrustAdmitCommand: KanheCommand {
  static let repeatable = ["--type"]

  static let configuration = CommandConfiguration(
    commandName: "admit",
    abstract: "Admit another registry, for some types.",
    discussion: """
      Whoever believes this registry's root then accepts certificates of these types from the \
      other one, with its status lists and receipts: from the next trust list on. Compare the \
      fingerprint of its root by another channel. It speaks for its own host only, and whom it \
      admits is not admitted here. Given again, the new types take the place of the old; --end \
      ends it. Needs the registry's and the ledger's passphrase. Exit code 1: refused.

      Examples:
        kanhe trust admit gz/root.pem --list gz/trust.jwt \\
          --type 11440300KH0002417D001 --registry city
        kanhe trust admit gz/root.pem --list gz/trust.jwt --end --registry city
      """)

  @Argument(help: ArgumentHelp("The other registry's root identity.", valueName: "root"))
  var root: String

  @Option(help: ArgumentHelp("Its signed trust list.", valueName: "file"))
  var list: String

  @Option(help: ArgumentHelp("A type that is accepted from it.", valueName: "code"))
  var type: [String] = []

  @Option(help: "A name for it; default that of its own department.")
  var name: String?

  @Flag(help: "End its admission.")
  var end = false

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard end == type.isEmpty else {
      throw ValidationError(
        end ? "--end admits nothing: not --type with it" : "give --type, or --end")
    }
    if let name, name.isEmpty || name.unicodeScalars.count > 200 || TerminalText.line(name) != name
    {
      throw ValidationError("--name has 1 to 200 characters, none of them invisible.")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let types = Set(try type.map { try CodeArgument.type($0, option: "--type") })
      .sorted { $0.text < $1.text }
    let identity = try RootFile.read(root)
    let says = try VerifiedList.read(list, under: identity, host: nil)
    for type in types where !says.types.contains(where: { $0.code == type }) {
      throw Failure(
        .no, code: "type_unknown", "the other registry has no type \(type)",
        hint: "its trust list names its types")
    }
    let opened = try registry.open(forWriting: true)
    let known = says.department(uri: says.issuer)?.name
    let change = try Failure.answering(.invalidInput) {
      try opened.admit(
        says, root: identity, name: name ?? known ?? says.ledger.origin, types: types)
    }
    try opened.close()
    var object: JSONObject = [
      "changed": .boolean(change != nil), "host": .string(says.host ?? ""),
      "name": .string(name ?? known ?? ""), "origin": .string(says.ledger.origin),
      "root_sha256": .string(identity.keyID), "types": .array(types.map { .string($0.text) }),
    ]
    if let change {
      object["checkpoint"] = Shape.checkpoint(change.checkpoint)
      object["index"] = Shape.index(change.entry.index)
    }
    try console.result(
      .object(object),
      text: {
        let what = end ? "not admitted" : "admitted for \(Counted.text(types.count, "type"))"
        let entry = change.map { ", entry \($0.entry.index)" } ?? ", as before"
        return "\(TerminalText.line(says.ledger.origin)) \(what)\(entry)\n"
          + "  root \(identity.keyID)\n"
      })
    console.hint("kanhe registry trust publishes it; its evidence is given beside ours")
    return .yes
  }
}
