import Encoding
import Foundation
import Testing

/// A registry with a department, a type and some identity cards, made by the binary.
struct AuditedCity {
  static let card = "11440300KH0002054H001"

  /// To whom evidence is handed over, and under which law.
  static let receiver = ["--to", "深圳市审计局", "--citation", "《审计法》第三十四条"]

  let run: CityRun
  /// The deliveries, one a line.
  var deliveries: String { run.file("cards.jsonl") }
  var root: String { run.directory + "/public/root.pem" }

  init(cards: Int = 3) throws {
    run = try CityRun()
    _ = try run.json([
      "department", "add", "--generate", "--code", CityRun.police, "--name", "深圳市公安局",
      "--level", "municipal",
    ])
    let types = Run.project.appendingPathComponent("Examples/shenzhen/types").path
    _ = try run.json(["type", "publish", "\(types)/\(AuditedCity.card).json"])
    let header =
      "number,holder_name,holder_code,holder_code_type,valid_from,valid_until,sex,ethnicity,"
      + "birth_date,address\n"
    let rows = (0..<cards).map { number in
      let code = AuditedCity.citizen(number)
      return "\(code),持证人\(number),\(code),111,2026-11-01,2036-10-31,女,汉,1990-01-01,深圳市南山区\n"
    }
    try Data((header + rows.joined()).utf8)
      .write(to: URL(fileURLWithPath: run.file("cards.csv")))
    let issued = try run.run([
      "certificate", "issue", "--type", AuditedCity.card, "--csv", run.file("cards.csv"), "--out",
      run.file("cards.jsonl"), "--as", CityRun.police, "--quiet",
    ])
    try #require(issued.status == 0, "\(issued.output) \(issued.errors)")
  }

  /// Exports the ledger into a new folder.
  func export(_ name: String = "export") throws -> String {
    _ = try run.json(["ledger", "export", run.file(name)])
    return run.file(name)
  }

  /// A citizen number with its check character.
  static func citizen(_ number: Int) -> String {
    let digits = "44030019900101" + String(format: "%03d", number)
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(digits.utf8, weights).reduce(0) { $0 + Int($1.0 - 48) * $1.1 }
    return digits + ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum % 11]
  }
}
