import Certificates
import Encoding

/// The titles of a sheet that is no sheet of certificates.
enum SheetHeader {
  /// What is wrong with a header.
  struct Faults: Error {
    let faults: [IssueFault]
  }

  /// Where each title stands; `labels` are other names of titles.
  static func read(
    _ header: CSVRecord, titles: [String], labels: [String: String], required: [String]
  ) -> Result<[String: Int], Faults> {
    var columns: [String: Int] = [:]
    var faults: [IssueFault] = []
    func add(_ column: String?, _ code: ClaimFault.Code, _ message: String) {
      faults.append(
        IssueFault(
          line: header.line, column: column, code: code.description, message: message))
    }
    let isTitle = { titles.contains(labels[$0] ?? $0) }
    if let separator = FieldCount.separator(of: header.fields, isTitle: isTitle) {
      add(nil, .missingColumn, "the titles are separated by \(separator); save with commas")
      return .failure(Faults(faults: faults))
    }
    for (index, field) in header.fields.enumerated() {
      let written = String(field.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      let title = labels[written] ?? written
      guard titles.contains(title) else {
        add(
          nil, .unknownColumn,
          "column \(index + 1) is none of \(titles.joined(separator: ", ")); remove it")
        continue
      }
      if columns.updateValue(index, forKey: title) != nil {
        add(title, .duplicateColumn, "the column stands twice; remove one")
      }
    }
    for title in required where columns[title] == nil {
      let label = labels.first { $0.value == title }.map { " (\($0.key))" } ?? ""
      add(title, .missingColumn, "a column \(title)\(label) is needed")
    }
    return faults.isEmpty ? .success(columns) : .failure(Faults(faults: faults))
  }
}
