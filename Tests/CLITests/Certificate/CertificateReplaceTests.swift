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

  /// The certificate of a person.
  private func card(_ city: CityRun, of person: Int) throws -> String {
    let found = try city.run(
      ["certificate", "list", "--number", "-", "--format", "json"],
      input: Array(CityRun.citizenCode(person).utf8))
    let rows = try #require(try found.json()["certificates"]?.arrayValue)
    return try #require(rows.first?["identifier"]?.stringValue)
  }

  @Test("nobody's certificate is replaced by that of another person")
  func otherHolder() throws {
    let city = try CityRun.withCards(2)
    let cards = try (0..<2).map { try card(city, of: $0) }
    try city.write("new.csv", CityRun.sheet(0..<1, previous: [cards[1]]))
    let arguments = [
      "certificate", "replace", "--type", CityRun.card, "--csv", city.file("new.csv"), "--as",
      CityRun.police, "--format", "json",
    ]
    let run = try city.run(arguments + ["--out", city.file("new")])
    #expect(run.status == 1)
    let refused = try #require(try run.json()["refused"]?.arrayValue?.first)
    #expect(refused["code"] == "holder_mismatch" && refused["column"] == "previous_identifier")
    for card in cards {
      #expect(try city.json(["certificate", "show", card])["state"] == "in_force")
    }
    // No folder is left for deliveries that there are not.
    #expect(try run.json()["out"] == nil)
    #expect(!FileManager.default.fileExists(atPath: city.file("new")))
    let none = ["KANHE_PASSPHRASE": "", "KANHE_LEDGER_PASSPHRASE": ""]
    let dry = try city.run(arguments + ["--dry-run"], environment: none)
    #expect(try dry.status == 0 && dry.json()["dry_run"] == true)
  }

  @Test("a suspended certificate is not put back in force by a successor; reinstated, it is")
  func suspended() throws {
    let city = try CityRun.withCards(1)
    let old = try card(city, of: 0)
    _ = try city.json(["certificate", "suspend", old, "--as", CityRun.police])
    try city.write("new.csv", CityRun.sheet(0..<1, previous: [old]))
    let arguments = [
      "certificate", "replace", "--type", CityRun.card, "--csv", city.file("new.csv"), "--as",
      CityRun.police, "--out", city.file("new.jsonl"), "--format", "json",
    ]
    for _ in 0..<2 {
      let run = try city.run(arguments)
      #expect(run.status == 1)
      let refused = try #require(try run.json()["refused"]?.arrayValue)
      #expect(refused.count == 1 && refused[0]["code"] == "suspended")
      #expect(refused[0]["message"]?.stringValue?.contains("reinstate it first") == true)
    }
    #expect(try city.json(["certificate", "show", old])["state"] == "suspended")
    _ = try city.json(["certificate", "reinstate", old, "--as", CityRun.police])
    // The printed remedy was followed: the same command does it now, once.
    for issued in [1, 0] as [Int64] {
      let run = try city.run(arguments)
      #expect(run.status == 0, "\(run.output)")
      #expect(try run.json()["issued"]?.integerValue == issued)
    }
    #expect(try city.json(["certificate", "show", old])["state"] == "replaced")
  }

  @Test("wrong usage ends with 64")
  func usage() throws {
    let card = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"
    for arguments in [
      ["--out", "x"], [card, "--out", "x"], [card, "--claims", "c.json"],
      [card, "--claims", "c.json", "--out", "-"],
      [card, "--csv", "c.csv", "--out", "x"], ["--csv", "c.csv", "--out", "x"],
      [card, "--claims", "c.json", "--type", CityRun.card, "--out", "x"],
    ] {
      #expect(try Run(["certificate", "replace"] + arguments).status == 64, "\(arguments)")
    }
  }
}
