import ArgumentParser
import Certificates
import Encoding
import Registry

/// `kanhe type list`.
struct TypeList: TableCommand {
  /// Whether a version is still issued.
  enum State: String, CaseIterable, ExpressibleByArgument {
    case published, withdrawn
  }

  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the types of a registry, each version.",
    discussion: """
      Needs no passphrase.

      Examples:
        kanhe type list --registry city
        kanhe type list --registry city --issuable --as 11440300KH0002054H \\
          --format csv
      """)

  @Flag(help: "Only those that the department of --as may issue now.")
  var issuable = false

  @Option(help: "Only those in a state: published or withdrawn.")
  var state: State?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("The department of --issuable; default $KANHE_AS.", valueName: "code"))
  var actorCode: String?

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    var actor = ActorOptions()
    actor.actorCode = actorCode
    let issuer = issuable ? try actor.code() : nil
    let registry = try registry.open(forWriting: false)
    if let issuer {
      _ = try Failure.answering(.unknownDepartment) { try registry.department(issuer) }
    }
    var rows: [JSONObject] = []
    for type in try registry.types() {
      let fact = type.fact
      if let state, fact.isWithdrawn != (state == .withdrawn) { continue }
      if let issuer {
        guard fact.material == "certificate", !fact.isWithdrawn, fact.lists(issuer) else {
          continue
        }
      }
      rows.append(Self.row(type, TypeName.read(type, registry, console)))
    }
    try registry.close()
    let table = Table(
      objects: rows,
      columns: [
        "code", "version", "name", "name_en", "material", "state", "subjects", "copies", "digest",
      ])
    try console.result(
      ["types": .array(rows.map(JSONValue.object))], text: { table.aligned }, table: { table })
    if rows.isEmpty { console.note("no type matches") }
    return .yes
  }

  private static func row(_ type: PublishedType, _ name: TypeName?) -> JSONObject {
    var row: JSONObject = [
      "code": .string(type.code.text), "copies": .integer(Int64(type.fact.copies)),
      "digest": .string(type.fact.digest.base64url), "index": Shape.index(type.index),
      "issuers": .array(type.fact.issuers.map { .string($0) }),
      "material": .string(type.fact.material),
      "state": type.fact.isWithdrawn ? "withdrawn" : "published",
      "subjects": .integer(Int64(type.fact.subjects)), "version": .integer(Int64(type.version)),
    ]
    row["name"] = name.map { .string($0.chinese) }
    row["name_en"] = name.map { .string($0.english) }
    return row
  }
}
