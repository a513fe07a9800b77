import ArgumentParser
import Encoding
import Registry
import Rules

/// `kanhe grant show`.
struct GrantShow: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a grant: its terms, and every use of it.",
    discussion: """
      A grant is named by the event that lodged it, <USCC>/<jti>, or by the index of its entry. \
      Exit code 1: no such grant.

      Examples:
        kanhe grant show 200 --registry city
        kanhe grant show 200 --registry city --format json
      """)

  @Argument(help: "The grant: its event <USCC>/<jti>, or the index of its entry.")
  var grant: String

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    guard let name = ActName(grant) else {
      throw Failure(
        .usage, code: "grant_form", "a grant is named <USCC>/<jti>, or by the index of its entry")
    }
    let opened = try registry.open(forWriting: false)
    let reader = try opened.matters()
    guard let found = try reader.grant(name, host: opened.settings.host) else {
      throw Failure(.no, code: "grant_unknown", "no such grant was lodged in this registry")
    }
    let history = try reader.history(of: found)
    try opened.close()
    var object = GrantShape.stored(
      found, uses: history.count { $0.kind == .shareRequested }, at: Timestamp.now().seconds)
    let events = history.map { event -> JSONObject in
      [
        "department": .string(event.department), "index": Shape.index(event.index),
        "kind": .string(event.kind.rawValue), "received": .string("\(event.received)"),
      ]
    }
    object["history"] = .array(events.map(JSONValue.object))
    try console.result(
      .object(object),
      text: {
        let state = object["state"]?.stringValue ?? ""
        return "grant \(found.name.name): \(state)\n"
          + Table(rows: GrantShape.rows(found.grant.terms)).aligned + "\n"
          + Table(objects: events, columns: ["index", "received", "kind", "department"]).aligned
      })
    return .yes
  }
}
