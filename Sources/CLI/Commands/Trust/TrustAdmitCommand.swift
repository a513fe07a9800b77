import ArgumentParser
import Certificates
import Cryptography
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
        kanhe trust admit gz/root.pem --end --registry city
      """)

  @Argument(help: ArgumentHelp("The other registry's root identity.", valueName: "root"))
  var root: String

  @Option(
    help: ArgumentHelp("Its signed trust list; not needed for --end.", valueName: "file"))
  var list: String?

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
    guard end || list != nil else { throw ValidationError("give its trust list with --list") }
    if let name, name.isEmpty || name.unicodeScalars.count > 200 || TerminalText.line(name) != name
    {
      throw ValidationError("--name has 1 to 200 characters, none of them invisible.")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let types = try type.map { try CodeArgument.type($0, option: "--type") }
    let identity = try RootFile.read(root)
    // The list is looked at before a passphrase is asked for.
    let says = end ? nil : try list.map { try VerifiedList.read($0, under: identity, host: nil) }
    let opened = try registry.open(forWriting: true)
    let done = Result {
      try says.map { try admit($0, identity, types, in: opened) }
        ?? endAdmission(of: identity, in: opened)
    }
    try opened.close()
    let told = try done.get()
    let text = Set(types.map(\.text)).sorted()
    var object: JSONObject = [
      "changed": .boolean(told.change != nil), "host": .string(told.host),
      "name": .string(told.name), "origin": .string(told.origin),
      "root_sha256": .string(identity.keyID), "types": .array(text.map { .string($0) }),
    ]
    if let change = told.change {
      object["checkpoint"] = Shape.checkpoint(change.checkpoint)
      object["index"] = Shape.index(change.entry.index)
    }
    try console.result(
      .object(object),
      text: {
        let what = end ? "not admitted" : "admitted for \(Counted.text(text.count, "type"))"
        let entry = told.change.map { ", entry \($0.entry.index)" } ?? ", as before"
        return "\(TerminalText.line(told.origin)) \(what)\(entry)\n  root \(identity.keyID)\n"
      })
    if told.change != nil {
      console.note("it counts from the next trust list on: kanhe registry trust publishes that")
    }
    return .yes
  }

  /// The registry that it is about, and what entered; nil where all was so before.
  private struct Told {
    let host: String
    let name: String
    let origin: String
    let change: LedgerChange?
  }

  private func admit(
    _ says: TrustList, _ root: Identity, _ types: [TypeCode], in opened: OpenRegistry
  ) throws -> Told {
    guard let host = says.host else {
      throw Failure(
        .no, code: "name_form", "the list's issuer has no name of a registry",
        hint: "get trust.jwt from whoever runs that registry")
    }
    let title = name ?? says.department(uri: says.issuer)?.name ?? says.ledger.origin
    let change = try Failure.answering(.invalidInput) {
      try Failure.answering(.unknownType) {
        try opened.admit(says, root: root, name: title, types: types)
      }
    }
    return Told(host: host, name: title, origin: says.ledger.origin, change: change)
  }

  private func endAdmission(of root: Identity, in opened: OpenRegistry) throws -> Told {
    guard let known = try opened.admittedRegistries().first(where: { $0.root == root }) else {
      throw Failure(
        .no, code: "not_admitted", "no registry with this root is admitted",
        hint: "kanhe registry trust prints the list, which names them")
    }
    return Told(
      host: known.host, name: known.name, origin: known.origin,
      change: try opened.endAdmission(root: root))
  }
}
