import Encoding
import Foundation

extension HolderRun {
  /// Culture: may ask in internet cafés whether a guest is of age.
  static let culture = "11440300KH0002169P"

  /// A wallet with a card, and a department that asks for what is in it.
  static func withCounter() throws -> HolderRun {
    let run = try HolderRun()
    _ = try run.city.json([
      "department", "add", "--generate", "--code", culture, "--name", "深圳市文化广电旅游体育局",
      "--level", "municipal",
    ])
    _ = try run.city.json(["registry", "trust", "--out", run.city.file("trust.jwt")])
    return run
  }

  func ask(_ out: String, _ more: [String] = []) throws -> Run {
    try city.run(
      [
        "use", "ask", "--type", CityRun.card, "--purpose", "internet-cafe-inspection", "--text",
        "核验是否年满18周岁", "--out", out == "-" ? out : city.file(out), "--as", HolderRun.culture,
        "--format", "json",
      ] + (more.isEmpty ? ["--claims", "over_18=true"] : more))
  }

  func present(_ request: String, _ more: [String]) -> [String] {
    ["present", city.file(request), "--root", root, "--evidence", evidence] + more
  }

  func verify(_ files: [String]) throws -> JSONValue {
    let names = files.map { city.file($0) }
    return try Run(
      ["verify"] + names + [
        "--root", root, "--evidence", evidence, "--format", "json", "--accept-missing",
        "status",
      ]
    ).json()
  }

  /// How many presentations the wallet has kept.
  func kept() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: city.file("wallet/presentations"))
      .count
  }

  func codes(_ answer: JSONValue, file: Int) -> [String] {
    (answer["files"]?.arrayValue?[file]["checks"]?.arrayValue ?? []).compactMap {
      $0["code"]?.stringValue
    }
  }

  func check(_ request: String, _ answer: String, _ more: [String] = []) throws -> Run {
    try city.run(
      [
        "use", "check", city.file(request), city.file(answer), "--as", HolderRun.culture,
        "--format", "json",
      ] + more)
  }
}
