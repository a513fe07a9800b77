import Encoding
import Foundation
import Testing

/// A person of one city shows a certificate of it at a counter of another.
@Suite("kanhe trust admit, and two cities")
struct TwoCitiesTests {
  static let culture = "11440300KH0002169P"

  /// The person's: there the card was issued.
  let home: HolderRun
  /// The counter's.
  let away: CityRun

  var awayRoot: String { away.directory + "/public/root.pem" }
  var awayEvidence: String { away.directory + "/public" }

  init() throws {
    home = try HolderRun(host: "gz.example")
    _ = try home.city.json(["status", "publish", "--as", CityRun.police])
    _ = try home.city.json(["registry", "trust", "--out", home.city.file("trust.jwt")])
    away = try CityRun()
    try away.prepareCards()
    _ = try away.json([
      "department", "add", "--generate", "--code", Self.culture, "--name", "深圳市文化广电旅游体育局",
      "--level", "municipal",
    ])
    try publish()
  }

  private func publish() throws {
    _ = try away.json(["registry", "trust", "--out", away.file("trust-\(UUID().uuidString)")])
  }

  private func admit(_ more: [String]) throws -> Run {
    try away.run(
      ["trust", "admit", home.root, "--list", home.evidence + "/trust.jwt", "--format", "json"]
        + more)
  }

  /// The card of the wallet, and what verifying it says under the other city's root.
  private func verify() throws -> JSONValue {
    let copy = try #require(try home.json(["list"])["copies"]?.arrayValue?.first)
    let file = try #require(copy["file"]?.stringValue)
    return try Run([
      "verify", file, "--root", awayRoot, "--evidence", awayEvidence, "--evidence",
      home.evidence, "--format", "json",
    ]).json()
  }

  private func codes(_ answer: JSONValue) -> Set<String> {
    Set(
      (answer["files"]?.arrayValue ?? []).flatMap { $0["checks"]?.arrayValue ?? [] }
        .flatMap { $0["reasons"]?.arrayValue ?? [$0] }.compactMap { $0["code"]?.stringValue })
  }

  private func ask(_ more: [String] = ["--evidence"]) throws -> Run {
    try away.run(
      [
        "use", "ask", "--type", CityRun.card, "--claims", "over_18=true", "--purpose",
        "internet-cafe-inspection", "--text", "核验是否年满18周岁", "--out",
        home.city.file("request.jwt"), "--force", "--as", Self.culture, "--format", "json",
      ] + (more == ["--evidence"] ? ["--evidence", home.evidence] : more))
  }

  @Test("nothing of another city counts before it is admitted, and nothing after that ended")
  func admission() throws {
    #expect(try verify()["verdict"] == "no")
    let admitted = try admit(["--type", CityRun.card])
    #expect(admitted.status == 0, "\(admitted.errors)")
    #expect(try admitted.json()["host"] == "gz.example")
    // The list that verifiers have does not say so yet.
    #expect(try verify()["verdict"] == "no")
    try publish()
    let verified = try verify()
    #expect(verified["verdict"] == "yes", "\(codes(verified))")
    // Without the other city's evidence nothing can be told; it is said whose is missing.
    let copy = try #require(try home.json(["list"])["copies"]?.arrayValue?.first)
    let file = try #require(copy["file"]?.stringValue)
    let alone = try Run([
      "verify", file, "--root", awayRoot, "--evidence", awayEvidence, "--format", "json",
    ])
    #expect(alone.status == 2, "\(alone.output)")
    #expect(codes(try alone.json()).contains("admitted_evidence_missing"))
    let folder = try Run([
      "verify", file, "--root", awayRoot, "--evidence", away.directory, "--format", "json",
    ])
    #expect(try folder.error()["code"] == "not_public")
    // It is believed as an issuer: its own book, list and identities are not ours.
    let others = [home.root, home.evidence + "/trust.jwt"]
    for other in others {
      let judged = try Run([
        "verify", other, "--root", awayRoot, "--evidence", awayEvidence, "--evidence",
        home.evidence,
      ])
      #expect(judged.status == 1, "\(other): \(judged.output)")
    }
    let audit = try Run([
      "audit", "ledger", "--from", away.directory, "--root", awayRoot, "--format", "json",
    ])
    #expect(audit.status == 0, "\(audit.output)")
    // What is revoked there counts nowhere.
    let card = try #require(
      try home.json(["list"])["copies"]?.arrayValue?.first?["identifier"]?.stringValue)
    _ = try home.city.json([
      "certificate", "suspend", card, "--as", CityRun.police,
    ])
    _ = try home.city.json(["status", "publish", "--as", CityRun.police])
    #expect(codes(try verify()).contains("suspended"))
    _ = try home.city.json(["certificate", "reinstate", card, "--as", CityRun.police])
    _ = try home.city.json(["status", "publish", "--as", CityRun.police])
    #expect(try verify()["verdict"] == "yes")
    // The same again is no new act; ending needs the root alone.
    #expect(try admit(["--type", CityRun.card]).json()["changed"] == false)
    let end = ["trust", "admit", home.root, "--end", "--format", "json"]
    let ended = try away.run(end)
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try away.run(end).error()["code"] == "not_admitted")
    try publish()
    #expect(try verify()["verdict"] == "no")
  }

  @Test("a card of home is shown away, judged and recorded with the registry that issued it")
  func shown() throws {
    #expect(try ask().error()["code"] == "type_not_admitted")
    #expect(try admit(["--type", CityRun.card]).status == 0)
    try publish()
    let asked = try ask()
    #expect(asked.status == 0, "\(asked.errors)")
    #expect(try asked.json()["types"]?.arrayValue?.count == 2)
    // The wallet believes both roots; with its own alone nobody vouches for who asks.
    let request = home.city.file("request.jwt")
    let evidence = ["--evidence", home.evidence, "--evidence", awayEvidence]
    try home.fails(
      ["present", request, "--root", home.root, "--preview"] + evidence, 1, "foreign_root")
    let shown = try home.json(
      ["present", request, "--root", home.root, "--root", awayRoot, "--out"]
        + [home.city.file("shown.txt")] + evidence)
    #expect(shown["shown"]?["over_18"] == true)
    let judged = try Run(
      ["verify", request, home.city.file("shown.txt"), "--root", awayRoot, "--format", "json"]
        + evidence
    ).json()
    #expect(judged["verdict"] == "yes", "\(codes(judged))")
    // Without the other city's evidence nothing can be told, and nothing is recorded.
    let lacking = try away.run([
      "use", "check", request, home.city.file("shown.txt"), "--as", Self.culture, "--format",
      "json",
    ])
    #expect(lacking.status == 2, "\(lacking.output)")
    #expect(try lacking.error()["code"] == "admitted_evidence_missing")
    let taken = try away.run([
      "use", "check", request, home.city.file("shown.txt"), "--as", Self.culture, "--evidence",
      home.evidence, "--format", "json",
    ])
    #expect(taken.status == 0, "\(taken.errors) \(taken.output)")
    let index = try #require(try taken.json()["index"]?.integerValue)
    let entry = try away.json(["ledger", "show", "\(index)"])
    let members = entry["event"]?["clear"] ?? entry["members"] ?? entry
    #expect("\(members)".contains("gz.example/ledger"), "\(entry)")
    let check = try away.run(["registry", "check", "--full", "--format", "json"])
    #expect(check.status == 0, "\(check.output)")
    let audit = try Run([
      "audit", "ledger", "--from", away.directory, "--root", awayRoot, "--format", "json",
    ])
    #expect(audit.status == 0, "\(audit.output)")
    // The holder finds it in the other city's ledger.
    _ = try away.json(["ledger", "map"])
    let log = try home.wallet([
      "log", "--from", away.directory, "--root", awayRoot, "--format", "json",
    ])
    #expect(log.output.contains("use.accepted"), "\(log.output) \(log.errors)")
  }

  @Test("who is not admitted for a type, or speaks for our host, is refused")
  func refused() throws {
    let unknown = try admit(["--type", "11440300KH0002062C001"])
    #expect(unknown.status == 1)
    #expect(try unknown.error()["code"] == "unknown_type")
    #expect(try admit([]).status == 64)
    #expect(try admit(["--end", "--type", CityRun.card]).status == 64)
    let unlisted = ["trust", "admit", home.root, "--type", CityRun.card]
    #expect(try away.run(unlisted).status == 64)
    let ownList = away.directory + "/public/trust.jwt"
    let own = try away.run([
      "trust", "admit", awayRoot, "--list", ownList, "--type", CityRun.card, "--format", "json",
    ])
    #expect(own.status == 1)
    #expect(try own.error()["code"] == "invalid_input")
    let mixed = try away.run([
      "trust", "admit", awayRoot, "--list", home.evidence + "/trust.jwt", "--type", CityRun.card,
      "--format", "json",
    ])
    #expect(mixed.status == 1)
    #expect(try mixed.error()["code"] == "foreign_root")
    // Of another type than the one that is admitted nothing is taken.
    let civil = "\(CityRun.civil)001"
    _ = try home.city.json([
      "department", "add", "--generate", "--code", CityRun.civil, "--name", "民政局", "--level",
      "municipal",
    ])
    _ = try home.city.json(["type", "publish", Run.sample("types/\(civil).json")])
    _ = try home.city.json(["registry", "trust", "--out", home.city.file("newer.jwt")])
    #expect(try admit(["--type", civil]).status == 0)
    try publish()
    let verdict = try verify()
    #expect(verdict["verdict"] == "no")
    #expect(codes(verdict) == ["type_not_admitted"], "\(codes(verdict))")
    // Neither its receipt.
    let copy = try #require(try home.json(["list"])["copies"]?.arrayValue?.first)
    let receipt = home.city.file("receipt.txt")
    let drawn = try Run([
      "qr", try #require(copy["file"]?.stringValue), "--receipt", "--out", receipt,
    ])
    #expect(drawn.status == 0, "\(drawn.errors)")
    let looked = try Run([
      "verify", receipt, "--root", awayRoot, "--evidence", awayEvidence, "--evidence",
      home.evidence, "--format", "json",
    ])
    #expect(looked.status == 1)
    #expect(codes(try looked.json()) == ["type_not_admitted"])
    // An admitted registry does not ask: its root is pinned for that, or not believed.
    _ = try home.city.json([
      "department", "add", "--generate", "--code", Self.culture, "--name", "文化局", "--level",
      "municipal",
    ])
    _ = try home.city.json(["registry", "trust", "--out", home.city.file("newest.jwt")])
    _ = try home.city.json([
      "use", "ask", "--type", CityRun.card, "--claims", "over_18=true", "--purpose",
      "internet-cafe-inspection", "--text", "核验", "--out", home.city.file("theirs.jwt"), "--as",
      Self.culture,
    ])
    #expect(try admit(["--type", CityRun.card, "--type", civil]).status == 0)
    try publish()
    let theirs = try Run([
      "verify", home.city.file("theirs.jwt"), "--root", awayRoot, "--evidence", awayEvidence,
      "--evidence", home.evidence, "--format", "json",
    ])
    #expect(theirs.status != 0, "\(theirs.output)")
    // And no answer to it is good, whoever is asked about it.
    _ = try home.json([
      "present", home.city.file("theirs.jwt"), "--root", home.root, "--evidence", home.evidence,
      "--out", home.city.file("theirs.txt"),
    ])
    let files = [home.city.file("theirs.jwt"), home.city.file("theirs.txt")]
    let believing = [
      "--root", awayRoot, "--evidence", awayEvidence, "--evidence", home.evidence, "--format",
      "json",
    ]
    let answered = try Run(["verify"] + files + believing)
    let report = try #require(try answered.json()["files"]?.arrayValue?.last)
    #expect(report["kind"] == "presentation" && report["verdict"] != "yes", "\(report)")
    let asker = report["checks"]?.arrayValue?.first { $0["name"] == "asker" }
    #expect(asker?["result"] != "passed", "\(report)")
    let kept = try Run(
      ["use", "check"] + files + ["--queue", home.city.file("queue")] + believing)
    #expect(kept.status != 0, "\(kept.output)")
  }
}
