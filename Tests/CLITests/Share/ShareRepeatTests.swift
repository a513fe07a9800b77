import Encoding
import Foundation
import Testing

/// Orders that say what another says, in one command or in two.
@Suite("A repeated order")
struct ShareRepeatTests {
  private let sharing: SharingCity

  init() throws { sharing = try SharingCity() }

  private var city: CityRun { sharing.city }

  /// One was done, one had been done, nothing was refused.
  private func expectOnce(_ run: Run) throws {
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(try run.json()["done_rows"] == 1 && run.json()["already_rows"] == 1, "\(run.output)")
  }

  @Test("in one command is one act")
  func batch() throws {
    let (first, second) = (try sharing.asked(0), try sharing.asked(0, ["--claims", "sex"]))
    let out = city.file("outbox")
    let run = try sharing.share(
      ["release", "\(first)", "\(first)", "--out", out], as: CityRun.police)
    try expectOnce(run)
    let release = try #require(
      try run.json()["releases"]?.arrayValue?.first?["index"]?.integerValue)
    let file = "\(out)/\(release).p7m"
    try expectOnce(
      try sharing.share(
        ["acknowledge", file, file, "--out", city.file("inbox")], as: CityRun.civil))
    try expectOnce(
      try sharing.share(
        ["refuse", "\(second)", "\(second)", "--reason", "not-needed"], as: CityRun.police))
    try expectOnce(
      try sharing.share(
        ["decide", "\(first)", "\(second)", "--outcome", "granted"], as: CityRun.civil))
    #expect(try sharing.show(first)["refused_acts"] == [])
    #expect(try sharing.show(second)["refused_acts"] == [])
    try sharing.expectSound()
  }

  @Test("a decision stands beside an earlier one, and repeats the last one only")
  func deciding() throws {
    let request = try sharing.asked(0)
    try city.write("why.txt", "appeal")
    func decide(_ outcome: String, _ more: [String] = []) throws -> JSONValue {
      try sharing.share(["decide", "\(request)", "--outcome", outcome] + more, as: CityRun.civil)
        .json()
    }
    for outcome in ["granted", "refused", "granted"] {
      #expect(try decide(outcome)["done_rows"] == 1, "\(outcome)")
      #expect(try decide(outcome)["already_rows"] == 1, "\(outcome)")
    }
    #expect(try decide("granted", ["--text-file", city.file("why.txt")])["done_rows"] == 1)
    let decisions = try #require(try sharing.show(request)["decisions"]?.arrayValue)
    #expect(
      decisions.map { $0["outcome"]?.stringValue } == ["granted", "refused", "granted", "granted"])
    #expect(decisions[3]["text"] == "appeal" && decisions[0]["text"] == nil)
    #expect(decisions[0]["department"] == .string(CityRun.civil))
    #expect(decisions[0]["purpose"] == .string(SharingCity.purpose))
    try sharing.expectSound()
  }

  @Test("a decision is about what was released before it; an audit lists all of them")
  func decidingAgain() throws {
    let first = try sharing.asked(0, case: "one case")
    _ = try sharing.released(first)
    func decide(_ request: Int64, _ outcome: String) throws -> JSONValue? {
      try sharing.share(["decide", "\(request)", "--outcome", outcome], as: CityRun.civil)
        .json()["done_rows"]
    }
    #expect(try decide(first, "granted") == 1 && decide(first, "refused") == 1)
    let second = try sharing.asked(0, case: "one case", ["--again"])
    _ = try sharing.released(second)
    // Of the second use nothing was decided, though the words are the same.
    #expect(try decide(second, "refused") == 1 && decide(second, "refused") == 0)
    try city.write("case.txt", "one case\n")
    let shares = try city.json([
      "audit", "shares", "--case", city.file("case.txt"), "--disclosures", "vault",
    ])["shares"]?.arrayValue
    let kinds = shares?.map { $0["history"]?.arrayValue?.map { $0["kind"]?.stringValue } }
    let decided = "case.decided"
    #expect(
      kinds == [
        ["share.released", decided, decided, decided], ["share.released", decided],
      ])
  }

  @Test("what is asked for by its receipt, or as a table, is told as everything else")
  func forms() throws {
    let request = try sharing.asked(0)
    let release = try sharing.released(request)
    let receipt = city.file("outbox/\(release).receipt.json")
    let arguments = [
      "share", "acknowledge", receipt, "--out", city.file("inbox"), "--as", CityRun.civil,
      "--format", "csv",
    ]
    for outcome in ["done", "already"] {
      let lines = try city.run(arguments).output.split(whereSeparator: \.isNewline)
      try #require(lines.count == 2, "\(lines)")
      #expect(lines[0] == "outcome,line,column,act,index,code,message,file")
      #expect(lines[1].hasPrefix("\(outcome),,,\(CityRun.civil)/"))
      #expect(lines[1].hasSuffix(",\(city.file("inbox/\(release).sd-jwt"))"))
    }
    let again = try city.run([
      "share", "release", "\(request)", "--out", city.file("again"), "--as", CityRun.police,
    ])
    #expect(again.status == 0 && again.errors.contains("share request --again"), "\(again.errors)")
  }

  @Test("a grant that is none is told before anything is asked")
  func noGrant() throws {
    let request = try sharing.asked(0)
    let size = try sharing.size()
    let event = CityRun.civil + "/" + String(repeating: "A", count: 43)
    for grant in ["\(request)", "99999", event] {
      let run = try sharing.request(1, ["--grant", grant])
      #expect(run.status == 1, "\(run.output)\(run.errors)")
      #expect(try run.error()["code"] == "not_found", "\(grant)")
    }
    #expect(try sharing.size() == size)
  }

  @Test("asks once, in whatever order claims stand and whoever is at the desk")
  func asking() throws {
    _ = try sharing.asked(0, ["--claims", "sex,birth_date"])
    let size = try sharing.size()
    let run = try sharing.share(
      [
        "request", "--type", SharingCity.type, "--purpose", SharingCity.purpose, "--claims",
        "birth_date,sex", "--officer-role", "clerk", "--holder", try sharing.person(0),
      ], as: CityRun.civil)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(try run.json()["already_rows"] == 1 && sharing.size() == size)
  }

  @Test("asks anew with --again, as soon as the earlier request was answered")
  func askingAgain() throws {
    let first = try sharing.asked(0, ["--again"])
    #expect(try sharing.request(0, ["--again"]).json()["already_rows"] == 1)
    _ = try sharing.released(first)
    #expect(try sharing.request(0).json()["already_rows"] == 1)
    let second = try sharing.asked(0, ["--again"])
    #expect(try sharing.request(0, ["--again"]).json()["already_rows"] == 1)
    #expect(try sharing.acknowledge(try sharing.released(second)).status == 0)
    #expect(try sharing.state(first) == "released" && sharing.state(second) == "acknowledged")
    try sharing.expectSound()
  }

  @Test("to acknowledge again brings back what was lost of what was opened")
  func acknowledging() throws {
    let release = try sharing.released(try sharing.asked(0))
    let first = try sharing.one("acknowledged", try sharing.acknowledge(release))
    let copy = try #require(first["file"]?.stringValue)
    try FileManager.default.removeItem(atPath: copy)
    let again = try sharing.acknowledge(release)
    #expect(try again.json()["already_rows"] == 1)
    #expect(try again.json()["already"]?.arrayValue?.first?["file"] == .string(copy))
    #expect(FileManager.default.fileExists(atPath: copy))
    try Data("other".utf8).write(to: URL(fileURLWithPath: copy))
    #expect(try sharing.refusal(try sharing.acknowledge(release)) == "file_exists")
    try FileManager.default.removeItem(atPath: city.file("inbox"))
    #expect(try sharing.acknowledge(release).json()["already_rows"] == 1)
    #expect(FileManager.default.fileExists(atPath: copy))
    let names = try FileManager.default.contentsOfDirectory(atPath: city.file("inbox"))
    #expect(names.count == 2, "\(names)")
  }

  @Test("to refuse what cannot be released looks at the certificate that the request names")
  func named() throws {
    try city.write(
      "holder.json", "{\"code\":\"\(CityRun.citizenCode(0))\",\"code_type\":\"111\"}")
    let card = try #require(try city.identifiers(["--holder", city.file("holder.json")]).first)
    let file = try sharing.person(0, case: "9", ",\"certificate\":\"\(card)\"")
    let named = try #require(
      try sharing.one("requests", try sharing.request(0, file: file))["index"]?.integerValue)
    let open = try sharing.asked(0)
    _ = try city.json([
      "certificate", "revoke", card, "--state", "revoked", "--as", CityRun.police,
    ])
    try city.write("again.csv", CityRun.sheet(0..<1))
    _ = try city.json([
      "certificate", "issue", "--type", CityRun.card, "--csv", city.file("again.csv"), "--out",
      city.file("again.jsonl"), "--as", CityRun.police,
    ])
    let release = try sharing.share(
      ["release", "\(named)", "--out", city.file("outbox")], as: CityRun.police)
    #expect(try sharing.refusal(release) == "ended")
    let run = try sharing.share(["refuse", "--open"], as: CityRun.police)
    #expect(try sharing.one("refusals", run)["index"] != nil)
    #expect(try sharing.state(named) == "refused" && sharing.state(open) == "open")
    #expect(try sharing.show(named)["history"]?.arrayValue?.last?["reason"] == "ended")
  }
}
