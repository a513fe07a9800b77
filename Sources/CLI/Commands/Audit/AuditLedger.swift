import ArgumentParser
import Certificates
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Verification

/// `kanhe audit ledger`: chain, tree, checkpoint, signatures and rules of every entry.
struct AuditLedger: TableCommand {
  static let repeatable = ["--disclosures"]

  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "Check every entry of a registry or an export under a pinned root.",
    discussion: """
      Reads the ledger as a stream and runs every check and rule again. Every fault is named with \
      index, code and reason, and the audit goes on. With --disclosures the private members are \
      judged too. Exit code 0: faultless; 1: a fault; 2: could not tell.

      Examples:
        kanhe audit ledger --from export --root root.pem
        kanhe audit ledger --from export --root root.pem \\
          --since checkpoint.txt --format json
        kanhe audit ledger --registry city --root root.pem --disclosures vault
      """)

  @Option(
    help: ArgumentHelp(
      "A signed checkpoint of an earlier audit: signatures below it are not checked again.",
      valueName: "file"))
  var since: String?

  @Option(
    help: ArgumentHelp(
      "Openings of private members: files from audit disclosures, or vault (the registry's own).",
      valueName: "file"))
  var disclosures: [String] = []

  @OptionGroup var audit: AuditOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    let started = Date()
    let source = try audit.open(console)
    var report = try run(source.reader, source, console)
    AuditLedger.judgeHighWater(source, &report, console)
    try source.close()
    guard report.isComplete else {
      throw Failure(
        .interrupted, code: "interrupted",
        "interrupted after \(Counted.entries(report.entryCount)), "
          + "with \(Counted.text(report.faultCount, "fault"))",
        hint: "begin again; --since with the checkpoint of an earlier audit saves time",
        details: [
          "done": .integer(Int64(clamping: report.entryCount)),
          "fault_count": .integer(Int64(clamping: report.faultCount)),
        ])
    }
    try render(report, seconds: Date().timeIntervalSince(started), console)
    return AuditShape.status(report.verdict)
  }

  private func run(
    _ reader: some LedgerReader, _ source: AuditSource, _ console: Console
  ) throws -> AuditReport {
    let note = try since.map {
      try BoundedFile.read(path: $0, maximumBytes: SignedNote.byteCountMaximum)
    }
    let openings = try AuditOpenings(disclosures, source)
    let isTable = console.format == .csv
    if isTable { Console.write(Table(header: AuditLedger.columns).csvBytes, to: STDOUT_FILENO) }
    let progress = Progress("audit", console: console)
    let report = try LedgerAudit(
      reader: reader, root: source.root, since: note, projection: source.projection,
      scratch: FileManager.default.temporaryDirectory.path, openings: openings.opening
    ).run(
      progress: { progress.update(done: Int($0), total: Int($1)) },
      isStopped: { Interruption.isRequested },
      found: { if isTable { AuditLedger.writeRow($0) } })
    progress.finish()
    if report.isComplete { try openings.finish(console) }
    return report
  }

  /// A registry whose state folder knows of more than is here was rolled back, however faultless
  /// what is left of it.
  private static func judgeHighWater(
    _ source: AuditSource, _ report: inout AuditReport, _ console: Console
  ) {
    guard let registry = source.registry else { return }
    let codes: Set<ReadOnlyReason.Code> = [
      .smallerThanHighWater, .otherTree, .largerCheckpointSeen,
    ]
    let faults = registry.reasons.filter { codes.contains($0.code) }.map {
      AuditReport.Fault(index: nil, origin: .beside(code: $0.code.rawValue), reason: $0.text)
    }
    // Without its state folder there is no mark to hold it against: a warning says so.
    guard !faults.isEmpty || registry.reasons.isEmpty else { return }
    report.add(
      Check.Name("high_water"), faults: faults, passed: "nothing that was signed is missing")
    if console.format == .csv { faults.forEach(writeRow) }
  }

  // MARK: Rendering

  /// How many faults of one code the text names.
  private static let faultLinesMax = 10
  private static let columns = ["index", "layer", "code", "reason"]

  private static func writeRow(_ fault: AuditReport.Fault) {
    let cells = [
      fault.index.map { "\($0)" } ?? "", fault.layer.rawValue, fault.code, fault.reason,
    ]
    Console.write(Table.csvRecord(cells), to: STDOUT_FILENO)
  }

  private func render(_ report: AuditReport, seconds: Double, _ console: Console) throws {
    guard console.format != .csv else { return }
    try console.result(
      .object(AuditLedger.json(report, seconds: seconds)), text: { AuditLedger.text(report) })
  }

  private static func json(_ report: AuditReport, seconds: Double) -> JSONObject {
    func number(_ value: UInt64) -> JSONValue { .integer(Int64(clamping: value)) }
    var object: JSONObject = [
      "verdict": .string(report.verdict.rawValue), "size": Shape.size(report.head.size),
      "root": .string(report.head.root.base64url), "since": Shape.size(report.since),
      "entries": number(report.entryCount), "signatures": number(report.signatureCount),
      "public": [
        "passed": number(report.publicTally.passed), "failed": number(report.publicTally.failed),
      ],
      "disclosed": [
        "passed": number(report.disclosedTally.passed),
        "failed": number(report.disclosedTally.failed),
        "not_shown": number(report.disclosedTally.notShown),
        "erased": number(report.disclosedTally.erased),
      ],
      "fault_count": number(report.faultCount),
      "faults": .array(report.faults.map(AuditShape.fault)),
      "checks": .array(
        report.checks.checks.map {
          AuditShape.check($0, isDemanded: !report.notDemanded.contains($0.name))
        }),
      "seconds": .number((seconds * 1000).rounded() / 1000),
    ]
    if let origin = report.origin { object["origin"] = .string(origin) }
    if let until = report.coveredUntil { object["as_of"] = .string("\(until)") }
    if let rules = report.rulesVersion { object["rules"] = .integer(rules) }
    if let shares = report.shares {
      let answer = ShareAnswer(report: shares, department: nil, isReport: true)
      object["shares"] = .object(answer.figures)
    }
    if let checkpoint = report.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    object.tellMore(
      report.faultCount > UInt64(report.faults.count), "all are counted: --format csv lists them")
    return object
  }

  private static func text(_ report: AuditReport) -> String {
    var text = ""
    // The first of each code: a wall of lines would hide the one that explains the others.
    var shown: [String: Int] = [:]
    var lineCount: UInt64 = 0
    for fault in report.faults {
      shown[fault.code, default: 0] += 1
      guard shown[fault.code, default: 0] <= faultLinesMax else { continue }
      text += AuditShape.line(fault)
      lineCount += 1
    }
    if report.faultCount > lineCount {
      text += "… and \(report.faultCount - lineCount) more; --format csv has all\n"
    }
    let rows = report.checks.checks.map { ["\($0.name)", VerifyText.word($0.result), $0.text] }
    text += Table(header: ["check", "result", "finding"], rows: rows).aligned
    if let shares = report.shares {
      text += ShareAnswer(report: shares, department: nil, isReport: true).hiddenText
    }
    if let until = report.coveredUntil {
      text += "as of \(until); that nothing was signed since is not proven\n"
    }
    return text + "\(VerifyText.word(report.verdict))\n"
  }
}
