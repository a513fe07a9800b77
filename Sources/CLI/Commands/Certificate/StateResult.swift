import Encoding
import Registry

/// How changes of state are shown: `spec/cli/certificate.md`.
enum StateResult {
  static func show(_ report: StateReport, _ console: Console) throws {
    try console.result(
      json(report), text: { text(report) }, table: { table(report.refusals) })
  }

  private static func json(_ report: StateReport) -> JSONValue {
    var object: JSONObject = [
      "changed": .array(
        report.changes.map { change in
          [
            "identifier": .string(change.identifier), "state": .string(change.state.rawValue),
            "index": .integer(Int64(change.index.value)),
          ]
        }),
      "changed_rows": .integer(Int64(report.changedCount)),
      "already_changed": .integer(Int64(report.alreadyCount)),
      "already": .array(
        report.standing.map {
          ["identifier": .string($0.identifier), "state": .string($0.state.rawValue)]
        }),
      "passed_over": .integer(Int64(report.passedOverCount)),
      "refused_rows": .integer(Int64(report.refusedCount)),
      "refused": .array(report.refusals.map(json)),
      "interrupted": .boolean(report.isInterrupted),
    ]
    if let checkpoint = report.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    object.tellMore(
      untoldCount(report) > 0 || report.changedCount > report.changes.count
        || report.alreadyCount > report.standing.count,
      "all are counted: certificate list --limit 0 lists states; mend what is refused and run the "
        + "same command again for the rest")
    return .object(object)
  }

  /// How many refusals are not listed.
  private static func untoldCount(_ report: StateReport) -> Int {
    Shape.untold(report.refusedCount, listed: report.refusals.map(\.line))
  }

  static func json(_ refusal: StateRefusal) -> JSONValue {
    var object: JSONObject = [
      "code": .string(refusal.code), "message": .string(refusal.message),
    ]
    if let line = refusal.line { object["line"] = .integer(Int64(line)) }
    if let column = refusal.column, refusal.line != nil { object["column"] = .string(column) }
    return .object(object)
  }

  private static func text(_ report: StateReport) -> String {
    var text = ""
    for change in report.changes {
      text += "\(change.state.rawValue)  \(change.identifier)  entry \(change.index.value)\n"
    }
    text += more(report.changedCount - report.changes.count)
    for standing in report.standing {
      text += "already \(standing.state.rawValue)  \(standing.identifier)\n"
    }
    text += more(report.alreadyCount - report.standing.count)
    if report.passedOverCount > 0 {
      text += "\(report.passedOverCount) cannot take the step and were passed over\n"
    }
    text += self.text(refusals: report.refusals, count: report.refusedCount)
    return report.checkpoint == nil ? text + "nothing was changed\n" : text
  }

  /// Refusals for people, of which `count` were made.
  static func text(refusals: [StateRefusal], count: Int) -> String {
    var text = ""
    if refusals.contains(where: { $0.line != nil }) {
      text += "\(Counted.text(count, "row")) refused\n" + table(refusals).aligned
    } else {
      for refusal in refusals { text += "refused  \(refusal.code): \(refusal.message)\n" }
    }
    return text + more(Shape.untold(count, listed: refusals.map(\.line)))
  }

  /// The refused rows.
  static func table(_ refusals: [StateRefusal]) -> Table {
    Table(
      header: ["line", "column", "code", "message"],
      rows: refusals.map {
        [$0.line.map { "\($0)" } ?? "", $0.column ?? "", $0.code, $0.message]
      })
  }

  static func more(_ count: Int) -> String {
    count > 0 ? "… and \(count) more\n" : ""
  }
}
