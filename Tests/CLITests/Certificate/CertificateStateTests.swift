import Encoding
import Foundation
import Testing

@Suite("kanhe certificate suspend, reinstate and revoke")
struct CertificateStateTests {
  private func state(_ city: CityRun, _ card: String) throws -> String? {
    try city.json(["certificate", "show", card])["state"]?.stringValue
  }

  @Test("the same rows given again are told to have ended, and not issued anew")
  func sameRows() throws {
    let city = try CityRun.withCards(2)
    _ = try city.json([
      "certificate", "revoke", try city.identifiers()[0], "--state", "revoked", "--as",
      CityRun.police,
    ])
    let again = try city.issueCards(0..<2)
    #expect(again["issued"] == 0 && again["already_issued"] == 2)
    #expect(again["no_longer_in_force"] == 1, "\(again)")
  }

  @Test("one certificate goes through its states, and a repetition does no harm")
  func singly() throws {
    let city = try CityRun.withCards(1)
    let card = try #require(try city.identifiers().first)
    let actor = ["--as", CityRun.police]
    let suspended = try city.json(["certificate", "suspend", card, "--reason", "核查"] + actor)
    #expect(suspended["changed_rows"]?.integerValue == 1)
    let change = try #require(suspended["changed"]?.arrayValue?.first)
    #expect(change["identifier"]?.stringValue == card)
    #expect(change["state"]?.stringValue == "suspended")
    #expect(
      suspended["checkpoint"]?["size"]?.integerValue == (change["index"]?.integerValue ?? 0) + 1)
    let again = try city.json(["certificate", "suspend", card] + actor)
    #expect(again["already_changed"]?.integerValue == 1)
    #expect(again["changed_rows"]?.integerValue == 0)
    #expect(again["checkpoint"] == suspended["checkpoint"])
    #expect(again["already"]?.arrayValue?.first?["identifier"]?.stringValue == card)
    #expect(again["already"]?.arrayValue?.first?["state"] == "suspended")
    let text = try city.run(["certificate", "suspend", card] + actor).output
    #expect(text == "already suspended  \(card)\n")
    _ = try city.json(["certificate", "reinstate", card] + actor)
    #expect(try state(city, card) == "in_force")
    _ = try city.json(
      ["certificate", "revoke", card, "--state", "other", "--reason", "迁出"] + actor)
    let late = try city.run(["certificate", "reinstate", card, "--format", "json"] + actor)
    #expect(late.status == 1 && late.errors == "")
    let refused = try #require(try late.json()["refused"]?.arrayValue?.first)
    #expect(refused["code"]?.stringValue == "state_step")
    #expect(refused["line"] == nil)
    let shown = try city.json(["certificate", "show", card])
    #expect(shown["coarse_state"]?.stringValue == "ended")
    let history = try #require(shown["history"]?.arrayValue)
    #expect(
      history.map { $0["state"]?.stringValue } == ["in_force", "suspended", "in_force", "other"])
    #expect(history.map { $0["reason"]?.stringValue } == [nil, "核查", nil, "迁出"])
  }

  @Test("wrong usage and a mistyped identifier end with 64, a foreign one with 1")
  func exitCodes() throws {
    let city = try CityRun.withCards(1)
    let card = try #require(try city.identifiers().first)
    let actor = ["--as", CityRun.police]
    let usages: [[String]] = [
      ["suspend"], ["suspend", card, "--csv", "x.csv"], ["suspend", card, "--batch", "b-1"],
      ["revoke", card], ["revoke", card, "--state", "gone"],
      ["revoke", card, "--state", "replaced"],
      ["revoke", card, "--state", "other"], ["suspend", card, "--reason", "a\u{202E}b"],
      ["suspend", card, "--reason", ""], ["suspend", "--csv", "x.csv", "--encoding", "latin1"],
    ]
    for usage in usages {
      #expect(try city.run(["certificate"] + usage + actor).status == 64, "\(usage)")
    }
    #expect(try city.run(["certificate", "suspend", card]).status == 64)
    let mistyped = try city.run(
      ["certificate", "suspend", card.dropLast() + "*", "--format", "json"] + actor)
    #expect(mistyped.status == 64)
    #expect(try mistyped.error()["code"] == "check_character")
    let foreign = try city.run(
      ["certificate", "revoke", card, "--state", "revoked", "--as", CityRun.code])
    #expect(foreign.status == 1 && foreign.output.contains("not_issuer"))
    let batch = try city.run(
      ["certificate", "suspend", "--batch", "b-" + String(repeating: "0", count: 32)] + actor)
    #expect(batch.status == 2)
    let wrong = try city.run(
      ["certificate", "suspend", card] + actor, environment: ["KANHE_PASSPHRASE": "x"])
    #expect(wrong.status == 2)
    #expect(try state(city, card) == "in_force")
  }

  @Test("a sheet changes its rows; refused ones are a table; standard input will do")
  func sheet() throws {
    let city = try CityRun.withCards(4)
    let cards = try city.identifiers()
    let actor = ["--as", CityRun.police]
    _ = try city.json(["certificate", "revoke", cards[0], "--state", "lapsed"] + actor)
    let text =
      "identifier,state,reason\n" + "\(cards[0]),revoked,\n\(cards[1]),revoked,违规\n"
      + "\(cards[2]),cancelled,\n"
    let run = try city.run(
      ["certificate", "revoke", "--csv", "-", "--format", "json"] + actor, input: Array(text.utf8))
    #expect(run.status == 1)
    let report = try run.json()
    #expect(report["changed_rows"]?.integerValue == 2)
    #expect(report["refused_rows"]?.integerValue == 1)
    let refused = try #require(report["refused"]?.arrayValue?.first)
    #expect(refused["line"]?.integerValue == 2 && refused["code"]?.stringValue == "state_step")
    let table = try city.run(
      ["certificate", "revoke", "--csv", "-", "--format", "csv"] + actor, input: Array(text.utf8))
    #expect(table.output.hasPrefix("line,column,code,message\n2,,state_step,"))
    #expect(try state(city, cards[1]) == "revoked")
    let names = try FileManager.default.contentsOfDirectory(atPath: city.directory)
    #expect(!names.contains { $0.hasPrefix(".input") })
  }

  @Test("a sheet may have Chinese titles; refused rows are a table of text too")
  func chineseTitles() throws {
    let city = try CityRun.withCards(2)
    let cards = try city.identifiers()
    let actor = ["--as", CityRun.police]
    try city.write("zh.csv", "证照标识,原因\n\(cards[0]),核查\n")
    let done = try city.json(["certificate", "suspend", "--csv", city.file("zh.csv")] + actor)
    #expect(done["changed_rows"]?.integerValue == 1)
    try city.write("end.csv", "证照标识,证照状态\n\(cards[1]),lapsed\n")
    let ended = try city.json(["certificate", "revoke", "--csv", city.file("end.csv")] + actor)
    #expect(ended["changed_rows"]?.integerValue == 1)
    try city.write("late.csv", "identifier\n\(cards[1])\n")
    let late = try city.run(["certificate", "suspend", "--csv", city.file("late.csv")] + actor)
    #expect(late.status == 1 && late.output.hasPrefix("1 row refused\nline"), "\(late.output)")
    try city.write("semi.csv", "identifier;reason\n\(cards[0]);x\n")
    let semi = try city.run(["certificate", "suspend", "--csv", city.file("semi.csv")] + actor)
    #expect(semi.status == 1 && semi.output.contains("separated by semicolons"))
  }

  @Test("a fault of form anywhere changes nothing, and no value is repeated")
  func badSheet() throws {
    let city = try CityRun.withCards(1)
    let card = try #require(try city.identifiers().first)
    let name = "张三440300199001010000"
    let text = "identifier,state,reason\n\(card),revoked,\n\(name),revoked,\n"
    let run = try city.run(
      [
        "certificate", "revoke", "--csv", "-", "--as", CityRun.police, "--format", "json",
      ], input: Array(text.utf8))
    #expect(run.status == 1)
    let report = try run.json()
    #expect(report["changed_rows"]?.integerValue == 0 && report["checkpoint"] == nil)
    let fault = try #require(report["refused"]?.arrayValue?.first)
    #expect(fault["line"]?.integerValue == 3 && fault["column"]?.stringValue == "identifier")
    #expect(!run.output.contains(name) && !run.errors.contains(name))
    #expect(try state(city, card) == "in_force")
  }

  @Test("a batch is suspended as a whole, and found again by its state")
  func batch() throws {
    let city = try CityRun.withCards(3)
    let issued = try city.issueCards(10..<12)
    let id = try #require(issued["batch"]?.stringValue)
    let report = try city.json([
      "certificate", "suspend", "--batch", id, "--as", CityRun.police,
    ])
    #expect(report["changed_rows"]?.integerValue == 2)
    let suspended = try city.identifiers(["--state", "suspended"])
    #expect(Set(suspended) == Set(try city.identifiers(["--batch", id])))
    #expect(try city.identifiers(["--state", "valid"]).count == 3)
  }
}
