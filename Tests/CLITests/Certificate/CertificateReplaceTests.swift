import Encoding
import Foundation
import Testing

@Suite("kanhe certificate replace")
struct CertificateReplaceTests {
  @Test(
    "a certificate is replaced by claims; the old one ends, the new one says whose place it took")
  func singly() throws {
    let city = try CityRun.withCards(1)
    let card = try #require(try city.identifiers().first)
    var claims = try #require(
      try city.json(["certificate", "show", card])["claims"]?.objectValue)
    claims["valid_from"] = "2026-11-01"
    claims["address"] = "福田区1号"
    claims["issue_date"] = nil
    try city.write(
      "new.json", String(decoding: JSONValue.object(claims).canonicalBytes(), as: UTF8.self))
    let arguments = [
      "certificate", "replace", card, "--claims", city.file("new.json"), "--out", city.file("out"),
      "--as", CityRun.police,
    ]
    let replaced = try city.json(arguments)
    let successor = try #require(replaced["identifier"]?.stringValue)
    let row = try #require(replaced["replaced"]?.arrayValue?.first)
    #expect(row["identifier"]?.stringValue == card)
    #expect(row["successor"]?.stringValue == successor)
    #expect(row["index"]?.integerValue == (replaced["first_index"]?.integerValue ?? 0) - 1)
    #expect(successor.contains(".002."))
    let old = try city.json(["certificate", "show", card])
    #expect(old["state"]?.stringValue == "replaced")
    #expect(old["successor"]?.stringValue == successor)
    let new = try city.json(["certificate", "show", successor])
    #expect(new["previous_identifier"]?.stringValue == card)
    #expect(new["claims"]?["address"]?.stringValue == "福田区1号")
    #expect(FileManager.default.fileExists(atPath: city.file("out/\(successor).1.json")))
    let again = try city.json(arguments)
    #expect(again["issued"]?.integerValue == 0 && again["resumed"]?.booleanValue == true)
    #expect(again["batch"] == replaced["batch"])
  }

  @Test("a sheet replaces many; what has ended is refused alone")
  func sheet() throws {
    let city = try CityRun.withCards(3)
    var cards: [String] = []
    for person in 0..<3 {
      let found = try city.run(
        ["certificate", "list", "--number", "-", "--format", "json"],
        input: Array(CityRun.citizenCode(person).utf8))
      cards.append(
        try #require(
          try found.json()["certificates"]?.arrayValue?.first?["identifier"]?.stringValue))
    }
    _ = try city.json([
      "certificate", "revoke", cards[1], "--state", "lapsed", "--as", CityRun.police,
    ])
    try city.write("new.csv", CityRun.sheet(0..<3, previous: cards))
    let run = try city.run([
      "certificate", "replace", "--type", CityRun.card, "--csv", city.file("new.csv"), "--out",
      city.file("new.jsonl"), "--as", CityRun.police, "--format", "json",
    ])
    #expect(run.status == 1)
    let report = try run.json()
    #expect(report["issued"]?.integerValue == 2)
    #expect(report["replaced"]?.arrayValue?.count == 2)
    let refused = try #require(report["refused"]?.arrayValue?.first)
    #expect(refused["line"]?.integerValue == 3 && refused["code"]?.stringValue == "state_step")
    #expect(refused["column"]?.stringValue == "previous_identifier")
    let states = try city.identifiers(["--state", "replaced"])
    #expect(Set(states) == [cards[0], cards[2]])
  }

  @Test("wrong usage ends with 64")
  func usage() throws {
    let card = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"
    for arguments in [
      ["--out", "x"], [card, "--out", "x"], [card, "--claims", "c.json"],
      [card, "--csv", "c.csv", "--out", "x"], ["--csv", "c.csv", "--out", "x"],
      [card, "--claims", "c.json", "--type", CityRun.card, "--out", "x"],
    ] {
      #expect(try Run(["certificate", "replace"] + arguments).status == 64, "\(arguments)")
    }
  }
}
