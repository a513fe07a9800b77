import Encoding

/// A fault of a row: `spec/cli/README.md`, "Shapes used on several pages".
struct SheetFault {
  /// The line of the record's first character, from 1.
  let line: Int
  /// The column's title; nil when the row as a whole is at fault.
  let column: String?
  let code: String
  let message: String

  var json: JSONValue {
    var object: JSONObject = [
      "code": .string(code), "line": .integer(Int64(line)), "message": .string(message),
    ]
    object["column"] = column.map { .string($0) }
    return .object(object)
  }

  /// Faults as a table, one on a line.
  static func table(_ faults: [SheetFault]) -> Table {
    Table(
      header: ["line", "column", "code", "message"],
      rows: faults.map { [String($0.line), $0.column ?? "", $0.code, $0.message] })
  }
}
