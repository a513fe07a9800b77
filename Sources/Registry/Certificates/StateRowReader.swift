import Certificates
import Encoding
import Rules

/// How the rows of one sheet become steps; made from its header.
struct StateRowReader: Sendable {
  /// What is wrong with a header.
  struct HeaderFaults: Error {
    let faults: [IssueFault]
  }

  let encoding: TextEncoding
  private let defaults: StateSheet.Defaults
  private let identifier: Int
  private let state: Int?
  private let reason: Int?

  /// Reads the titles.
  static func open(
    _ header: CSVRecord, _ encoding: TextEncoding, _ defaults: StateSheet.Defaults
  ) -> Result<StateRowReader, HeaderFaults> {
    var columns: [String: Int] = [:]
    var faults: [IssueFault] = []
    func add(_ column: String?, _ code: ClaimFault.Code, _ message: String) {
      faults.append(
        IssueFault(
          line: header.line, column: column, code: code.description, message: message))
    }
    let known = ["identifier", "reason"] + (defaults.hasStateColumn ? ["state"] : [])
    let labels = ["证照标识": "identifier", "原因": "reason", "证照状态": "state"]
    let isTitle = { known.contains(labels[$0] ?? $0) }
    if let separator = FieldCount.separator(of: header.fields, isTitle: isTitle) {
      add(nil, .missingColumn, "the titles are separated by \(separator); save with commas")
      return .failure(HeaderFaults(faults: faults))
    }
    for (index, field) in header.fields.enumerated() {
      let written = String(field.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      let title = labels[written] ?? written
      guard known.contains(title) else {
        add(
          nil, .unknownColumn,
          "column \(index + 1) is none of \(known.joined(separator: ", ")); remove it")
        continue
      }
      if columns.updateValue(index, forKey: title) != nil {
        add(title, .duplicateColumn, "the column stands twice; remove one")
      }
    }
    if columns["identifier"] == nil {
      add("identifier", .missingColumn, "a column identifier (证照标识) is needed")
    }
    if defaults.hasStateColumn, defaults.state == nil, columns["state"] == nil {
      add("state", .missingColumn, "a column state is needed, or --state for all rows")
    }
    guard faults.isEmpty, let identifier = columns["identifier"] else {
      return .failure(HeaderFaults(faults: faults))
    }
    return .success(
      StateRowReader(
        encoding: encoding, defaults: defaults, identifier: identifier, state: columns["state"],
        reason: columns["reason"]))
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
  func request(_ fields: [String], line: Int) throws(EncodingError) -> StateRequest {
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
