import ArgumentParser
import Cryptography
import Encoding
import Ledger
import Verification

/// `kanhe audit`: the whole book again, on a machine that trusts nobody.
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Re-run the rules over a ledger.", subcommands: [AuditLedger.self])
}

/// `kanhe audit ledger`: chain, tree, checkpoint, signatures and public rules of every entry.
struct AuditLedger: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "Check every entry of an exported ledger under a pinned root.",
    discussion: """
      Reads an export (C2SP tlog-tiles) as a stream. Every fault is named with index, code and \
      reason, and the audit goes on. Exit code 0: faultless; 1: a fault; 2: could not tell.

      Examples:
        kanhe audit ledger --from export --root root.pem
        kanhe audit ledger --from export --root root.pem --format json
      """)

  @Option(help: "The export's folder.")
  var from: String

  @Option(help: "The registry's root identity (PEM or DER): the only anchor.")
  var root: String

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let bytes = try BoundedFile.read(path: root, maximumBytes: 1 << 16)
    let isText = bytes.starts(with: Array("-----BEGIN".utf8))
    let anchor = try isText ? Identity(pem: bytes) : Identity(der: bytes)
    let progress = Progress("audit", console: console)
    let report = try LedgerAudit(reader: try ExportReader(directory: from), root: anchor).run {
      progress.update(done: Int($0), total: Int($1))
    }
    progress.finish()
    try console.result(
      AuditLedger.json(report), text: { AuditLedger.text(report) },
      table: { AuditLedger.table(report) })
    return report.isFaultless ? .yes : .no
  }

  private static func json(_ report: AuditReport) -> JSONValue {
    let faults = report.faults.map { fault -> JSONValue in
      var object: JSONObject = [
        "code": .string(fault.code), "layer": "public", "reason": .string(fault.reason),
      ]
      if let index = fault.index { object["index"] = .integer(Int64(index.value)) }
      return .object(object)
    }
    var object: JSONObject = [
      "verdict": report.isFaultless ? "yes" : "no",
      "size": .integer(Int64(report.head.size.value)),
      "root": .string(report.head.root.base64url),
      "entries": .integer(Int64(report.entryCount)),
      "signatures": .integer(Int64(report.signatureCount)),
      "not_shown": .integer(Int64(report.notShownCount)),
      "fault_count": .integer(Int64(report.faultCount)), "faults": .array(faults),
    ]
    if let checkpoint = report.checkpoint?.checkpoint {
      object["checkpoint"] = [
        "origin": .string(checkpoint.origin), "size": .integer(Int64(checkpoint.size.value)),
        "root": .string(checkpoint.root.base64url),
      ]
    }
    return .object(object)
  }

  private static func text(_ report: AuditReport) -> String {
    var text = "\(report.entryCount) entries, \(report.signatureCount) signatures checked\n"
    for fault in report.faults {
      let place = fault.index.map { "entry \($0.value)" } ?? "ledger"
      text += "\(place): \(fault.code): \(fault.reason)\n"
    }
    if report.faultCount > report.faults.count {
      text += "… and \(report.faultCount - UInt64(report.faults.count)) more\n"
    }
    return text + (report.isFaultless ? "yes\n" : "no\n")
  }

  private static func table(_ report: AuditReport) -> Table {
    Table(
      header: ["index", "layer", "code", "reason"],
      rows: report.faults.map {
        [$0.index.map { "\($0.value)" } ?? "", "public", $0.code, $0.reason]
      })
  }
}
