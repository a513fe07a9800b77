import Encoding
import Registry

/// How further copies are shown: `spec/cli/certificate.md`, "copy".
enum CopyResult {
  static func show(_ report: CopyReport, out: String?, _ console: Console) throws {
    try console.result(
      json(report, out), text: { text(report, out) },
      table: { StateResult.table(report.refusals) })
  }

  private static func json(_ report: CopyReport, _ out: String?) -> JSONValue {
    var object: JSONObject = [
      "made": .array(report.made.map { json($0, out) }),
      "made_rows": .integer(Int64(report.madeCount)),
      "already_made": .integer(Int64(report.standingCount)),
      "already": .array(report.standing.map { json($0, out) }),
      "refused_rows": .integer(Int64(report.refusedCount)),
      "refused": .array(report.refusals.map(StateResult.json)),
      "interrupted": .boolean(report.isInterrupted),
    ]
    if let checkpoint = report.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    object.tellMore(
      Shape.untold(report.refusedCount, listed: report.refusals.map(\.line)) > 0
        || report.madeCount > report.made.count
        || report.standingCount > report.standing.count,
      "all are counted: certificate show lists the copies of a certificate; mend what is refused "
        + "and run the same command again for the rest")
    return .object(object)
  }

  private static func json(_ made: MadeCopy, _ out: String?) -> JSONValue {
    var object: JSONObject = ["identifier": .string(made.identifier)]
    if let digest = made.digest { object["copy"] = .string(digest.base64url) }
    if let index = made.index { object["index"] = Shape.index(index) }
    if made.stoppedCount > 0 { object["stopped"] = .integer(Int64(made.stoppedCount)) }
    if let file = file(made, out) { object["file"] = .string(file) }
    return .object(object)
  }

  private static func file(_ made: MadeCopy, _ out: String?) -> String? {
    guard let out, let name = made.name else { return nil }
    return "\(out)/\(name).json"
  }

  private static func text(_ report: CopyReport, _ out: String?) -> String {
    var text = ""
    for made in report.made {
      let what = made.digest == nil ? "stopped" : "copied"
      text += "\(what)  \(made.identifier)"
      if let index = made.index { text += "  entry \(index.value)" }
      if let file = file(made, out) { text += "  \(file)" }
      text += "\n"
    }
    text += StateResult.more(report.madeCount - report.made.count)
    for made in report.standing {
      text += "already  \(made.identifier)" + (file(made, out).map { "  \($0)" } ?? "") + "\n"
    }
    text += StateResult.more(report.standingCount - report.standing.count)
    text += StateResult.text(refusals: report.refusals, count: report.refusedCount)
    return report.checkpoint == nil ? text + "nothing was changed\n" : text
  }
}
