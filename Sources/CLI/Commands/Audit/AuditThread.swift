import Certificates
import Encoding
import Ledger
import Rules
import Verification

/// How `audit certificate` and `audit department` run and show their answers.
struct AuditThread<Reader: LedgerReader> {
  let audit: ThreadAudit<Reader>

  /// Runs the audit with progress; an interruption is a failure.
  func run(_ console: Console) throws -> ThreadReport {
    let progress = Progress("audit", console: console)
    let report = try audit.run(
      progress: { progress.update(done: Int($0), total: Int($1)) },
      isStopped: { Interruption.isRequested })
    progress.finish()
    guard report.isComplete else {
      throw Failure(
        .interrupted, code: "interrupted", "interrupted; the answer would not be whole",
        hint: "run the same command again")
    }
    return report
  }
}

extension ThreadReport {
  /// The members that both answers have.
  func json(withMembers: Bool) -> JSONObject {
    var object: JSONObject = [
      "verdict": .string(verdict.rawValue),
      "entries": .array(entries.map { $0.json(withMembers: withMembers) }),
      // Until runs are published nobody can prove that there is no further entry.
      "end": "unproven", "through": Shape.size(through),
    ]
    if let checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    if !faults.isEmpty { object["faults"] = .array(faults.map(AuditShape.fault)) }
    return object
  }

  var table: Table { table(code: false) }

  /// For people a department's code is name enough.
  private func table(code isShort: Bool) -> Table {
    Table(
      header: ["n", "index", "received", "kind", "issuer"],
      rows: entries.map {
        [
          "\($0.number)", "\($0.index)", "\($0.received)", $0.kind.rawValue,
          isShort ? DepartmentURI($0.issuer)?.code ?? $0.issuer : $0.issuer,
        ]
      })
  }

  /// The table, what is wrong, and how far the answer reaches.
  var text: String {
    var text = table(code: true).aligned
    for fault in faults { text += AuditShape.line(fault) }
    for entry in entries where entry.proof != .passed {
      text += "entry \(entry.index): its proof: \(VerifyText.word(entry.proof))\n"
    }
    if entries.isEmpty { text += "no entry to list\n" }
    if let checkpoint, !entries.isEmpty {
      text += "each proved in the checkpoint of \(Counted.entries(checkpoint.head.size.value))\n"
    }
    if through.value > 0 {
      text += "read through entry \(through.value - 1); "
      text += "that nothing follows there is unproven\n"
    }
    return text + "\(VerifyText.word(verdict))\n"
  }
}

extension ThreadEntry {
  fileprivate func json(withMembers: Bool) -> JSONValue {
    var object: JSONObject = [
      "n": .integer(Int64(clamping: number)), "index": Shape.index(index),
      "received": .string("\(received)"), "kind": .string(kind.rawValue),
      "issuer": .string(issuer), "proof": .string(proof.rawValue),
    ]
    for name in ["from", "to"] {
      if let state = clear[name]?.stringValue { object[name] = .string(state) }
    }
    if withMembers { object["members"] = .object(clear) }
    return .object(object)
  }
}
