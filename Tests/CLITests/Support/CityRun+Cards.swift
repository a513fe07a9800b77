import Encoding
import Foundation
import Testing

extension CityRun {
  static let card = "11440300KH0002054H001"

  /// A registry in which public security has issued identity cards from the sample city's sheet.
  static func withCards(_ count: Int) throws -> CityRun {
    let city = try CityRun()
    try city.prepareCards()
    try city.issueCards(0..<count)
    return city
  }

  /// Enrols public security and publishes its identity card.
  func prepareCards() throws {
    _ = try json([
      "department", "add", "--generate", "--code", CityRun.police, "--name", "深圳市公安局", "--level",
      "municipal",
    ])
    _ = try json(["type", "publish", Run.sample("types/\(CityRun.card).json")])
  }

  /// Issues cards to the persons with these ordinals.
  @discardableResult
  func issueCards(_ persons: Range<Int>) throws -> JSONValue {
    let name = "cards-\(persons.lowerBound)"
    try write(name + ".csv", CityRun.sheet(persons))
    return try json([
      "certificate", "issue", "--type", CityRun.card, "--csv", file(name + ".csv"), "--out",
      file(name + ".jsonl"), "--as", CityRun.police,
    ])
  }

  /// Enrols civil affairs and publishes its marriage certificate.
  func prepareMarriages() throws {
    let units = [
      (CityRun.civil, "深圳市民政局"), ("11440300KH0002409J", "深圳市规划和自然资源局"),
    ]
    for (code, name) in units {
      _ = try json([
        "department", "add", "--generate", "--code", code, "--name", name, "--level", "municipal",
      ])
    }
    _ = try json(["type", "publish", Run.sample("types/\(CityRun.civil)001.json")])
  }

  /// Issues a marriage certificate, to `marriage.jsonl`; with two keys each copy is bound to one.
  func issueMarriage(keys: [String] = []) throws -> Run {
    var header =
      "number,holder_1_name,holder_1_code,holder_1_code_type,holder_2_name,holder_2_code,"
      + "holder_2_code_type,valid_from,registered_on,registered_at"
    var row =
      "J440305-2026-000000001,持证人7,\(CityRun.citizenCode(7)),111,持证人8,"
      + "\(CityRun.citizenCode(8)),111,2026-05-11,2026-05-11,深圳市南山区民政局"
    for (number, key) in keys.enumerated() {
      header += ",holder_key_\(number + 1)"
      row += ",\(key)"
    }
    try write("marriage.csv", "\(header)\n\(row)\n")
    return try run([
      "certificate", "issue", "--type", "\(CityRun.civil)001", "--csv", file("marriage.csv"),
      "--out", file("marriage.jsonl"), "--as", CityRun.civil, "--format", "json",
    ])
  }

  /// Writes a file in the folder.
  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
  }

  /// The identifiers in a list, newest first.
  func identifiers(_ options: [String] = []) throws -> [String] {
    let list = try json(["certificate", "list", "--limit", "0"] + options)
    return try #require(list["certificates"]?.arrayValue).compactMap {
      $0["identifier"]?.stringValue
    }
  }

  /// A sheet of cards; `previous` adds the column of replacements.
  static func sheet(_ persons: Range<Int>, previous: [String] = []) -> String {
    var text =
      "number,holder_name,holder_code,holder_code_type,valid_from,valid_until,sex,ethnicity,"
      + "birth_date,address"
    text += previous.isEmpty ? "\n" : ",previous_identifier\n"
    for (position, person) in persons.enumerated() {
      let code = citizenCode(person)
      text += "\(code),持证人\(person),\(code),111,2026-11-01,2036-10-31,女,汉,1990-01-01,南山区\(person)号"
      text += previous.isEmpty ? "\n" : ",\(previous[position])\n"
    }
    return text
  }

  /// A fictional citizen's code with its check character; a thousand persons a region.
  static func citizenCode(_ person: Int) -> String {
    let digits = "\(440_300 + person / 1_000)19900101" + String(format: "%03d", person % 1_000)
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(digits.utf8, weights).reduce(0) { $0 + Int($1.0 - 48) * $1.1 }
    return digits + String(Array("10X98765432")[sum % 11])
  }
}

extension Run {
  /// A file of the sample city.
  static func sample(_ name: String) -> String {
    project.appendingPathComponent("Examples/shenzhen/\(name)").path
  }
}
