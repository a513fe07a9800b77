import Certificates
import Encoding
import Rules

/// How the rows of one sheet become steps; made from its header.
struct StateRowReader: SheetRowReader {
  private let defaults: StateSheet.Defaults
  private let identifier: Int
  private let state: Int?
  private let reason: Int?

  /// Reads the titles.
  static func open(
    _ header: CSVRecord, _ defaults: StateSheet.Defaults
  ) -> Result<StateRowReader, SheetHeader.Faults> {
    SheetHeader.read(
      header, titles: ["identifier", "reason"] + (defaults.hasStateColumn ? ["state"] : []),
      labels: ["证照标识": "identifier", "原因": "reason", "证照状态": "state"],
      required: ["identifier"]
    ).flatMap { columns in
      guard let identifier = columns["identifier"],
        !defaults.hasStateColumn || defaults.state != nil || columns["state"] != nil
      else {
        let fault = IssueFault(
          line: header.line, column: "state", code: ClaimFault.Code.missingColumn.description,
          message: "a column state is needed, or --state for all rows")
        return .failure(SheetHeader.Faults(faults: [fault]))
      }
      return .success(
        StateRowReader(
          defaults: defaults, identifier: identifier, state: columns["state"],
          reason: columns["reason"]))
    }
  }

  /// What is wrong with a row.
  func faults(_ fields: [String], line: Int) -> [IssueFault] {
    var found: [ClaimFault] = []
    do throws(CertificatesError) {
      _ = try CertificateIdentifier(fields[identifier])
    } catch {
      found.append(
        ClaimFault(
          fields[identifier].isEmpty
            ? .missing
            : error.code == .checkCharacter ? .checkCharacter : .format,
          error.message, at: "identifier"))
    }
    if let target = target(fields) {
      if let fault = StateStep.objection(to: target, reason: reason(fields)) {
        found.append(fault)
      }
    } else {
      found.append(
        ClaimFault(
          .enum,
          "the state is one of \(StateStep.endings.map(\.rawValue).joined(separator: ", "))",
          at: "state"))
    }
    return found.map { IssueFault($0, line: line) }
  }

  /// The step of a faultless row.
  func row(_ fields: [String], line: Int) throws(EncodingError) -> StateRequest {
    do {
      guard let target = target(fields) else {
        throw EncodingError(.invalidText, "the row has no state")
      }
      return StateRequest(
        .identifier(try CertificateIdentifier(fields[identifier])),
        try StateStep(to: target, reason: reason(fields)), line: line)
    } catch {
      throw EncodingError(.invalidText, "the row is another")
    }
  }

  private func target(_ fields: [String]) -> CertificateState? {
    guard let state, !fields[state].isEmpty else { return defaults.state }
    let target = CertificateState(rawValue: fields[state])
    return target.flatMap { StateStep.endings.contains($0) ? $0 : nil }
  }

  private func reason(_ fields: [String]) -> String? {
    guard let reason, !fields[reason].isEmpty else { return defaults.reason }
    return fields[reason]
  }
}
