import Certificates
import Encoding
import Rules

/// A sheet of certificates whose states shall change, read once in full.
///
/// Columns: `identifier`, `state`, `reason`; the order is free. Like a sheet of certificates it is
/// read twice: a fault of form anywhere, and nothing is done. Spec: cli/certificate.md.
public struct StateSheet: Sendable {
  /// What a row that says nothing else shall be.
  public struct Defaults: Sendable {
    /// The state; nil where each row has to say it.
    public let state: CertificateState?
    /// Whether rows may name another state: an ending.
    public let hasStateColumn: Bool
    /// The reason.
    public let reason: String?

    /// Ending certificates, or with `isEnding` false one step that is the same for all.
    public init(state: CertificateState?, isEnding: Bool, reason: String?) {
      self.state = state
      self.hasStateColumn = isEnding
      self.reason = reason
    }
  }

  private let rows: RowSheet<StateRowReader>

  /// What is wrong with its form, at most 1,000 faults.
  public var faults: [IssueFault] { rows.faults }
  /// Rows that have faults.
  public var faultyRowCount: Int { rows.faultyRowCount }
  /// The number of rows.
  public var rowCount: Int { rows.rowCount }

  /// Reads a file; throws `emptyInput`, `invalidInput`, `inputOutput`.
  public init(_ file: ClaimsFile, _ defaults: Defaults) throws(RegistryError) {
    rows = try RowSheet(file) { StateRowReader.open($0, defaults) }
  }

  /// The job of a faultless sheet; throws `invalidInput` for one with faults.
  ///
  /// A row is read again when its turn comes; `fileChanged` ends the job.
  public func job() throws(RegistryError) -> StateJob {
    guard faults.isEmpty else {
      throw RegistryError(
        .invalidInput, "the file has faults; nothing was changed", at: rows.file.path)
    }
    return StateJob(count: rows.rowCount) { [rows] index throws(RegistryError) in
      try rows.row(index)
    }
  }
}

extension StateReport {
  /// What is said of a sheet with faults: nothing was changed.
  public init(refusing sheet: StateSheet) {
    self.init(refusedCount: sheet.faultyRowCount, sheet.faults.map(StateRefusal.init))
  }
}

extension StateRefusal {
  init(_ fault: IssueFault) {
    self.init(line: fault.line, column: fault.column, code: fault.code, fault.message)
  }
}
