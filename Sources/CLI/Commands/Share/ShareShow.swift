import ArgumentParser
import Encoding
import Registry
import Rules

/// `kanhe share show`.
struct ShareShow: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one request: whom and what it is about, and what became of it.",
    discussion: """
      For the registry's own officers: persons come from the vault. Any act of the share names it. \
      What was decided in its case stands below its history. Acts about it that the rules refused \
      are shown with the rules they broke. Exit code 0; 1: no such request.

      Examples:
        kanhe share show 300 --registry city
        kanhe share show 300 --format json
      """)

  @Argument(help: "The request, or an act that follows it: an index, or <USCC>/<jti>.")
  var request: String

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let name = try ActArgument.act(request)
    let opened = try registry.open(forWriting: false)
    guard let view = try opened.shareView(name) else {
      throw Failure(
        .no, code: "not_found", "there is no such request",
        hint: "'kanhe share list' shows those there are")
    }
    var names: [String: String] = [:]
    for code in [view.share.requester, view.share.provider] {
      names[code] = try opened.departmentName(code)
    }
    try opened.close()
    let object = ShareJSON.object(view)
    try console.result(.object(object), text: { ShareShow.text(object, names) })
    return .yes
  }

  private static let lines = [
    "request", "state", "requester", "provider", "type", "claims", "purpose", "mode", "citation",
    "grant", "officer_role", "officer", "case", "holder_code", "holder_code_type", "certificate",
    "text", "received", "answer_by",
  ]

  private static func text(_ object: JSONObject, _ names: [String: String]) -> String {
    var rows: [[String]] = []
    for name in lines {
      guard let value = object[name] else { continue }
      var text = plain(value)
      if let department = names[text] { text += "  \(TerminalText.line(department))" }
      rows.append([name.split(separator: "_").joined(separator: " "), text])
    }
    for name in ["history", "decisions"] {
      for act in object[name]?.arrayValue ?? [] {
        let more = [
          "department", "purpose", "outcome", "claim", "certificate", "successor", "reason", "text",
        ]
        .compactMap {
          act[$0].map(plain)
        }
        rows.append([
          name,
          (["received", "index", "kind"].compactMap { act[$0].map(plain) } + more)
            .joined(separator: "  "),
        ])
      }
    }
    for act in object["refused_acts"]?.arrayValue ?? [] {
      for text in act["texts"]?.arrayValue ?? [] {
        rows.append([
          "refused",
          ["time", "kind"].compactMap { act[$0].map(plain) }.joined(separator: "  ")
            + "  " + plain(text),
        ])
      }
    }
    return Table(rows: rows).aligned
  }

  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): TerminalText.line(text)
    case .integer(let number): "\(number)"
    case .array(let values): values.map(plain).joined(separator: ", ")
    default: TerminalText.line(String(decoding: value.canonicalBytes(), as: UTF8.self))
    }
  }
}
