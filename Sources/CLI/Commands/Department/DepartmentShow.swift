import ArgumentParser
import Certificates
import Cryptography
import Encoding
import Ledger
import Registry
import Rules

/// `kanhe department show`.
struct DepartmentShow: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a department: its identities, its types and its thread.",
    discussion: """
      Needs no passphrase. The thread's key is public: with it anyone finds all entries that name \
      the department. Exit code 1: no such department.

      Examples:
        kanhe department show 11440300KH0002054H --registry city
        kanhe department show 11440300KH0002054H --registry city --format json
      """)

  @Argument(help: "The department's unified social credit code.")
  var code: String

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    _ = try CodeArgument.department(code)
    let registry = try registry.open(forWriting: false)
    let department = try Failure.answering(.unknownDepartment) { try registry.department(code) }
    let types = try registry.types()
    var object = department.listed(types)
    object["enrolled"] = try Shape.entry(try registry.enrolment(of: department))
    object["identities"] = .array(department.identities.map { .object(Self.identity($0)) })
    object["thread"] = [
      "count": .integer(Int64(clamping: department.threadCount)),
      "key": .string(ThreadKey(publicDepartment: code).secretText),
    ]
    object["types"] = .array(
      types.filter { !$0.fact.isWithdrawn && $0.fact.lists(code) && department.isEnrolled }
        .map { type in
          var row: JSONObject = [
            "code": .string(type.code.text), "version": .integer(Int64(type.version)),
          ]
          row["name"] = TypeName.read(type, registry, console).map { .string($0.chinese) }
          return .object(row)
        })
    try registry.close()
    try console.result(.object(object), text: { Self.text(object) })
    return .yes
  }

  private static func identity(
    _ one: (identity: Identity, fact: IdentityFact)
  ) -> JSONObject {
    var object: JSONObject = [
      "id": .string(one.identity.keyID),
      "not_after": .string(Shape.time(seconds: one.identity.notAfter)),
      "not_before": .string(Shape.time(seconds: one.identity.notBefore)),
      "since": .string(Shape.time(seconds: one.fact.at ?? one.fact.from)),
      "state": .string(one.fact.state.rawValue), "use": .string(one.fact.use.rawValue),
    ]
    if one.fact.state == .active { object["since"] = .string(Shape.time(seconds: one.fact.from)) }
    return object
  }

  private static func text(_ object: JSONObject) -> String {
    var text = Table(
      header: ["code", object["code"]?.stringValue ?? ""],
      rows: ["name", "level", "state", "successor", "uri"].compactMap { name in
        object[name]?.stringValue.map { [name, $0] }
      } + [
        ["entries", object["thread"]?["count"]?.integerValue.map(String.init) ?? ""],
        ["thread key", object["thread"]?["key"]?.stringValue ?? ""],
      ]
    ).aligned
    for (title, names) in [
      ("identities", ["use", "state", "since", "not_after", "id"]),
      ("types", ["code", "version", "name"]),
    ] {
      let rows = object[title]?.arrayValue ?? []
      guard !rows.isEmpty else { continue }
      let table = Table(objects: rows.compactMap(\.objectValue), columns: names)
      text += "\n" + table.aligned
    }
    return text
  }
}
