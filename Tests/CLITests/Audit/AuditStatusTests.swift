import Encoding
import Foundation
import Testing

@Suite("kanhe audit status")
struct AuditStatusTests {
  private let city: CityRun
  private let export: String
  private let actor = ["--as", CityRun.police]

  init() throws {
    city = try CityRun.withCards(2)
    export = city.file("export")
    for card in try city.identifiers() {
      _ = try city.json(["status", "publish"] + actor)
      _ = try city.json(["certificate", "revoke", card, "--state", "revoked"] + actor)
    }
    _ = try city.json(["status", "publish"] + actor)
    _ = try city.json(["registry", "trust"])
    _ = try city.json(["ledger", "export", export])
  }

  private func audit(_ tokens: [String] = []) throws -> Run {
    try Run(
      ["audit", "status"] + tokens + [
        "--from", export, "--root", city.directory + "/public/root.pem", "--format", "json",
      ])
  }

  /// The files of the export below a folder with a suffix, sorted.
  private func files(_ suffix: String) throws -> [String] {
    let all = FileManager.default.enumerator(atPath: export + "/status")?.allObjects ?? []
    return all.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted()
      .map { "\(export)/status/\($0)" }
  }

  @Test("every token that was ever in force is in a publication, told which")
  func story() throws {
    let tokens = try files(".jwt")
    #expect(tokens.count == 3)
    let run = try audit(tokens)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let answer = try run.json()
    #expect(answer["verdict"] == "yes" && answer["counts"]?["passed"] == 3)
    #expect(answer["rounds"]?.arrayValue?.compactMap { $0["sequence"]?.integerValue } == [1, 2, 3])
    let found = answer["tokens"]?.arrayValue ?? []
    #expect(Set(found.compactMap { $0["sequence"]?.integerValue }) == [1, 2, 3])
    #expect(
      found.allSatisfy { $0["result"] == "passed" && $0["department"] == .string(CityRun.police) })
    let registry = try city.run(["audit", "status", "--format", "json"])
    #expect(registry.status == 0, "\(registry.errors)")
    #expect(try audit([export + "/trust.jwt"]).status == 2)
    #expect(try audit([export + "/none.jwt"]).status == 2)
  }

  @Test("a list that was signed for one verifier is in none")
  func unpublished() throws {
    // The department signs its lists anew, and that publication is not in this export.
    _ = try city.json(["status", "publish", "--all"] + actor)
    let list = try #require(try files("1.jwt").first)
    let own = city.directory + "/public" + list.dropFirst(export.count)
    let run = try audit([own])
    #expect(run.status == 1, "\(run.output)")
    let answer = try run.json()
    #expect(answer["tokens"]?.arrayValue?.first?["result"] == "failed")
    #expect(answer["faults"]?.arrayValue?.first?["code"] == "status-unpublished")
  }

  @Test("a file that was changed is a fault, one that is missing leaves it open")
  func files() throws {
    let path = try #require(try files("rounds/2.txt").first)
    let saved = try Data(contentsOf: URL(fileURLWithPath: path))
    let text = String(decoding: saved, as: UTF8.self)
    let tokens = try files(".jwt")
    for changed in ["", text + text, String(text.dropLast()), text.uppercased(), "x\n"] {
      try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
      let run = try audit(tokens)
      #expect(run.status == 1, "\(changed): \(run.output)")
      #expect(try run.json()["faults"]?.arrayValue?.first?["code"] == "status-round")
    }
    try FileManager.default.removeItem(atPath: path)
    let run = try audit(tokens)
    #expect(run.status == 2, "\(run.output)")
    let answer = try run.json()
    #expect(answer["verdict"] == "cannot_tell" && answer["counts"]?["not_shown"] == 1)
    let results = (answer["tokens"]?.arrayValue ?? []).compactMap { $0["result"]?.stringValue }
    #expect(results.sorted() == ["not_shown", "passed", "passed"])
    #expect(answer["faults"] == nil, "\(answer)")
  }
}
