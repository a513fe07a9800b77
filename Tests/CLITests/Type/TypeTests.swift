import Encoding
import Foundation
import Testing

@Suite("kanhe type")
struct TypeTests {
  private static let card = "11440300KH0002054H001"

  private static func file(_ code: String) -> String {
    Run.project.appendingPathComponent("Examples/shenzhen/types/\(code).json").path
  }

  @Test("a type is published, listed, shown, withdrawn")
  func life() throws {
    let city = try CityRun()
    let published = try city.json(["type", "publish", Self.file(Self.card)])
    let row = try #require(published["published"]?.arrayValue?.first)
    #expect(row["index"]?.integerValue == 2)
    #expect(row["file"]?.stringValue == "public/types/\(Self.card)/1.json")
    #expect(row["uri"]?.stringValue == "https://zs.example/types/\(Self.card)/1")
    let again = try city.json(["type", "publish", Self.file(Self.card)])
    #expect(again["unchanged"]?.integerValue == 1)
    let list = try city.json(["type", "list"])
    #expect(list["types"]?.arrayValue?.first?["name"]?.stringValue == "居民身份证")
    let shown = try city.json(["type", "show", Self.card])
    #expect(shown["digest"] == row["digest"])
    let digest = try Run(
      tool: "openssl",
      ["dgst", "-sha256", "-hex", city.directory + "/public/types/\(Self.card)/1.json"])
    let hex = try #require(digest.output.split(separator: " ").last).trimmingCharacters(
      in: .whitespacesAndNewlines)
    #expect(Base64URL.encode(try Hex.decode(hex)) == row["digest"]?.stringValue)
    #expect(try city.run(["type", "withdraw", Self.card]).status == 0)
    #expect(try city.json(["type", "list", "--state", "published"])["types"]?.arrayValue == [])
    let twice = try city.run(["type", "withdraw", Self.card, "--format", "json"])
    #expect(twice.status == 1)
    #expect(try twice.error()["codes"]?.arrayValue?.first?.stringValue == "type-withdrawn")
    #expect(try twice.error()["refused_as"]?.integerValue == 4)
  }

  @Test("the empty sheet comes in both languages, into a file with a byte order mark")
  func sheet() throws {
    let city = try CityRun()
    _ = try city.json(["type", "publish", Self.file(Self.card)])
    let english = try city.run(["type", "show", Self.card, "--csv-header"])
    #expect(english.output.hasPrefix("number,holder_name,holder_code,holder_code_type,valid_from,"))
    #expect(english.output.hasSuffix("\n"))
    let sheet = city.file("sheet.csv")
    let arguments = ["type", "show", Self.card, "--csv-header", "--language", "zh", "--out", sheet]
    #expect(try city.run(arguments).status == 0)
    let bytes = try BoundedFile.read(path: sheet, maximumBytes: 1 << 16)
    #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("\u{FEFF}公民身份号码,持证主体名称,"))
    #expect(try city.run(arguments).status == 2)
    #expect(try city.run(arguments + ["--force"]).status == 0)
    let columns = try city.json(["type", "show", Self.card, "--csv-header"])["columns"]?.arrayValue
    #expect(columns?.first?["mandatory"] == .boolean(true))
  }

  @Test("every problem of every file is listed, and none is published")
  func refused() throws {
    let city = try CityRun()
    let bad = city.file("bad.json")
    var object = try #require(
      try JSONValue(
        parsing: try BoundedFile.read(path: Self.file(Self.card), maximumBytes: 1 << 20)
      ).objectValue)
    object["subjects"] = 17
    object["colour"] = "red"
    try BoundedFile.writeAtomically(path: bad, bytes: JSONValue.object(object).canonicalBytes())
    let run = try city.run(
      ["type", "publish", Self.file("11440300KH0002062C001"), bad, "--format", "json"])
    #expect(run.status == 1)
    let refused = try #require(try run.json()["refused"]?.arrayValue)
    let paths = Set(refused.compactMap { $0["path"]?.stringValue })
    #expect(paths.isSuperset(of: ["subjects", "colour"]))
    #expect(refused.allSatisfy { $0["file"]?.stringValue == bad })
    #expect(try city.json(["registry", "status"])["size"]?.integerValue == 2)
    #expect(try city.run(["type", "publish", city.file("none.json")]).status == 2)
    #expect(try city.run(["type", "publish", city.folder]).status == 2)
    object = [:]
    try BoundedFile.writeAtomically(path: bad, bytes: [UInt8](repeating: 0x20, count: 2 << 20))
    #expect(try city.run(["type", "publish", bad]).status == 2)
  }

  @Test("a version that does not follow, or with other contents, is refused")
  func versions() throws {
    let city = try CityRun()
    _ = try city.json(["type", "publish", Self.file(Self.card)])
    var object = try #require(
      try JSONValue(
        parsing: try BoundedFile.read(path: Self.file(Self.card), maximumBytes: 1 << 20)
      ).objectValue)
    for version in [3, 1] {
      object["version"] = .integer(Int64(version))
      object["retention"] = ["citation": "《条例》"]
      let path = city.file("v\(version).json")
      try BoundedFile.writeAtomically(
        path: path, bytes: JSONValue.object(object).canonicalBytes())
      let run = try city.run(["type", "publish", path, "--format", "json"])
      #expect(run.status == 1)
      #expect(
        try run.json()["refused"]?.arrayValue?.first?["code"]?.stringValue == "type_version")
    }
    #expect(try city.run(["type", "show", "11440300KH0002054H002"]).status == 1)
    #expect(try city.run(["type", "show", "nonsense"]).status == 64)
  }

  @Test("a changed file in the public folder is not shown")
  func damaged() throws {
    let city = try CityRun()
    _ = try city.json(["type", "publish", Self.file(Self.card)])
    let path = city.directory + "/public/types/\(Self.card)/1.json"
    var bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 20)
    bytes[100] ^= 1
    try BoundedFile.writeAtomically(path: path, bytes: bytes)
    let run = try city.run(["type", "show", Self.card, "--format", "json"])
    #expect(run.status == 2)
    #expect(try run.error()["code"]?.stringValue == "damaged_type")
    let list = try city.run(["type", "list"])
    #expect(list.status == 0)
    #expect(list.errors.hasPrefix("kanhe: warning: "))
  }
}
