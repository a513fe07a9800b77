import Encoding

/// How the rows of one sheet become requests; made from its header.
struct RequestRowReader: SheetRowReader {
  private static let labels = [
    "持证主体代码": "holder_code", "持证主体代码类型": "holder_code_type", "办件编号": "case",
    "经办人编号": "officer", "证照标识": "certificate", "说明": "text",
  ]

  private let columns: [String: Int]

  /// Reads the titles.
  static func open(_ header: CSVRecord) -> Result<RequestRowReader, SheetHeader.Faults> {
    SheetHeader.read(
      header, titles: RequestRow.columns, labels: labels,
      required: Array(RequestRow.columns.prefix(4))
    ).map { RequestRowReader(columns: $0) }
  }

  func faults(_ fields: [String], line: Int) -> [IssueFault] {
    guard case .failure(let found) = read(fields, line: line) else { return [] }
    return found.faults.map { IssueFault($0, line: line) }
  }

  func row(_ fields: [String], line: Int) throws(EncodingError) -> RequestRow {
    guard case .success(let row) = read(fields, line: line) else {
      throw EncodingError(.invalidText, "the row is another")
    }
    return row
  }

  private func read(_ fields: [String], line: Int) -> Result<RequestRow, RequestFaults> {
    RequestRow.read({ columns[$0].map { fields[$0] } ?? "" }, line: line)
  }
}
