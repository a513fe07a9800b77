import Encoding
import Foundation
import Testing

/// A registry with the police enrolled and the identity card published, made by the binary.
struct IssueRun {
  static let type = "11440300KH0002054H001"
  static let titles =
    "number,holder_name,holder_code,holder_code_type,valid_from,valid_until,issue_date,sex,"
    + "ethnicity,birth_date,address"

  let city: CityRun

  init() throws {
    city = try CityRun()
    _ = try city.json([
      "department", "add", "--generate", "--code", CityRun.police, "--name", "深圳市公安局",
      "--level", "municipal",
    ])
    _ = try city.json([
      "type", "publish", Run.project.path + "/Examples/shenzhen/types/\(Self.type).json",
    ])
  }

  /// The identity cards of the sample city, at least this many; returns the path of the sheet.
  func sheet(_ count: Int) throws -> String {
    let folder = city.file("sheets-\(count)")
    let run = try Run(
      tool: "python3",
      [Run.project.path + "/Examples/shenzhen/generate", "\(count * 100 / 24 + 12)", folder])
    try #require(run.status == 0, "\(run.errors)")
    return "\(folder)/\(Self.type).csv"
  }

  /// Good rows of the sample city, without the header.
  func rows(_ count: Int) throws -> [String] {
    let text = try String(contentsOfFile: try sheet(count), encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).dropFirst().prefix(count).map(String.init)
  }

  /// A file with these bytes.
  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: city.file(name)))
    return city.file(name)
  }

  func write(_ name: String, _ rows: [String], titles: String = titles) throws -> String {
    try write(name, ([titles] + rows).joined(separator: "\n").utf8)
  }

  /// `certificate issue` by the police, with more arguments.
  func issue(
    _ arguments: [String], environment: [String: String] = [:], input: [UInt8]? = nil
  ) throws -> Run {
    try city.run(
      ["certificate", "issue", "--type", Self.type, "--as", CityRun.police] + arguments,
      environment: environment, input: input)
  }

  /// The size of the ledger.
  func size() throws -> Int64 {
    let json = try city.json(["ledger", "checkpoint"])
    return try #require((json["checkpoint"] ?? json)["size"]?.integerValue)
  }
}
