import Encoding
import Foundation
import Testing

@Suite("kanhe audit shares")
struct AuditSharesTests {
  @Test("a ledger without requests has none to list and no figure, in every form")
  func none() throws {
    let city = try AuditedCity(cards: 1)
    let export = try city.export()
    let ask = ["audit", "shares", "--from", export, "--root", city.root]
    let json = try Run(ask + ["--format", "json"]).json()
    #expect(json["verdict"]?.stringValue == "yes")
    #expect(json["shares"]?.arrayValue == [])
    #expect(json["through"] == json["checkpoint"]?["size"])
    #expect(json["as_of"]?.stringValue?.isEmpty == false)
    #expect(json["end"] == nil)
    let table = try Run(ask + ["--format", "csv"]).output
    #expect(
      table == "index,received,requester,provider,type,purpose,mode,basis,officer_role,answer_by,"
        + "state,late,last_index\n")
    #expect(try Run(ask).output.contains("no request to list\n"))
    let report = try Run(ask + ["--report", "--format", "json"]).json()
    #expect(report["figures"]?.arrayValue == [] && report["orphans"]?.arrayValue == [])
    #expect(
      try Run(ask + ["--report", "--format", "csv"]).output
        == "figure,department,type,detail,count\n")
    let own = try city.run.json(["audit", "shares", "--disclosures", "vault"])
    #expect(own["verdict"]?.stringValue == "yes")
  }

  @Test("a department's answer is its thread's, and verify checks it")
  func department() throws {
    let city = try AuditedCity(cards: 1)
    let prove = city.run.file("answer.json")
    let ask = ["audit", "shares", "--department", CityRun.police, "--prove", prove]
    let early = try city.run.run(ask)
    #expect(early.status == 2 && early.errors.contains("no answer can be made"))
    _ = try city.run.json(["ledger", "map"])
    _ = try city.run.json(["registry", "trust"])
    let answer = try city.run.json(ask)
    #expect(answer["code"]?.stringValue == CityRun.police)
    #expect(answer["name"]?.stringValue == "深圳市公安局")
    #expect(answer["end"]?.stringValue == "proven")
    let verified = try Run([
      "verify", prove, "--root", city.root, "--evidence", city.run.directory + "/public",
    ])
    #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
    let nobody = try city.run.run(["audit", "shares", "--department", "11440300KH0001019M"])
    #expect(nobody.status == 1 && nobody.output.contains("department-unknown"))
  }

  @Test("what makes no sense is wrong usage, and what is not there cannot be told")
  func usage() throws {
    let city = try AuditedCity(cards: 1)
    for wrong in [
      ["--side", "requester"], ["--department", "x"], ["--type", "x"], ["--mode", "x"],
      ["--outcome", "x"], ["--report", "--outcome", "open"], ["--from-day", "x"],
      ["--prove", city.run.file("a")], ["--case", city.root],
    ] {
      #expect(try city.run.run(["audit", "shares"] + wrong).status == 64, "\(wrong)")
    }
    let export = try city.export()
    #expect(
      try Run([
        "audit", "shares", "--from", export, "--root", city.root, "--disclosures", "vault",
      ]).status == 64)
    #expect(try city.run.run(["audit", "shares", "--disclosures", "/nowhere"]).status == 2)
  }
}
