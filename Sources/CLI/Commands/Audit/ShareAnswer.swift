import Encoding
import Ledger
import Rules
import Verification

/// How `audit shares` shows its answer: spec/cli/audit.md, "shares".
struct ShareAnswer {
  let report: ShareReport
  let department: String?
  let isReport: Bool

  var json: JSONObject {
    var object = report.thread.basis
    object["verdict"] = .string(report.verdict.rawValue)
    if let department {
      for member in report.thread.endMembers.members { object[member.name] = member.value }
      object["code"] = .string(department)
      if let name = report.thread.name { object["name"] = .string(name) }
    }
    if let asOf = report.asOf { object["as_of"] = .string("\(asOf)") }
    if report.caseNotShownCount > 0 {
      object["case_not_shown"] = .integer(Int64(clamping: report.caseNotShownCount))
    }
    if report.caseErasedCount > 0 {
      object["case_erased"] = .integer(Int64(clamping: report.caseErasedCount))
    }
    guard isReport else {
      object["shares"] = .array(report.rows.map(share))
      return object
    }
    for member in figures.members { object[member.name] = member.value }
    return object
  }

  /// `figures` and `orphans`.
  var figures: JSONObject {
    [
      "figures": .array(
        report.figures.all.map { figure, count in
          var object: JSONObject = [
            "figure": .string(figure.name.rawValue), "department": .string(figure.department),
            "count": .integer(Int64(clamping: count)),
          ]
          if !figure.type.isEmpty { object["type"] = .string(figure.type) }
          if !figure.detail.isEmpty { object["detail"] = .string(figure.detail) }
          return .object(object)
        }), "orphans": .array(report.rows.map(orphan)),
    ]
  }

  private func orphan(_ row: ShareRow) -> JSONValue {
    var object: JSONObject = [
      "index": Shape.index(row.index), "requester": .string(row.requester),
      "type": .string(row.type), "officer_role": .string(row.role),
    ]
    if let reference = row.caseReference { object["case"] = .string(reference) }
    return .object(object)
  }

  private func share(_ row: ShareRow) -> JSONValue {
    var object: JSONObject = [
      "request": .string(row.name.number.base64url), "index": Shape.index(row.index),
      "received": .string("\(row.received)"), "requester": .string(row.requester),
      "provider": .string(row.provider), "type": .string(row.type),
      "material": .string(row.material), "claims": .array(row.claims.map { .string($0) }),
      "purpose": .string(row.purpose), "mode": .string(row.basis.mode.rawValue),
      "officer_role": .string(row.role), "answer_by": .string(Shape.time(seconds: row.answerBy)),
      "state": .string(row.state.rawValue), "late": .boolean(row.isLate(at: report.asOf)),
      "history": .array(row.history.map(step)),
    ]
    switch row.basis {
    case .duty(let citation): object["citation"] = .string(citation)
    case .grant(let grant): object["grant"] = .string(grant.number.base64url)
    }
    if let reference = row.caseReference { object["case"] = .string(reference) }
    return .object(object)
  }

  private func step(_ step: ShareRow.Step) -> JSONValue {
    var object: JSONObject = [
      "index": Shape.index(step.index), "kind": .string(step.kind.rawValue),
      "received": .string("\(step.received)"), "department": .string(step.department),
    ]
    if let detail = step.detail {
      object[step.kind == .shareRefused ? "reason" : "outcome"] = .string(detail)
    }
    return .object(object)
  }

  var table: Table {
    guard !isReport else { return figureTable }
    return Table(
      header: [
        "index", "received", "requester", "provider", "type", "purpose", "mode", "basis",
        "officer_role", "answer_by", "state", "late", "last_index",
      ],
      rows: report.rows.map { row in
        [
          "\(row.index)", "\(row.received)", row.requester, row.provider, row.type, row.purpose,
          row.basis.mode.rawValue, row.basis.text, row.role, Shape.time(seconds: row.answerBy),
          row.state.rawValue, "\(row.isLate(at: report.asOf))",
          "\(row.history.last?.index ?? row.index)",
        ]
      })
  }

  private var figureTable: Table {
    Table(
      header: ["figure", "department", "type", "detail", "count"],
      rows: report.figures.all.map { figure, count in
        [figure.name.rawValue, figure.department, figure.type, figure.detail, "\(count)"]
      })
  }

  /// What people read of a row: the basis and the times are long, and stand in the other forms.
  private var lines: Table {
    guard !isReport else { return figureTable }
    return Table(
      header: ["index", "day", "requester", "provider", "type", "purpose", "mode", "state"],
      rows: report.rows.map { row in
        [
          "\(row.index)", "\(row.received.day)", row.requester, row.provider, row.type,
          row.purpose, row.basis.mode.rawValue,
          row.state.rawValue + (row.isLate(at: report.asOf) ? ", late" : ""),
        ]
      })
  }

  /// A line for each use whose case has no decision after it.
  private var orphanLines: String {
    var text = ""
    for row in report.rows {
      let reference = row.caseReference.map { ", case \(TerminalText.line($0))" } ?? ""
      text += "entry \(row.index): no decision after it: \(row.requester), "
      text += "\(TerminalText.line(row.role))\(reference)\n"
    }
    return text
  }

  /// What an audit of the whole ledger tells of sharing: what is hidden, and what has no decision.
  var hiddenText: String {
    let names: [ShareFigures.Name] = [
      .orphans, .orphansNotShown, .orphansErased, .notShown, .erased,
    ]
    let rows = figureTable.rows.filter { row in names.contains { $0.rawValue == row[0] } }
    guard !rows.isEmpty else { return "" }
    return Table(header: figureTable.header, rows: rows).aligned + orphanLines
  }

  var text: String {
    var text = lines.aligned
    for fault in report.thread.faults { text += AuditShape.line(fault) }
    if isReport {
      text += orphanLines
    } else if report.rows.isEmpty {
      text += "no request to list\n"
    }
    let hidden = report.caseNotShownCount + report.caseErasedCount
    if hidden > 0 { text += "of \(Counted.text(hidden, "request")) the case is not shown\n" }
    if let checkpoint = report.thread.checkpoint {
      let entries = Counted.entries(checkpoint.head.size.value)
      // A fault may be an entry that cannot be read.
      text +=
        report.thread.faults.isEmpty
        ? "all \(entries) under the checkpoint were read" : "the checkpoint covers \(entries)"
      text += report.asOf.map { "; as of \($0)" } ?? ""
      text += "\n"
    }
    if department != nil { text += "\(report.thread.end)\n" }
    return text + "\(VerifyText.word(report.verdict))\n"
  }
}

extension ShareRow.Basis {
  fileprivate var mode: ShareMode {
    switch self {
    case .duty: .duty
    case .grant: .grant
    }
  }

  fileprivate var text: String {
    switch self {
    case .duty(let citation): citation
    case .grant(let grant): grant.number.base64url
    }
  }
}
