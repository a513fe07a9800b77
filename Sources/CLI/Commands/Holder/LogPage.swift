import Certificates
import Encoding
import Ledger
import Verification
import Wallet

/// How `holder log` shows its answer: spec/cli/holder.md, "log".
struct LogPage {
  private static let columns = [
    "index", "received", "kind", "department", "about", "refers_to", "proof", "text",
  ]

  let report: PersonReport
  let log: LogThreads
  private let words: LogWords

  init(report: PersonReport, log: LogThreads, grants: [WalletGrant], isLimited: Bool) {
    self.report = report
    self.log = log
    words = LogWords(report: report, log: log, grants: grants, isLimited: isLimited)
  }

  var json: JSONObject {
    var object: JSONObject = [
      "verdict": .string(report.verdict.rawValue),
      "entries": .array(report.lines.map { .object(entry($0)) }),
      "end": report.provenTo == nil ? "unproven" : "proven",
      "through": Shape.size(report.through),
    ]
    if let provenTo = report.provenTo { object["proven_to"] = Shape.size(provenTo) }
    if let beyond = report.beyond { object["beyond"] = Shape.index(beyond) }
    if let reason = report.unprovenReason { object["unproven"] = .string(reason) }
    if let checkpoint = report.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    if !report.faults.isEmpty {
      object["faults"] = .array(report.faults.map(AuditShape.fault))
    }
    object.tellMore(report.hasMoreFaults, AuditShape.moreHint)
    return object
  }

  private func entry(_ line: PersonReport.Line) -> JSONObject {
    let entry = line.entry
    var object: JSONObject = [
      "about": .string(words.about(line)), "index": Shape.index(entry.index),
      "kind": .string(entry.kind.rawValue), "members": .object(entry.clear),
      "proof": .string(entry.proof.rawValue), "received": .string("\(entry.received)"),
      "text": .string(words.text(line)),
    ]
    object["department"] = .string(words.code(entry.issuer))
    let identifiers = words.identifiers(line)
    if !identifiers.isEmpty { object["certificates"] = .array(identifiers.map { .string($0) }) }
    if let index = words.reference(of: entry) { object["refers_to"] = Shape.index(index) }
    return object
  }

  var table: Table { Table(objects: report.lines.map(entry), columns: Self.columns) }

  var text: String {
    var text = ""
    for line in report.lines {
      text += "\(line.entry.received)  entry \(line.entry.index)\n"
      text += "  \(TerminalText.line(words.text(line), maximumLength: 8_000))\n"
      if line.entry.proof != .passed {
        text += "  its proof: \(VerifyText.word(line.entry.proof))\n"
      }
    }
    if report.lines.isEmpty { text += "no entry to list\n" }
    for fault in report.faults { text += AuditShape.line(fault) }
    if let checkpoint = report.checkpoint, !report.lines.isEmpty {
      text +=
        "each proved in the checkpoint of "
        + "\(Counted.entries(checkpoint.head.size.value))\n"
    }
    if report.through.value > 0 {
      text += "read through entry \(report.through.value - 1); \(end)\n"
    }
    if let beyond = report.beyond { text += AuditShape.beyond(beyond) }
    return text + "\(VerifyText.word(report.verdict))\n"
  }

  private var end: String {
    if let provenTo = report.provenTo {
      return "that nothing is missing is proven for the first \(Counted.entries(provenTo.value))"
    }
    return "that nothing follows there is unproven"
      + (report.unprovenReason.map { ": \($0)" } ?? "")
  }
}
