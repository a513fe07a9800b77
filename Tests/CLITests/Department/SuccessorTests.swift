import Encoding
import Foundation
import Testing

/// Certificates of a department that is no more: who signs their status, ends and replaces them.
@Suite("A retired department's certificates")
struct SuccessorTests {
  private let city: CityRun
  private let cards: [String]

  init() throws {
    city = try CityRun.withCards(3)
    _ = try city.json([
      "department", "add", "--generate", "--code", CityRun.civil, "--name", "深圳市民政局", "--level",
      "municipal",
    ])
    _ = try city.json(["status", "publish", "--as", CityRun.police])
    cards = try city.identifiers()
  }

  private func retire(successor: String?) throws {
    _ = try city.json(
      ["department", "retire", "--code", CityRun.police]
        + (successor.map { ["--successor", $0] } ?? []))
    _ = try city.json(["registry", "trust"])
  }

  /// Verifies the copies as anyone can, from what is published, a number of days from now.
  private func verify(_ name: String = "cards-0.jsonl", days: Double = 0) throws -> JSONValue {
    let formatter = ISO8601DateFormatter()
    let at = formatter.string(from: Date().addingTimeInterval(days * 86_400 + 30))
    let run = try Run([
      "verify", city.file(name), "--evidence", city.directory + "/public", "--root",
      city.directory + "/public/root.pem", "--at", at, "--format", "json",
    ])
    return try #require(try run.json()["files"]?.arrayValue?.first)
  }

  private func audit() throws -> JSONValue {
    let run = try city.run(["audit", "ledger", "--disclosures", "vault", "--format", "json"])
    return try run.json()
  }

  @Test("the successor signs its lists, ends and replaces its certificates")
  func successor() throws {
    try retire(successor: CityRun.civil)
    #expect(
      try city.json(["department", "show", CityRun.police])["successor"]
        == .string(CityRun.civil))
    // The old department's last token still holds, and is the only one to be had until now.
    #expect(try verify()["verdict"]?.stringValue == "yes")
    // It runs out after seven days, as every token does.
    #expect(try verify(days: 6)["verdict"]?.stringValue == "yes")
    #expect(try verify(days: 8)["verdict"]?.stringValue == "no")
    _ = try city.json([
      "certificate", "revoke", cards[0], "--state", "revoked", "--as", CityRun.civil,
    ])
    let report = try city.json(["status", "publish", "--as", CityRun.civil])
    #expect(report["signed"]?.integerValue == 1 && report["published"] == true)
    #expect(
      report["lists"]?.arrayValue?.first?["uri"]?.stringValue?.contains(CityRun.police) == true)
    let verified = try verify()
    #expect(verified["counts"] == ["yes": 2, "no": 1, "cannot_tell": 0])
    #expect(try city.json(["status", "publish", "--as", CityRun.civil])["published"] == false)

    // Who issues must be listed: the registrar, as definer in the retired one's place, adds it.
    var type = try #require(
      try JSONValue(
        parsing: try BoundedFile.read(
          path: Run.sample("types/\(CityRun.card).json"), maximumBytes: 1 << 20)
      ).objectValue)
    type["version"] = 2
    type["issuers"] = [.string(CityRun.police), .string(CityRun.civil)]
    try city.write(
      "type.json", String(decoding: JSONValue.object(type).canonicalBytes(), as: UTF8.self))
    _ = try city.json(["type", "publish", city.file("type.json")])
    _ = try city.json(["registry", "trust"])
    var claims = try #require(
      try city.json(["certificate", "show", cards[1]])["claims"]?.objectValue)
    claims["valid_from"] = "2026-11-01"
    claims["issue_date"] = nil
    try city.write(
      "new.json", String(decoding: JSONValue.object(claims).canonicalBytes(), as: UTF8.self))
    let replaced = try city.json([
      "certificate", "replace", cards[1], "--claims", city.file("new.json"), "--out",
      city.file("new.jsonl"), "--as", CityRun.civil,
    ])
    let new = try #require(replaced["identifier"]?.stringValue)
    #expect(new.contains(".\(CityRun.civil).") && new.contains(".001."))
    let view = try city.json(["certificate", "show", new])
    #expect(view["previous_identifier"] == .string(cards[1]))
    #expect(try city.json(["certificate", "show", cards[1]])["successor"] == .string(new))
    _ = try city.json(["status", "publish", "--as", CityRun.civil])
    _ = try city.json(["registry", "trust"])
    #expect(try verify()["counts"] == ["yes": 1, "no": 2, "cannot_tell": 0])
    #expect(try verify("new.jsonl")["verdict"]?.stringValue == "yes")
    #expect(try audit()["verdict"]?.stringValue == "yes")
    let check = try city.run(["registry", "check", "--full"])
    #expect(check.status == 0, "\(check.output)")
  }

  @Test("without a successor the registry's own department signs and ends them; nobody else")
  func registrar() throws {
    try retire(successor: nil)
    let none = try city.json(["status", "publish", "--as", CityRun.civil])
    #expect(none["lists"]?.arrayValue?.isEmpty == true)
    let other = try city.run([
      "certificate", "suspend", cards[0], "--as", CityRun.civil, "--format", "json",
    ])
    #expect(other.status == 1)
    _ = try city.json(["certificate", "suspend", cards[0], "--as", CityRun.code])
    let report = try city.json(["status", "publish", "--as", CityRun.code])
    #expect(report["signed"]?.integerValue == 1)
    let verified = try verify()
    #expect(verified["counts"] == ["yes": 2, "no": 1, "cannot_tell": 0], "\(verified)")
    #expect(try audit()["verdict"]?.stringValue == "yes")
  }

  @Test("while the department acts, nobody signs its lists in its place")
  func acting() throws {
    for code in [CityRun.civil, CityRun.code] {
      let report = try city.json(["status", "publish", "--as", code])
      #expect(report["lists"]?.arrayValue?.isEmpty == true)
    }
  }
}
