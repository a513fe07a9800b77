import Encoding
import Foundation
import Testing

@Suite("kanhe registry check")
struct RegistryCheckTests {
  private static let type = "11440300KH0002054H001"

  private static func city() throws -> CityRun {
    let city = try CityRun()
    let file = Run.project.appendingPathComponent("Examples/shenzhen/types/\(type).json").path
    _ = try city.json(["type", "publish", file])
    _ = try city.json(["registry", "trust"])
    return city
  }

  /// The results by name.
  private static func results(_ run: Run) throws -> [String: String] {
    var results: [String: String] = [:]
    for check in try #require(try run.json()["checks"]?.arrayValue) {
      results[check["name"]?.stringValue ?? ""] = check["result"]?.stringValue
    }
    return results
  }

  /// The digests of all files with contents, but the shared memory of open databases.
  private static func sums(_ city: CityRun) throws -> String {
    let command = "find . -type f -size +0 ! -name '*-shm' | sort | xargs sha256sum"
    return try Run(tool: "sh", ["-c", "cd '\(city.directory)' && \(command)"]).output
  }

  @Test("a sound registry passes, and nothing on the disk changes")
  func sound() throws {
    let city = try Self.city()
    let before = try Self.sums(city)
    #expect(try city.run(["registry", "check"]).status == 0)
    let full = try city.run(["registry", "check", "--full", "--format", "json"])
    #expect(full.status == 0, "\(full.output)")
    #expect(try full.json()["verdict"]?.stringValue == "yes")
    let results = try Self.results(full)
    #expect(results.count == 20)
    #expect(results.values.count { $0 == "not_shown" } == 2)
    #expect(try Self.sums(city) == before)
  }

  @Test("without the passphrase it cannot tell, with a wrong one it cannot look")
  func passphrases() throws {
    let city = try Self.city()
    let missing = try city.run(
      ["registry", "check", "--full", "--format", "json"],
      environment: ["KANHE_LEDGER_PASSPHRASE": ""])
    #expect(missing.status == 2)
    #expect(try missing.json()["verdict"]?.stringValue == "cannot_tell")
    #expect(try Self.results(missing)["certificates"] == "not_shown")
    #expect(try Self.results(missing)["chain"] == "passed")
    let wrong = try city.run(
      ["registry", "check", "--full", "--format", "json"],
      environment: ["KANHE_LEDGER_PASSPHRASE": "wrong"])
    #expect(wrong.status == 2)
    #expect(try wrong.error()["code"]?.stringValue == "wrong_passphrase")
  }

  @Test("a changed public file and an older trust list are found")
  func publicFiles() throws {
    let city = try Self.city()
    let old = try BoundedFile.read(
      path: city.directory + "/public/trust.jwt", maximumBytes: 1 << 20)
    _ = try city.json(["registry", "trust", "--fresh"])
    try BoundedFile.writeAtomically(path: city.directory + "/public/trust.jwt", bytes: old)
    let path = city.directory + "/public/types/\(Self.type)/1.json"
    try FileManager.default.removeItem(atPath: path)
    let run = try city.run(["registry", "check", "--full", "--format", "json"])
    #expect(run.status == 1)
    let check = try #require(try run.json()["checks"]?.arrayValue?.last)
    #expect(check["findings"]?.arrayValue?.count == 2)
    #expect(try Self.results(run)["chain"] == "passed")
  }

  @Test("a copy fails at its instance, with the way out")
  func copied() throws {
    let city = try Self.city()
    try FileManager.default.copyItem(atPath: city.directory, toPath: city.file("copy"))
    let run = try city.run(
      ["registry", "check", "--registry", city.file("copy"), "--format", "json"])
    #expect(run.status == 1)
    let failed = try #require(try run.json()["checks"]?.arrayValue).filter {
      $0["result"]?.stringValue == "failed"
    }
    #expect(!failed.isEmpty)
    #expect(failed.allSatisfy { $0["remedy"]?.stringValue?.isEmpty == false })
  }
}
