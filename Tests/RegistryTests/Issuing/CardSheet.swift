import Certificates
import Encoding
import Foundation
import Registry

/// Sheets of identity cards for holders who do not exist.
struct CardSheet {
  static let header =
    "number,holder_name,holder_code,holder_code_type,valid_from,valid_until,sex,ethnicity,"
    + "birth_date,address"

  var rows: [String]

  /// Rows for the persons with these ordinals.
  init(_ persons: Range<Int>) { rows = persons.map(CardSheet.row) }

  var text: String { ([CardSheet.header] + rows).joined(separator: "\r\n") + "\r\n" }

  func write(to path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

  static func row(_ person: Int) -> String {
    let code = citizenNumber(person)
    let until = 2036 + person % 3
    return "\(code),𠮷田·阿依\(person),\(code),111,2026-11-01,\(until)-10-31,女,汉,1990-01-01,"
      + "\"广东省深圳市, \"\"南山\"\"区\(person)号\""
  }

  /// A citizen number with its check character; persons up to 999 times the regions.
  static func citizenNumber(_ person: Int) -> String {
    let digits = "\(440_000 + person / 1_000)19900101" + String(format: "%03d", person % 1_000)
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(digits.utf8, weights).reduce(0) { $0 + Int($1.0 - 48) * $1.1 }
    return digits + ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum % 11]
  }
}

extension TestCity {
  static let card = "11440300KH0002054H001"
  static let marriage = "11440300KH0002062C001"

  /// Checks a file and issues it by the type's own department.
  func issue(
    _ path: String, _ form: ClaimsFile.Form = .sheet(.utf8), type code: String = TestCity.card,
    to target: String, watch: IssueWatch = IssueWatch()
  ) throws -> IssueReport {
    let registry = try base.open()
    let report = try issue(path, form, type: code, to: target, watch: watch, in: registry)
    try registry.close()
    return report
  }

  func issue(
    _ path: String, _ form: ClaimsFile.Form = .sheet(.utf8), type code: String = TestCity.card,
    to target: String, watch: IssueWatch = IssueWatch(), in registry: OpenRegistry
  ) throws -> IssueReport {
    let type = try registry.typeFile(try TypeCode(code), version: nil)
    let claims = try ClaimsFile(path: path, form: form).check(type)
    return try registry.issue(
      IssueOrder(
        department: String(code.prefix(18)), type: type, claims: claims,
        target: DeliveryTarget(path: target)), watch: watch)
  }

  func file(_ name: String) -> String { base.folder.file(name) }
}
