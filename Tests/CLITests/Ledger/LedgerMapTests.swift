import Encoding
import Foundation
import Testing

@Suite("kanhe ledger map, and what it proves")
struct LedgerMapTests {
  @Test("runs are published once, listed, and go into the export")
  func map() throws {
    let city = try AuditedCity()
    let first = try city.run.json(["ledger", "map"])
    #expect(first["published"]?.booleanValue == true)
    #expect(first["covered"]?.integerValue == 7 && first["size"]?.integerValue == 7)
    #expect(first["index"]?.integerValue == 7)
    #expect(first["checkpoint"]?["size"]?.integerValue == 8)
    let again = try city.run.json(["ledger", "map"])
    #expect(again["published"]?.booleanValue == false && again["index"] == nil)
    #expect(again["runs"] == first["runs"])
    let due = try city.run.run(["ledger", "map", "--due"])
    #expect(due.status == 0 && due.output.hasPrefix("nothing to publish\n"), "\(due.output)")
    let export = try city.export()
    #expect(FileManager.default.fileExists(atPath: export + "/runs/0-7"))
    let audit = try Run(["audit", "ledger", "--from", export, "--root", city.root])
    #expect(audit.status == 0, "\(audit.output)")
  }

  @Test("without the registrar's passphrase nothing is published")
  func keys() throws {
    let city = try CityRun()
    let run = try city.run(
      ["ledger", "map"], environment: ["KANHE_REGISTRY_PASSPHRASE": "wrong"])
    #expect(run.status == 2, "\(run.output)")
    #expect(try city.json(["ledger", "checkpoint"])["size"]?.integerValue == 2)
  }

  @Test("an answer from an export verifies offline; cut anywhere it does not")
  func answer() throws {
    let city = try AuditedCity()
    let line = try String(contentsOfFile: city.deliveries, encoding: .utf8)
      .split(separator: "\n")[0]
    let delivery = city.run.file("li.json")
    try Data((line + "\n").utf8).write(to: URL(fileURLWithPath: delivery))
    let answer = city.run.file("answer.json")
    let bare = try city.export("bare")
    let early = try Run([
      "audit", "certificate", delivery, "--from", bare, "--root", city.root, "--prove", answer,
    ])
    #expect(early.status == 2 && early.errors.contains("ledger map"), "\(early.errors)")
    _ = try city.run.json(["registry", "trust"])
    _ = try city.run.json(["ledger", "map"])
    let export = try city.export()
    let audit = try Run([
      "audit", "certificate", delivery, "--from", export, "--root", city.root, "--prove", answer,
      "--format", "json",
    ])
    #expect(audit.status == 0, "\(audit.errors)")
    let report = try audit.json()
    #expect(report["end"]?.stringValue == "proven")
    #expect(report["proven_to"]?.integerValue == 8)
    let verify = ["verify", answer, "--evidence", export, "--root", city.root]
    let good = try Run(verify)
    #expect(good.status == 0, "\(good.output)\(good.errors)")
    #expect(good.output.contains("complete for the first 8 entries"), "\(good.output)")
    // The only entry left out: a no, by the check named `end`.
    let text = try String(contentsOfFile: answer, encoding: .utf8)
    let start = try #require(text.range(of: #""entries":["#)).upperBound
    let end = try #require(text.range(of: #"],"identities""#)).lowerBound
    var cut = text
    cut.removeSubrange(start..<end)
    let present = try #require(cut.range(of: #""present":["#)).upperBound
    let rest = try #require(cut.range(of: #"],"records""#)).lowerBound
    cut.removeSubrange(present..<rest)
    try Data(cut.utf8).write(to: URL(fileURLWithPath: answer))
    let bad = try Run(verify + ["--format", "json"])
    #expect(bad.status == 1, "\(bad.output)")
    let checks = try bad.json()["files"]?.arrayValue?[0]["checks"]?.arrayValue ?? []
    let failed = checks.filter { $0["result"]?.stringValue == "failed" }
    #expect(failed.map { $0["name"]?.stringValue } == ["end"])
    #expect(failed.first?["code"]?.stringValue == "run_proof")
  }

  @Test("a department's answer needs no key, and is not written over a file that is there")
  func department() throws {
    let city = try AuditedCity()
    _ = try city.run.json(["ledger", "map"])
    let answer = city.run.file("answer.json")
    let prove = ["audit", "department", CityRun.police, "--prove", answer]
    #expect(try city.run.json(prove)["end"]?.stringValue == "proven")
    #expect(try city.run.run(prove).status == 2)
    #expect(try city.run.run(prove + ["--force"]).status == 0)
    let trust = city.run.directory + "/public/trust.jwt"
    _ = try city.run.json(["registry", "trust"])
    let good = try Run(["verify", answer, trust, "--root", city.root])
    #expect(good.status == 0, "\(good.output)\(good.errors)")
  }
}
