import Certificates
import Encoding
import Verification

/// How `audit status` shows its answer: spec/cli/audit.md, "status".
struct StatusAnswer {
  let report: StatusAuditReport

  private static let columns = [
    "department", "sequence", "index", "received", "lists", "result",
  ]

  var json: JSONObject {
    var object = report.thread.basis
    object["verdict"] = .string(report.verdict.rawValue)
    object["rounds"] = .array(report.rounds.map { .object(round($0)) })
    object["counts"] = .object(
      JSONObject(
        [Check.Result.passed, .failed, .notShown].map {
          ($0.rawValue, JSONValue.integer(Int64(report.counts[$0] ?? 0)))
        }))
    object["tokens"] = .array(report.tokens.map { .object(token($0)) })
    if report.hasMore { object.tellMore(true, "the newest rounds are listed, all were judged") }
    return object
  }

  private func round(_ round: StatusAuditReport.Round) -> JSONObject {
    [
      "department": .string(round.department), "index": Shape.index(round.index),
      "lists": .integer(round.listCount), "received": .string("\(round.received)"),
      "result": .string(round.result.rawValue), "sequence": .integer(round.sequence),
    ]
  }

  private func token(_ token: StatusAuditReport.Token) -> JSONObject {
    var object: JSONObject = [
      "file": .string(token.name), "issued_at": .string(Shape.time(seconds: token.token.issuedAt)),
      "result": .string(token.result.rawValue), "uri": .string(token.token.uri),
    ]
    if let reason = token.reason {
      object["code"] = .string(reason.code)
      object["text"] = .string(reason.text)
    }
    if let round = token.round {
      object["department"] = .string(round.department)
      object["index"] = Shape.index(round.index)
      object["sequence"] = .integer(round.sequence)
    }
    return object
  }

  /// The rounds; what became of tokens is told in text and JSON.
  var table: Table { Table(objects: report.rounds.map(round), columns: Self.columns) }

  var text: String {
    var text = table.aligned
    if report.hasMore { text += "… the newest of \(report.counts.values.reduce(0, +))\n" }
    if report.counts[.notShown] ?? 0 > 0 {
      text += "files of rounds are missing below status/: get a new export\n"
    }
    for token in report.tokens {
      let place =
        token.round.map { "round \($0.sequence) of \($0.department), entry \($0.index)" }
        ?? (token.result == .failed ? "in no round" : "cannot tell")
      let reason = token.reason.map { ": \($0.text)" } ?? ""
      text +=
        TerminalText.line(
          "\(token.name): \(token.token.uri), \(Shape.time(seconds: token.token.issuedAt)): "
            + "\(place)\(reason)", maximumLength: 4_000) + "\n"
    }
    text += report.thread.faults.prefix(10).map(AuditShape.line).joined()
    return text + "\n\(VerifyText.word(report.verdict))\n"
  }
}
