import Cryptography
import Encoding
import Foundation
import Testing

@Suite("kanhe grant")
struct GrantTests {
  /// The department for which grants are, and which lodges them.
  private static let civil = CityRun.civil

  private let run: HolderRun
  private var city: CityRun { run.city }
  private let identifier: String

  init() throws {
    run = try HolderRun()
    _ = try run.city.json([
      "department", "add", "--generate", "--code", Self.civil, "--name", "深圳市民政局", "--level",
      "municipal",
    ])
    try run.city.write("li.json", Self.holder(0))
    identifier = try #require(
      try run.json(["list"])["copies"]?.arrayValue?.first?["identifier"]?.stringValue)
  }

  private static func holder(_ person: Int) -> String {
    #"{"code": "\#(CityRun.citizenCode(person))", "code_type": "111"}"#
  }

  /// Signs a grant for civil affairs into a file.
  private func sign(_ out: String, _ more: [String: String] = [:]) throws {
    let signed = try run.wallet(run.grant(out, ["--to": Self.civil].merging(more) { $1 }))
    try #require(signed.status == 0, "\(signed.errors)")
  }

  /// Lodges files; `more` replaces whose they are.
  private func give(
    _ names: [String], _ more: [String]? = nil, by code: String = civil
  ) throws -> Run {
    try city.run(
      ["grant", "give"] + names.map(city.file)
        + (more ?? ["--holder", city.file("li.json")]) + ["--as", code, "--format", "json"])
  }

  /// The code of the only refusal.
  private func refusal(_ run: Run) throws -> String? {
    #expect(run.status == 1, "\(run.output) \(run.errors)")
    return try run.json()["refused"]?.arrayValue?.first?["code"]?.stringValue
  }

  @Test("a grant is lodged, listed, told to its holder, withdrawn, and an audit agrees")
  func story() throws {
    try sign("grant.jwt", ["--times": "1", "--days": "30"])
    let given = try give(["grant.jwt"])
    #expect(given.status == 0, "\(given.output) \(given.errors)")
    let grant = try #require(try given.json()["given"]?.arrayValue?.first)
    let name = try #require(grant["grant"]?.stringValue)
    #expect(name.hasPrefix(Self.civil + "/"))
    let index = try #require(grant["index"]?.integerValue)
    let shown = try city.json(["grant", "show", name])
    #expect(shown["state"]?.stringValue == "live" && shown["uses"]?.integerValue == 0)
    #expect(shown == (try city.json(["grant", "show", "\(index)"])))
    #expect(shown["frequency"] == ["days": 30, "times": 1])
    // What a request under it would say follows from the ledger: no key is needed to check that.
    try city.write(
      "case.json",
      """
      {"case":"1","code":"\(CityRun.citizenCode(0))","code_type":"111","officer":"8817"}
      """)
    let dry = try city.run(
      [
        "share", "request", "--type", CityRun.card, "--grant", "\(index)", "--officer-role",
        "clerk", "--holder", city.file("case.json"), "--as", Self.civil, "--dry-run", "--format",
        "json",
      ], environment: ["KANHE_LEDGER_PASSPHRASE": "", "KANHE_PASSPHRASE": ""])
    #expect(dry.status == 0, "\(dry.output) \(dry.errors)")
    let text = try city.run(["grant", "show", name]).output
    #expect(text.contains("1 time in 30 days"), "\(text)")
    for options in [[], ["--requester", Self.civil], ["--holder", city.file("li.json")]] {
      let list = try city.json(["grant", "list", "--state", "live"] + options)
      #expect(list["grants"]?.arrayValue?.count == 1, "\(options)")
    }
    try city.write("wang.json", Self.holder(1))
    let others = [["--requester", CityRun.police], ["--holder", city.file("wang.json")]]
    for options in others + [["--state", "ended"], ["--state", "withdrawn"]] {
      #expect(try city.json(["grant", "list"] + options)["grants"] == [], "\(options)")
    }
    _ = try run.json(["withdraw", city.file("grant.jwt"), "--out", city.file("back.jwt")])
    // Anyone may lodge it, here the police.
    let back = try city.run([
      "grant", "withdraw", city.file("back.jwt"), "--as", CityRun.police, "--format", "json",
    ])
    #expect(back.status == 0, "\(back.output) \(back.errors)")
    #expect(try back.json()["withdrawn"]?.arrayValue?.first?["grant"]?.stringValue == name)
    let after = try city.json(["grant", "show", name])
    #expect(after["state"]?.stringValue == "withdrawn")
    let kinds = (after["history"]?.arrayValue ?? []).compactMap { $0["kind"]?.stringValue }
    #expect(kinds == ["grant.given", "grant.withdrawn"])
    let twice = try city.run([
      "grant", "withdraw", city.file("back.jwt"), "--as", CityRun.police, "--format", "json",
    ])
    #expect(twice.status == 0, "\(twice.output)")
    #expect(try twice.json()["already"]?.arrayValue?.first?["grant"] == .string(name))
    let entries = try #require(after["history"]?.arrayValue)
    #expect(try twice.json()["already"]?.arrayValue?.first?["index"] == entries[1]["index"])
    let log = try run.wallet(["log", "--from", city.directory, "--root", run.root])
    #expect(log.status == 0, "\(log.output) \(log.errors)")
    #expect(
      log.output.contains(
        "深圳市民政局 (\(Self.civil)) lodged a grant of yours: 深圳市民政局 (\(Self.civil)) may ask for "
          + "number, holders of 居民身份证"), "\(log.output)")
    #expect(log.output.contains("1 time in 30 days\n"), "\(log.output)")
    #expect(
      log.output.contains("lodged your withdrawal of the grant of entry \(index)"), "\(log.output)")
    let audit = try city.run(["audit", "ledger", "--root", run.root, "--disclosures", "vault"])
    #expect(audit.status == 0, "\(audit.output)")
    let check = try city.run(["registry", "check", "--full"])
    #expect(check.status == 0, "\(check.output) \(check.errors)")
    for secret in [CityRun.citizenCode(0), "持证人0"] {
      #expect(!(given.output + back.output + text).contains(secret))
    }
  }

  @Test("a grant of another holder, for another copy or of nobody is refused")
  func holder() throws {
    try sign("grant.jwt")
    try city.write("wang.json", Self.holder(1))
    let other = try give(["grant.jwt"], ["--holder", city.file("wang.json")])
    #expect(try refusal(other) == "grant_holder")
    #expect(other.output.contains("ask the holder for a new grant"), "\(other.output)")
    try city.write("none.json", Self.holder(99))
    let nobody = try give(["grant.jwt"], ["--holder", city.file("none.json")])
    #expect(try refusal(nobody) == "holder_unknown")
    let identifiers = try city.identifiers().filter { $0 != identifier }
    let copy = try give(["grant.jwt"], ["--certificate", identifiers[0]])
    #expect(try refusal(copy) == "holder_unknown")
    // Named by the certificate, it is lodged; the registrar may do it too.
    let registrar = try city.run([
      "grant", "give", city.file("grant.jwt"), "--certificate", identifier, "--as", CityRun.code,
    ])
    #expect(registrar.status == 0, "\(registrar.errors)")
  }

  @Test(
    "changed terms, a grant that is over or for another ledger, a stopped certificate are refused")
  func terms() throws {
    try sign("grant.jwt")
    let token = try run.token("grant.jwt")
    let parts = token.text.split(separator: ".").map(String.init)
    guard case .object(var payload) = token.payload else { return }
    payload["claims"] = ["number", "holders", "address"]
    let changed = Base64URL.encode(JSONValue.object(payload).canonicalBytes())
    try city.write("changed.jwt", "\(parts[0]).\(changed).\(parts[2])\n")
    #expect(try refusal(try give(["changed.jwt"])) == "grant_signature")
    // What the key of the copy signed, and no ledger takes.
    let day: Int64 = 86_400
    let now = Timestamp.now().seconds
    let others: [(String, JSONValue, String)] = [
      ("period", ["from": .integer(now - 9 * day), "until": .integer(now - day)], "grant_terms"),
      ("period", ["from": .integer(now), "until": .integer(now + 3654 * day)], "grant_terms"),
      ("aud", "elsewhere.example/ledger", "grant_content"),
      ("copy", .string(SHA256.hash("another").base64url), "grant_holder"),
      ("types", ["11440300KH0002054H099"], "type_unknown"),
    ]
    for (name, value, code) in others {
      try city.write("other.jwt", try run.resigned("grant.jwt", name, value) + "\n")
      #expect(try refusal(try give(["other.jwt"])) == code, "\(name)")
    }
    let first = parts[2].hasPrefix("A") ? "B" : "A"
    try city.write("forged.jwt", "\(parts[0]).\(parts[1]).\(first)\(parts[2].dropFirst())\n")
    #expect(try refusal(try give(["forged.jwt"])) == "grant_signature")
    let suspended = try city.run([
      "certificate", "suspend", identifier, "--as", CityRun.police,
    ])
    #expect(suspended.status == 0, "\(suspended.errors)")
    #expect(try refusal(try give(["grant.jwt"])) == "grant_holder")
    #expect(try refusal(try give(["grant.jwt"], by: CityRun.code)) == "grant_holder")
    // The registrar's own refusal stands in the ledger at once.
    let recorded = try give(["grant.jwt"], by: CityRun.code)
    let row = try #require(try recorded.json()["refused"]?.arrayValue?.first)
    #expect(row["refused_as"]?.integerValue != nil, "\(recorded.output)")
    #expect(row["codes"] == ["grant-holder"])
  }

  @Test("a grant is lodged once, also in one command and by another department")
  func twice() throws {
    try sign("a.jwt")
    try sign("b.jwt")
    let given = try give(["a.jwt", "a.jwt", "b.jwt"])
    #expect(given.status == 0, "\(given.output)")
    let result = try given.json()
    #expect(result["given"]?.arrayValue?.count == 2, "\(given.output)")
    #expect(result["already"]?.arrayValue?.count == 1 && result["refused"] == [])
    let again = try give(["b.jwt"], by: CityRun.police)
    #expect(again.status == 0)
    let already = try again.json()["already"]?.arrayValue?.first
    #expect(already?["index"] == result["given"]?.arrayValue?[1]["index"], "\(again.output)")
    // Of somebody else it is not.
    try city.write("wang.json", Self.holder(1))
    let other = try give(["b.jwt"], ["--holder", city.file("wang.json")])
    #expect(try refusal(other) == "grant_holder")
    #expect(try city.json(["grant", "list"])["grants"]?.arrayValue?.count == 2)
    // What is withdrawn comes back by a new signature only.
    _ = try run.json(["withdraw", city.file("a.jwt"), "--out", city.file("back.jwt")])
    let back = try city.run(["grant", "withdraw", city.file("back.jwt"), "--as", Self.civil])
    #expect(back.status == 0, "\(back.errors)")
    #expect(try refusal(try give(["a.jwt"])) == "grant_taken")
  }

  @Test("files that are no grants, withdrawals of nothing and wrong usage are told")
  func files() throws {
    try sign("grant.jwt")
    func bad(_ name: String, _ text: String, _ code: String) throws {
      try city.write(name, text)
      // The good one beside it is not lodged either.
      let given = try give(["grant.jwt", name])
      #expect(given.status == 2, "\(name): \(given.output)")
      #expect(try given.error()["code"]?.stringValue == code, "\(name): \(given.errors)")
    }
    try bad("empty.jwt", "", "malformed_grant")
    try bad("text.jwt", "Li allows it\n", "malformed_grant")
    try bad("huge.jwt", String(repeating: "a", count: 1 << 20), "too_large")
    _ = try run.json(["withdraw", city.file("grant.jwt"), "--out", city.file("back.jwt")])
    let token = try run.token("back.jwt").text
    try bad("withdrawal.jwt", token + "\n", "malformed_grant")
    #expect(try give(["none.jwt"]).status == 2)
    #expect(try city.json(["grant", "list"])["grants"] == [])
    let unknown = try city.run([
      "grant", "withdraw", city.file("back.jwt"), "--as", Self.civil, "--format", "json",
    ])
    #expect(try refusal(unknown) == "grant_unknown")
    #expect(try give(["grant.jwt"], []).status == 64)
    #expect(try give(["grant.jwt"], ["--certificate", "1.2.3"]).status == 64)
    #expect(try city.run(["grant", "show", "x"]).status == 64)
    #expect(try city.run(["grant", "show", "0"]).status == 1)
    #expect(try city.run(["grant", "show", "999"]).status == 1)
    let strange = Self.civil + "/" + String(repeating: "A", count: 43)
    #expect(try city.run(["grant", "show", strange]).status == 1)
  }
}
