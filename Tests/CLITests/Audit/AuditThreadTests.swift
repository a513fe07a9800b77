import Encoding
import Foundation
import Testing

@Suite("kanhe audit certificate, kanhe audit department")
struct AuditThreadTests {
  @Test("a delivery asks an export, an identifier asks the registry, and both say the same")
  func certificate() throws {
    let city = try AuditedCity()
    let export = try city.export()
    let lines = try String(contentsOfFile: city.deliveries, encoding: .utf8)
      .split(separator: "\n")
    let delivery = city.run.file("li.json")
    try Data((lines[0] + "\n").utf8).write(to: URL(fileURLWithPath: delivery))
    let held = try Run([
      "audit", "certificate", delivery, "--from", export, "--root", city.root, "--format", "json",
    ])
    #expect(held.status == 0, "\(held.errors)")
    let answer = try held.json()
    #expect(answer["verdict"]?.stringValue == "yes")
    #expect(answer["end"]?.stringValue == "unproven")
    #expect(answer["through"]?.integerValue == 7)
    #expect(answer["coarse"]?.stringValue == "valid")
    let entry = try #require(answer["entries"]?.arrayValue?.first)
    #expect(entry["n"]?.integerValue == 1)
    #expect(entry["proof"]?.stringValue == "passed")
    let identifier = try #require(answer["identifier"]?.stringValue)
    let own = try city.run.json(["audit", "certificate", identifier])
    #expect(own["entries"] == answer["entries"])
    #expect(own["state"]?.stringValue == "in_force")
    let revoked = try city.run.run([
      "certificate", "revoke", identifier, "--state", "revoked", "--as", CityRun.police,
    ])
    #expect(revoked.status == 0, "\(revoked.errors)")
    let after = try city.run.json(["audit", "certificate", identifier])
    #expect(after["state"]?.stringValue == "revoked")
    #expect(after["entries"]?.arrayValue?.count == 2)
    let unknown = try city.run.run(["audit", "certificate", "nonsense"])
    #expect(unknown.status == 64)
    let exported = try Run([
      "audit", "certificate", identifier, "--from", export, "--root", city.root,
    ])
    #expect(exported.status == 64)
  }

  @Test("a department's entries are listed by day, as a table too")
  func department() throws {
    let city = try AuditedCity()
    let answer = try city.run.json(["audit", "department", CityRun.police])
    #expect(answer["name"]?.stringValue == "深圳市公安局")
    #expect(answer["entries"]?.arrayValue?.count == 5)
    #expect(
      answer["entries"]?.arrayValue?.last?["members"]?["type"]?.stringValue == AuditedCity.card)
    let table = try city.run.run(["audit", "department", CityRun.police, "--format", "csv"])
    let lines = table.output.split(separator: "\n")
    #expect(lines.first == "n,index,received,kind,issuer")
    #expect(lines.count == 6)
    let past = try city.run.json(["audit", "department", CityRun.police, "--to-day", "2020-01-01"])
    #expect(past["entries"]?.arrayValue == [])
    #expect(try city.run.run(["audit", "department", "no-code"]).status == 64)
    let nobody = try city.run.run(["audit", "department", "11440300KH0001019M"])
    #expect(nobody.status == 1)
    #expect(nobody.output.contains("department-unknown"))
    #expect(
      try city.run.run(["audit", "department", CityRun.police, "--from-day", "x"]).status == 64)
  }

  @Test("a delivery asks an export about its person, and the answer can be verified by others")
  func subject() throws {
    let city = try AuditedCity()
    _ = try city.run.json(["ledger", "map"])
    _ = try city.run.json(["registry", "trust"])
    let export = try city.export()
    let lines = try String(contentsOfFile: city.deliveries, encoding: .utf8).split(separator: "\n")
    let prove = city.run.file("answer.json")
    let held = try Run(
      [
        "audit", "subject", "-", "--from", export, "--root", city.root, "--format", "json",
        "--prove", prove,
      ], input: Array((lines[0] + "\n").utf8))
    #expect(held.status == 0, "\(held.errors)")
    let answer = try held.json()
    #expect(answer["end"]?.stringValue == "proven")
    let entries = try #require(answer["entries"]?.arrayValue)
    #expect(entries.map { $0["kind"]?.stringValue } == ["certificate.issued"])
    #expect(entries[0]["members"]?["type"]?.stringValue == AuditedCity.card)
    let verified = try Run([
      "verify", prove, "--root", city.root, "--evidence", city.run.directory + "/public",
    ])
    #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
    // Another person's delivery is another thread.
    let other = try Run(
      ["audit", "subject", "-", "--from", export, "--root", city.root, "--format", "json"],
      input: Array((lines[1] + "\n").utf8))
    #expect(try other.json()["entries"]?.arrayValue?.first?["index"] != entries[0]["index"])
    #expect(try Run(["audit", "subject", city.root, "--from", export]).status == 2)
  }

  @Test("people see codes for issuers and words for results, and no line ends in a blank")
  func text() throws {
    let city = try AuditedCity()
    let ledger = try city.run.run(["audit", "ledger"]).output
    #expect(ledger.contains("  not shown  "), "\(ledger)")
    #expect(!ledger.contains("not_shown"))
    let thread = try city.run.run(["audit", "department", CityRun.police]).output
    #expect(thread.contains("  certificate.issued   \(CityRun.police)\n"), "\(thread)")
    #expect(!thread.contains("https://"))
    let list = try city.run.run(["department", "list"]).output
    for line in (ledger + thread + list).split(separator: "\n") {
      #expect(!line.hasSuffix(" "), "\(line)")
    }
    let table = try city.run.run(["audit", "department", CityRun.police, "--format", "csv"]).output
    #expect(table.contains(",https://zs.example/departments/\(CityRun.police)\n"))
  }
}
