import Certificates
import Encoding
import Registry

/// The result of `certificate issue`: `spec/cli/certificate.md`, "issue".
struct IssueResult {
  let type: TypeFile
  let checked: CheckedClaims
  let isDryRun: Bool
  let out: String?
  var report: IssueReport?
  /// Whether certificates took the place of others.
  var isReplacement = false
  var seconds = 0.0

  /// Where deliveries are; nil where none was issued.
  private var filled: String? { report.map { $0.record.issuedCount > 0 } == true ? out : nil }

  /// Rows refused by the check, or else by rules.
  var refusedCount: Int { report?.record.refusedCount ?? checked.faultyRowCount }
  var refused: [IssueFault] { report?.refused ?? checked.faults }
  /// How many refused rows are not listed.
  private var untoldCount: Int { Shape.untold(refusedCount, listed: refused.map(\.line)) }

  var json: JSONValue {
    var object: JSONObject = [
      "type": .string(type.code.text), "version": .integer(Int64(type.version)),
      "rows": .integer(Int64(checked.rowCount + (report == nil ? checked.faultyRowCount : 0))),
      "issued": .integer(Int64(report?.issuedCount ?? 0)),
      "copies": .integer(Int64(report?.copyCount ?? 0)),
      "already_issued": .integer(Int64(report?.alreadyIssuedCount ?? 0)),
      "refused_rows": .integer(Int64(refusedCount)),
      "refused": .array(refused.map(json)),
      "refused_shown": .integer(Int64(refused.count)),
      "resumed": .boolean(report?.isResumed ?? false), "dry_run": .boolean(isDryRun),
      "seconds": .number((seconds * 1000).rounded() / 1000),
      "rows_per_second": .integer(rate),
    ]
    if let over = report?.overCount, over > 0 {
      object["no_longer_in_force"] = .integer(Int64(over))
    }
    if let filled { object["out"] = .string(filled) }
    if isReplacement {
      object["replaced"] = .array((report?.replaced ?? []).map(IssueResult.json))
    }
    if let report {
      object["batch"] = .string(report.batch.description)
      if let entries = report.record.entries {
        object["first_index"] = .integer(entries.lowerBound)
        object["last_index"] = .integer(entries.upperBound)
      }
      if let checkpoint = report.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
      if checked.rowCount == 1, let identifier = report.identifiers.first {
        object["identifier"] = .string(identifier)
        object["files"] = .array(files(identifier).map { .string($0) })
      }
    }
    let isCut = isReplacement && (report?.issuedCount ?? 0) > (report?.replaced.count ?? 0)
    object.tellMore(
      untoldCount > 0 || isCut,
      "all are counted: certificate list --batch lists what was issued; mend what is refused and "
        + "run the same command again for the rest")
    return .object(object)
  }

  var text: String {
    var text = ""
    if let report {
      let name = type.name(in: .chinese)
      text += isReplacement ? "replaced" : "issued"
      text += " \(report.issuedCount) × \(name) (\(type.name(in: .english)))"
      if report.alreadyIssuedCount > 0 { text += ", \(report.alreadyIssuedCount) before" }
      text += ", \(Counted.text(report.copyCount, "copy", plural: "copies"))\n"
      if checked.rowCount == 1, let identifier = report.identifiers.first {
        text += "identifier \(identifier)\n"
        for file in files(identifier) { text += "file       \(file)\n" }
      } else if let filled {
        text += "deliveries \(filled)\n"
      }
      if report.overCount > 0 {
        text +=
          "no longer in force: \(report.overCount) of those issued before; "
          + "the same rows are the same job; change them, such as valid_from, to issue anew\n"
      }
      text += "batch      \(report.batch)\n"
      if let entries = report.record.entries {
        text += "entries    \(entries.lowerBound)–\(entries.upperBound)\n"
      }
    } else if refused.isEmpty {
      text += "\(Counted.text(checked.rowCount, "row")), all faultless; nothing was signed\n"
    }
    if !refused.isEmpty {
      text += "\(Counted.text(refusedCount, "row")) refused"
      text += report == nil ? "; nothing was signed\n" : "\n"
      text += IssueResult.table(refused, titles: checked.title).aligned
      if untoldCount > 0 { text += "… and more; these are the first\n" }
    }
    return text
  }

  /// Refused rows; `titles` gives the title that a column has in the sheet, where it is another.
  static func table(
    _ faults: [IssueFault], titles: (String) -> String? = { _ in nil }
  ) -> Table {
    Table(
      header: ["line", "column", "code", "message"],
      rows: faults.map { fault in
        let title = fault.column.flatMap(titles).map { " (\($0))" } ?? ""
        return [String(fault.line), (fault.column ?? "") + title, fault.code, fault.message]
      })
  }

  private func json(_ fault: IssueFault) -> JSONValue {
    var object: JSONObject = [
      "line": .integer(Int64(fault.line)), "code": .string(fault.code),
      "message": .string(fault.message),
    ]
    if let column = fault.column {
      object["column"] = .string(column)
      if let title = checked.title(of: column) { object["title"] = .string(title) }
    }
    return .object(object)
  }

  private static func json(_ replaced: ReplacedCertificate) -> JSONValue {
    [
      "identifier": .string(replaced.identifier), "index": Shape.index(replaced.index),
      "successor": .string(replaced.successor),
    ]
  }

  private var rate: Int64 {
    seconds > 0 ? Int64(Double(report?.issuedCount ?? checked.rowCount) / seconds) : 0
  }

  private func files(_ identifier: String) -> [String] {
    guard let out else { return [] }
    guard case .folder(let folder) = DeliveryTarget(path: out) else { return [out] }
    let count = report?.record.copyCount ?? 0
    return (0..<count).map { "\(folder)/\(identifier).\($0 + 1).json" }
  }
}
