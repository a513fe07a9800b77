import Encoding
import Foundation
import Testing

/// A city in which civil affairs may ask public security for identity cards.
final class SharingCity {
  let city: CityRun
  static let type = CityRun.card
  static let purpose = "marriage-registration"
  static let citation = "《婚姻登记条例》"

  /// So many persons have a card.
  init(cards: Int = 2) throws {
    city = try CityRun.withCards(cards)
    try add(CityRun.civil, "深圳市民政局")
  }

  /// Enrols a department whose keys lie in the registry.
  func add(_ code: String, _ name: String) throws {
    _ = try city.json([
      "department", "add", "--generate", "--code", code, "--name", name, "--level", "municipal",
    ])
  }

  /// A request file about a person.
  func person(_ number: Int, case reference: String? = nil, _ more: String = "") throws -> String {
    let reference = reference ?? "2026-\(number)"
    let name = "person-\(number)-\(reference).json"
    try city.write(
      name,
      """
      {"case":"\(reference)","code":"\(CityRun.citizenCode(number))","code_type":"111",\
      "officer":"8817"\(more)}
      """)
    return city.file(name)
  }

  /// Asks about a person; what is given takes the place of the usual terms.
  func request(
    _ number: Int, case reference: String? = nil, _ more: [String] = [], file: String? = nil
  ) throws -> Run {
    let holder = try file ?? person(number, case: reference)
    var arguments = [
      "share", "request", "--type", Self.type, "--officer-role", "registrar", "--holder", holder,
      "--as", CityRun.civil, "--format", "json",
    ]
    if !more.contains("--grant"), !more.contains("--purpose") {
      arguments += ["--purpose", Self.purpose]
    }
    return try city.run(arguments + more)
  }

  /// Asks about a person, and gives the index of the entry.
  func asked(_ number: Int, case reference: String? = nil, _ more: [String] = []) throws -> Int64 {
    let run = try request(number, case: reference, more)
    try #require(run.status == 0, "\(run.output)\(run.errors)")
    return try #require(try run.json()["requests"]?.arrayValue?.first?["index"]?.integerValue)
  }

  /// Runs `share` with a department's keys.
  func share(_ arguments: [String], as code: String, more: [String] = []) throws -> Run {
    try city.run(["share"] + arguments + ["--as", code, "--format", "json"] + more)
  }

  /// The one member of a list in a result.
  func one(_ list: String, _ run: Run) throws -> JSONValue {
    try #require(run.status == 0, "\(run.output)\(run.errors)")
    let members = try #require(try run.json()[list]?.arrayValue)
    try #require(members.count == 1, "\(run.output)")
    return members[0]
  }

  /// Releases a request into `outbox`, and gives the index of the release.
  func released(_ request: Int64) throws -> Int64 {
    let run = try share(
      ["release", "\(request)", "--out", city.file("outbox")], as: CityRun.police)
    return try #require(try one("releases", run)["index"]?.integerValue)
  }

  /// The identifier of a person's card.
  func card(_ number: Int) throws -> String {
    let name = "card-\(number).json"
    try city.write(name, "{\"code\":\"\(CityRun.citizenCode(number))\",\"code_type\":\"111\"}")
    return try #require(try city.identifiers(["--holder", city.file(name)]).first)
  }

  /// Replaces a card, and gives the identifier of the one in its place.
  func replaced(_ card: String) throws -> String {
    var claims = try #require(try city.json(["certificate", "show", card])["claims"]?.objectValue)
    claims["valid_from"] = "2026-11-01"
    claims["issue_date"] = nil
    try city.write(
      "corrected.json", String(decoding: JSONValue.object(claims).canonicalBytes(), as: UTF8.self))
    let replaced = try city.json([
      "certificate", "replace", card, "--claims", city.file("corrected.json"), "--out",
      city.file("corrected"), "--as", CityRun.police,
    ])
    return try #require(replaced["identifier"]?.stringValue)
  }

  /// Acknowledges a release.
  func acknowledge(_ release: Int64, as code: String = CityRun.civil) throws -> Run {
    try share(
      ["acknowledge", city.file("outbox/\(release).p7m"), "--out", city.file("inbox")], as: code)
  }

  /// A share as `share show` tells of it.
  func show(_ act: Int64) throws -> JSONValue { try city.json(["share", "show", "\(act)"]) }

  func state(_ act: Int64) throws -> String? { try show(act)["state"]?.stringValue }

  /// The code of the only refusal.
  func refusal(_ run: Run) throws -> String? {
    try #require(run.status == 1, "\(run.output)\(run.errors)")
    let refused = try #require(try run.json()["refused"]?.arrayValue)
    try #require(refused.count == 1, "\(run.output)")
    return refused[0]["code"]?.stringValue
  }

  /// How many entries there are.
  func size() throws -> Int64 {
    try #require(try city.json(["ledger", "checkpoint"])["size"]?.integerValue)
  }

  /// The full check of the registry and the audit with the vault's openings find nothing.
  func expectSound() throws {
    let check = try city.run(["registry", "check", "--full"])
    #expect(check.status == 0, "\(check.output)")
    let audit = try city.run(["audit", "ledger", "--disclosures", "vault"])
    #expect(audit.status == 0, "\(audit.output)")
  }
}
