import ArgumentParser
import Certificates
import Encoding
import Ledger
import Rules
import Verification

/// Where `audit certificate` and `audit department` write the answer for others.
struct ProveOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write an answer that others can verify with the root alone.", valueName: "file"))
  var prove: String?

  @Flag(help: "Write the answer also over a file that is there.")
  var force = false

  var isWanted: Bool { prove != nil }

  /// Writes the answer; a failure where nobody could believe it.
  func write(_ report: ThreadReport, verdict: CheckList.Verdict? = nil) throws {
    guard let prove, verdict ?? report.verdict == .yes else { return }
    guard let answer = report.answer else {
      throw Failure(
        .cannot, code: "end_unproven",
        "no answer can be made: \(report.unprovenReason ?? "the end is not proven")",
        hint: "publish the runs with ledger map, and export again")
    }
    // It has the key of the thread where that is private.
    try OutputFile.write(answer.bytes + [0x0A], to: prove, force: force, mode: 0o600)
  }
}

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
    guard report.isComplete else { throw AuditShape.interrupted }
    return report
  }
}

extension ThreadReport {
  /// The members that both answers have.
  func json(withMembers: Bool) -> JSONObject {
    var object = basis
    object["verdict"] = .string(verdict.rawValue)
    object["entries"] = .array(entries.map { $0.json(withMembers: withMembers) })
    for member in endMembers.members { object[member.name] = member.value }
    return object
  }

  /// How far it was read, under which checkpoint, and what is wrong.
  var basis: JSONObject {
    var object: JSONObject = ["through": Shape.size(through)]
    if let beyond { object["beyond"] = Shape.index(beyond) }
    if let checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    if !faults.isEmpty { object["faults"] = .array(faults.map(AuditShape.fault)) }
    object.tellMore(hasMoreFaults, AuditShape.moreHint)
    return object
  }

  /// Whether, and how far, it is proven that nothing is missing.
  var endMembers: JSONObject {
    var object: JSONObject = ["end": provenTo == nil ? "unproven" : "proven"]
    if let provenTo { object["proven_to"] = Shape.size(provenTo) }
    if let unprovenReason { object["unproven"] = .string(unprovenReason) }
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
      text += "read through entry \(through.value - 1); \(end)\n"
    }
    if let beyond { text += AuditShape.beyond(beyond) }
    return text + "\(VerifyText.word(verdict))\n"
  }
}

extension ThreadReport {
  /// How far it is proven that nothing is missing.
  var end: String {
    if let provenTo {
      return "that nothing is missing is proven for the first \(Counted.entries(provenTo.value))"
    }
    return "that nothing follows there is unproven"
      + (unprovenReason.map { ": \($0)" } ?? "")
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
