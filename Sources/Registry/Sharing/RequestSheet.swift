import Encoding

/// A sheet of persons about whom the same is asked, read once in full.
///
/// Columns: `holder_code`, `holder_code_type`, `case`, `officer`, perhaps `certificate` and `text`;
/// the order is free. Spec: cli/share.md.
public struct RequestSheet: Sendable {
  private let rows: RowSheet<RequestRowReader>

  /// What is wrong with its form, at most 1,000 faults.
  public var faults: [IssueFault] { rows.faults }
  /// Rows that have faults.
  public var faultyRowCount: Int { rows.faultyRowCount }
  /// The number of rows without faults.
  public var rowCount: Int { rows.rowCount }

  /// Reads a file; throws `emptyInput`, `invalidInput`, `inputOutput`.
  public init(_ file: ClaimsFile) throws(RegistryError) {
    rows = try RowSheet(file, RequestRowReader.open)
  }

  /// The rows of a faultless sheet, read again in a random order: that of the file must not show.
  public func job() throws(RegistryError) -> ShareJob<RequestRow> {
    try ShareJob(shuffling: rows.rowCount) { [rows] index throws(RegistryError) in
      try rows.row(index)
    }
  }
}

extension SharingReport {
  /// What is said of a sheet with faults: nothing was signed.
  public init(refusing sheet: RequestSheet) {
    self.init(refusedCount: sheet.faultyRowCount, sheet.faults.map(ShareRefusal.init))
  }
}
