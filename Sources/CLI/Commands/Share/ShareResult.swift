import Encoding
import Registry
import Rules

/// How acts about shares are told: `spec/cli/share.md`.
struct ShareResult {
  /// What acts of this kind are called: the member, and the word for people.
  struct Words {
    /// The member that lists them.
    let list: String
    /// The member that names one of them.
    let one: String
    /// What was done.
    let done: String
    /// The member that names the act which one of them follows, where that is no request.
    var about: String?
  }

  let words: Words
  let report: SharingReport
  var isDryRun = false
  /// Faultless rows of a dry run.
  var rows = 0
  /// More about the acts, by the name of the release.
  var files: [String: JSONObject] = [:]

  static func requests(_ report: SharingReport, isDryRun: Bool, rows: Int = 0) -> ShareResult {
    ShareResult(
      words: Words(list: "requests", one: "request", done: "requested"), report: report,
      isDryRun: isDryRun, rows: rows)
  }

  func show(_ console: Console) throws {
    try console.result(json, text: { text }, table: { table })
  }

  private var json: JSONValue {
    var object: JSONObject = [
      "already": .array(report.already.map(json)),
      "already_rows": .integer(Int64(report.alreadyCount)),
      "done_rows": .integer(Int64(report.doneCount)),
      "refused": .array(refusals.map(Self.json)),
      "refused_rows": .integer(Int64(report.refusedCount)),
    ]
    object[words.list] = .array(report.done.map(json))
    if words.one == "request" { object["dry_run"] = .boolean(isDryRun) }
    if isDryRun { object["rows"] = .integer(Int64(rows)) }
    if let checkpoint = report.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    object.tellMore(
      untoldCount > 0 || report.doneCount > report.done.count
        || report.alreadyCount > report.already.count,
      "all are counted: share list --limit 0 lists what was done; mend what is refused and run the "
        + "same command again for the rest")
    return .object(object)
  }

  /// How many refusals are not listed.
  private var untoldCount: Int {
    Shape.untold(report.refusedCount, listed: report.refusals.map(\.line))
  }

  private func json(_ act: SharedAct) -> JSONValue {
    var object: JSONObject = [
      "index": Shape.index(act.index), "request": .string(act.request),
    ]
    if words.one != "request" { object[words.one] = .string(act.name) }
    if let line = act.line { object["line"] = .integer(Int64(line)) }
    if let name = words.about, let about = act.about { object[name] = .string(about) }
    for member in files[act.about ?? act.name] ?? [:] { object[member.name] = member.value }
    return .object(object)
  }

  private static func json(_ refusal: ShareRefusal) -> JSONValue {
    var object: JSONObject = [
      "code": .string(refusal.code), "message": .string(refusal.message),
    ]
    if let line = refusal.line { object["line"] = .integer(Int64(line)) }
    if let column = refusal.column { object["column"] = .string(column) }
    if let act = refusal.act { object["act"] = .string(act) }
    if let file = refusal.file { object["file"] = .string(file) }
    if !refusal.rules.isEmpty {
      object["codes"] = .array(refusal.rules.map { .string($0.rawValue) })
    }
    return .object(object)
  }

  private var text: String {
    var text = ""
    if isDryRun, report.refusedCount == 0 {
      text +=
        "\(Counted.text(rows, "row")), faultless; whether law or grant allow them is judged when "
        + "they are signed\n"
    }
    for act in report.done { text += line(words.done, act) }
    text += Self.more(report.doneCount - report.done.count)
    for act in report.already { text += line("already \(words.done)", act) }
    text += Self.more(report.alreadyCount - report.already.count)
    if report.refusals.contains(where: { $0.line != nil }) {
      text += "\(Counted.text(report.refusedCount, "row")) refused\n" + refusedLines.aligned
    } else {
      for refusal in report.refusals {
        let act = (refusal.file ?? refusal.act).map { "\(TerminalText.line($0))  " } ?? ""
        text += "refused  \(act)\(refusal.code): \(TerminalText.line(refusal.message))\n"
      }
    }
    text += Self.more(untoldCount)
    return text.isEmpty ? "nothing to do\n" : text
  }

  private func line(_ word: String, _ act: SharedAct) -> String {
    var text = "\(word)  \(act.name)  entry \(act.index.value)"
    if let line = act.line { text += "  line \(line)" }
    if let file = files[act.about ?? act.name]?["file"]?.stringValue {
      text += "  \(TerminalText.line(file))"
    }
    return text + "\n"
  }

  /// The refusals; of a sheet in its order, though rows are taken in another.
  private var refusals: [ShareRefusal] {
    report.refusals.enumerated()
      .sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
      .map(\.element)
  }

  /// Every act and refusal as a table.
  private var table: Table {
    Table(
      header: ["outcome", "line", "column", "act", "index", "code", "message", "file"],
      rows: report.done.map { row("done", $0) } + report.already.map { row("already", $0) }
        + refusals.map {
          [
            "refused", $0.line.map { "\($0)" } ?? "", $0.column ?? "", $0.act ?? "", "", $0.code,
            TerminalText.line($0.message), TerminalText.line($0.file ?? ""),
          ]
        })
  }

  private func row(_ outcome: String, _ act: SharedAct) -> [String] {
    let file = files[act.about ?? act.name]?["file"]?.stringValue ?? ""
    return [
      outcome, act.line.map { "\($0)" } ?? "", "", act.name, "\(act.index.value)", "", "",
      TerminalText.line(file),
    ]
  }

  /// The refusals of a sheet for people.
  private var refusedLines: Table {
    Table(
      header: ["line", "column", "act", "code", "message"],
      rows: refusals.map {
        [
          $0.line.map { "\($0)" } ?? "", $0.column ?? "", $0.act ?? "", $0.code,
          TerminalText.line($0.message),
        ]
      })
  }

  private static func more(_ count: Int) -> String {
    count > 0 ? "… and \(count) more\n" : ""
  }
}
