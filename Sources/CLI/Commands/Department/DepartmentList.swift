import ArgumentParser
import Encoding
import Registry
import Rules

extension DepartmentLevel: ExpressibleByArgument {}

/// `kanhe department list`.
struct DepartmentList: TableCommand {
  /// Whether a department still acts.
  enum State: String, CaseIterable, ExpressibleByArgument {
    case enrolled, retired
  }

  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the departments of a registry.",
    discussion: """
      Needs no passphrase. "types" counts those that the department may issue now, "identities" \
      those in force.

      Examples:
        kanhe department list --registry city
        kanhe department list --registry city --level district --format csv
      """)

  @Option(help: "Only those of a level: direct, municipal, district, enterprise, registry.")
  var level: DepartmentLevel?

  @Option(help: "Only those in a state: enrolled or retired.")
  var state: State?

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let registry = try registry.open(forWriting: false)
    let types = try registry.types()
    let departments = try registry.departments().filter { department in
      (level == nil || department.fact.level == level)
        && (state == nil || department.isEnrolled == (state == .enrolled))
    }
    let rows = departments.map { $0.listed(types) }
    try registry.close()
    let names = ["code", "name", "level", "state", "types", "identities", "uri"]
    let table = Table(objects: rows, columns: names)
    try console.result(
      ["departments": .array(rows.map(JSONValue.object))], text: { table.aligned },
      table: { table })
    if rows.isEmpty { console.note("no department matches") }
    return .yes
  }
}
