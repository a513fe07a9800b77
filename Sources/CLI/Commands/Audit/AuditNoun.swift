import ArgumentParser
import Certificates
import Encoding
import Ledger
import Registry
import Verification

/// `kanhe audit`: the whole book again, on a machine that trusts nobody.
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Re-run the rules over a ledger, and ask it questions.",
    subcommands: [
      AuditLedger.self, AuditCertificate.self, AuditDepartment.self, AuditSubject.self,
      AuditShares.self, AuditStatus.self, AuditDisclosures.self,
    ])
}

/// What the answers of `kanhe audit` have in common.
enum AuditShape {
  /// What was shown lies beyond what was read.
  static func beyond(_ index: LeafIndex) -> String {
    "what was shown is entry \(index), which was not read: get a newer export\n"
  }

  /// How to go on where not all faults are listed.
  static let moreHint =
    "these are the first faults: audit ledger --format csv lists those of the ledger"

  static func fault(_ fault: AuditReport.Fault) -> JSONValue {
    var object: JSONObject = [
      "code": .string(fault.code), "layer": .string(fault.layer.rawValue),
      "reason": .string(fault.reason),
    ]
    if let index = fault.index { object["index"] = Shape.index(index) }
    return .object(object)
  }

  static func check(_ check: Check, isDemanded: Bool) -> JSONValue {
    var object: JSONObject = [
      "demanded": .boolean(isDemanded), "name": .string("\(check.name)"),
      "result": .string(check.result.rawValue), "text": .string(check.text),
    ]
    if let reason = check.reasons.first { object["code"] = .string(reason.code) }
    return .object(object)
  }

  static func line(_ fault: AuditReport.Fault) -> String {
    let place = fault.index.map { "entry \($0)" } ?? "ledger"
    return "\(place): \(fault.code): \(TerminalText.line(fault.reason, maximumLength: 4_000))\n"
  }

  /// Names the entries whose records the vault has and cannot open.
  static func warn(of vault: VaultOpenings, _ console: Console) {
    for index in vault.damaged {
      console.warning(
        "the vault's record of entry \(index) was changed or damaged and cannot be opened")
    }
    let more = vault.damagedCount - UInt64(vault.damaged.count)
    if more > 0 { console.warning("\(Counted.text(more, "more record")) cannot be opened either") }
  }

  /// An answer that was not finished.
  static var interrupted: Failure {
    Failure(
      .interrupted, code: "interrupted", "interrupted; the answer would not be whole",
      hint: "run the same command again")
  }

  static func status(_ verdict: CheckList.Verdict) -> Failure.Status {
    switch verdict {
    case .yes: .yes
    case .no: .no
    case .cannotTell: .cannot
    }
  }
}
