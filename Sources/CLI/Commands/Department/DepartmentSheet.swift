import Encoding
import Registry

/// The departments of a CSV file: columns `code`, `name`, `level`; `name_en` is allowed and passed
/// over, since the ledger keeps one name.
struct DepartmentSheet {
  private static let required = ["code", "name", "level"]
  private static let allowed = Set(required + ["name_en"])

  private(set) var departments: [NewDepartment] = []
  private(set) var faults: [SheetFault] = []

  /// Reads all rows; faults are collected, unreadable files throw.
  init(path: String, registry: OpenRegistry) throws {
    var reader = CSVReader(
      path == "-"
        ? FileByteSource(descriptor: 0, named: "standard input") : try FileByteSource(path: path))
    guard let header = try reader.next() else {
      throw Failure(.cannot, code: "empty_file", "\(path): the file is empty")
    }
    let titles = header.fields.map { $0.trimmingSpaces() }
    for name in Self.required where !titles.contains(name) {
      faults.append(
        SheetFault(
          line: 1, column: name, code: "column_missing", message: "the column is missing"))
    }
    for (position, title) in titles.enumerated()
    where !Self.allowed.contains(title) || titles[..<position].contains(title) {
      faults.append(
        SheetFault(
          line: 1, column: nil, code: "column_unknown",
          message: "column \(position + 1) is not code, name, level or name_en, or is there twice"))
    }
    guard faults.isEmpty else { return }
    var seen: Set<NewDepartment> = []
    var codes: Set<String> = []
    while let record = try reader.next() {
      if record.fields.allSatisfy({ $0.isEmpty }) { continue }
      guard let department = row(record, titles) else { continue }
      guard seen.insert(department).inserted else { continue }
      guard codes.insert(department.code.text).inserted else {
        faults.append(
          SheetFault(
            line: record.line, column: "code", code: "duplicate",
            message: "the code stands twice with different names or levels"))
        continue
      }
      try judge(department, line: record.line, registry)
    }
  }

  private mutating func row(_ record: CSVRecord, _ titles: [String]) -> NewDepartment? {
    func field(_ name: String) -> String {
      guard let position = titles.firstIndex(of: name), position < record.fields.count else {
        return ""
      }
      return record.fields[position]
    }
    do throws(RegistryError) {
      return try NewDepartment(
        code: field("code"), name: field("name"), level: field("level"))
    } catch {
      faults.append(
        SheetFault(
          line: record.line, column: error.location, code: error.departmentFaultCode,
          message: error.message))
      return nil
    }
  }

  private mutating func judge(
    _ department: NewDepartment, line: Int, _ registry: OpenRegistry
  ) throws {
    switch try registry.enrolmentState(department) {
    case .new, .same: departments.append(department)
    case .other:
      faults.append(
        SheetFault(
          line: line, column: "code", code: "already_enrolled",
          message: "the code is enrolled with another name or level, or was retired"))
    }
  }
}

extension RegistryError {
  /// What is wrong with a department's value, for the table of faults.
  var departmentFaultCode: String {
    switch location {
    case "code": cause.map { Failure(explaining: $0).code } ?? "code_form"
    case "name": "name_form"
    case "level": "level_unknown"
    default: Failure(explaining: self).code
    }
  }
}

extension String {
  /// Without spaces and tabs at both ends.
  fileprivate func trimmingSpaces() -> String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
