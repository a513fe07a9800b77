import Encoding
import Foundation
import Testing

@Suite("kanhe certificate copy")
struct CertificateCopyTests {
  let run: HolderRun
  /// The identifier of the card in the wallet.
  let card: String
  /// The digest of its first copy.
  let first: String

  init() throws {
    run = try HolderRun()
    let copy = try #require(try run.json(["list"])["copies"]?.arrayValue?.first)
    card = try #require(copy["identifier"]?.stringValue)
    first = try #require(copy["copy"]?.stringValue)
  }

  /// A new key of the wallet; the path of its proof.
  private func key(_ name: String) throws -> String {
    let path = run.city.file(name)
    _ = try run.json(["key", "--out", path])
    return path
  }

  private func copy(_ arguments: [String]) throws -> Run {
    try run.city.run(
      ["certificate", "copy"] + arguments + ["--as", CityRun.police, "--format", "json"])
  }

  private func made(_ arguments: [String], at place: SourceLocation = #_sourceLocation)
    throws -> JSONValue
  {
    let done = try copy(arguments)
    try #require(done.status == 0, "\(done.errors) \(done.output)", sourceLocation: place)
    return try done.json()
  }

  /// The code with which a copy is refused.
  private func refusal(_ arguments: [String]) throws -> String? {
    let done = try copy(arguments)
    #expect(done.status == 1, "\(done.errors)")
    return try done.json()["refused"]?.arrayValue?.first?["code"]?.stringValue
  }

  private func publish() throws {
    _ = try run.city.json(["status", "publish", "--as", CityRun.police])
  }

  private func verdict(_ file: String) throws -> (JSONValue?, [String]) {
    let answer = try Run([
      "verify", file, "--root", run.root, "--evidence", run.evidence, "--format", "json",
    ]).json()
    let checks = answer["files"]?.arrayValue?.first?["checks"]?.arrayValue ?? []
    return (
      answer["verdict"],
      checks.filter { $0["result"] != "passed" }.compactMap { $0["code"]?.stringValue }
    )
  }

  private func copies() throws -> [JSONValue] {
    try run.city.json(["certificate", "show", card])["copies"]?.arrayValue ?? []
  }

  @Test("a new telephone gets a copy, the lost one's stops alone, and revoking ends all")
  func story() throws {
    let (key, out) = (try key("new.jwt"), run.city.file("copies"))
    let done = try made([card, "--holder-key", key, "--stop=\(first)", "--out", out])
    let one = try #require(done["made"]?.arrayValue?.first)
    let file = try #require(one["file"]?.stringValue)
    #expect(file.hasSuffix("\(card).2.json"))
    #expect(one["stopped"] == 1)
    let second = try #require(one["copy"]?.stringValue)
    try publish()
    _ = try run.city.json(["registry", "trust", "--out", run.city.file("trust.jwt")])
    #expect(try verdict(file) == ("yes", []))
    #expect(try verdict(run.city.file("wallet/copies/\(first).json")).1 == ["ended"])
    let taken = try run.json(["import", file, "--root", run.root, "--evidence", run.evidence])
    #expect(taken["kept"] == 1, "\(taken)")
    // Suspended and reinstated: what was stopped stays so, and a new copy would not be suspended.
    _ = try run.city.json(["certificate", "suspend", card, "--as", CityRun.police])
    let early = try self.key("early.jwt")
    #expect(try refusal([card, "--holder-key", early, "--out", out]) == "suspended")
    _ = try run.city.json(["certificate", "reinstate", card, "--as", CityRun.police])
    try publish()
    #expect(try verdict(file) == ("yes", []))
    #expect(try verdict(run.city.file("wallet/copies/\(first).json")).1 == ["ended"])
    #expect(try copies().map { $0["stopped"] } == [true, false])
    #expect(try copies().last?["digest"]?.stringValue == second)
    // The person's thread has the new entry, found with the key in either delivery.
    _ = try run.city.json(["ledger", "map"])
    let log = try run.json(["log", "--from", run.city.directory, "--root", run.root])
    let kinds = log["entries"]?.arrayValue?.compactMap { $0["kind"]?.stringValue } ?? []
    #expect(kinds.contains("certificate.copied"), "\(kinds)")
    #expect(log["verdict"] == "yes")
    let check = try run.city.run(["registry", "check", "--full", "--format", "json"])
    #expect(check.status == 0, "\(check.output)")
    _ = try run.city.json([
      "certificate", "revoke", card, "--state", "revoked", "--as", CityRun.police,
    ])
    try publish()
    #expect(try verdict(file).1 == ["ended"])
    #expect(try verdict(run.city.file("wallet/copies/\(first).json")).1 == ["ended"])
    #expect(try refusal([card, "--holder-key", try self.key("late.jwt"), "--out", out]) == "ended")
  }

  @Test("the same command makes no second copy, and writes a delivery that is missing")
  func again() throws {
    let (key, out) = (try key("new.jwt"), run.city.file("copies"))
    let arguments = [card, "--holder-key", key, "--out", out]
    let once = try made(arguments)
    let file = try #require(once["made"]?.arrayValue?.first?["file"]?.stringValue)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    try FileManager.default.removeItem(atPath: file)
    let twice = try made(arguments)
    #expect(twice["made_rows"] == 0 && twice["already_made"] == 1)
    #expect(try copies().count == 2)
    let written = try JSONValue(
      parsing: Array(try Data(contentsOf: URL(fileURLWithPath: file))), maximumBytes: 1 << 20)
    let before = try JSONValue(parsing: Array(bytes), maximumBytes: 1 << 20)
    #expect(written["copy"] == before["copy"] && written["threads"] == before["threads"])
    // The copy of the issue is known by its key as well; only its own delivery would be written.
    let proof = run.city.file("first.jwt")
    try Data((run.proof + "\n").utf8).write(to: URL(fileURLWithPath: proof))
    let old = try made([card, "--holder-key", proof, "--out", out])
    #expect(old["already_made"] == 1)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out).sorted()
        == ["\(card).1.json", "\(card).2.json"])
  }

  @Test("what cannot be copied or stopped is refused, with the reason")
  func refusals() throws {
    let (key, out) = (try key("new.jwt"), run.city.file("copies"))
    let stranger = String(repeating: "A", count: 43)
    #expect(try refusal([card, "--stop=\(first)"]) == "last_copy")
    #expect(try refusal([card, "--stop=\(stranger)"]) == "no_such_copy")
    #expect(
      try refusal([card, "--holder-key", key, "--subject", "2", "--out", out]) == "no_subject")
    _ = try run.city.json([
      "department", "add", "--generate", "--code", CityRun.civil, "--name", "民政局", "--level",
      "municipal",
    ])
    let other = try run.city.run([
      "certificate", "copy", card, "--holder-key", key, "--out", out, "--as", CityRun.civil,
      "--format", "json",
    ])
    #expect(try other.json()["refused"]?.arrayValue?.first?["code"] == "not_issuer")
    // A stopped copy's key is not taken again.
    _ = try made([card, "--holder-key", key, "--out", out])
    let second = try #require(try copies().last?["digest"]?.stringValue)
    _ = try made([card, "--stop=\(second)"])
    #expect(try refusal([card, "--holder-key", key, "--out", out]) == "key_used")
    // What was stopped before is no new act.
    #expect(try made([card, "--stop=\(second)"])["already_made"] == 1)
    #expect(try copy([card, "--holder-key", key]).status == 64)
    #expect(try copy([card, "--out", out]).status == 64)
    #expect(try copy([card, "--holder-key", key, "--out", "copies.jsonl"]).status == 64)
    let twice = try copy([card, "--holder-key", key, "--holder-key", key, "--out", out])
    #expect(try twice.error()["code"] == "key_shared")
    let proof = run.city.file("proof")
    try Data(run.proof.dropLast(4).utf8).write(to: URL(fileURLWithPath: proof))
    let bad = try copy([card, "--holder-key", proof, "--out", out])
    #expect(bad.status == 2)
    #expect(try bad.error()["code"] == "holder_key")
    #expect(try copies().count == 2)
  }

  @Test("a sheet makes many; a fault of form anywhere, and nothing is done")
  func sheet() throws {
    let others = try run.city.identifiers()
    let proofs = try (0..<3).map { number in
      try #require(try run.lines(try key("k\(number).jwt")).first)
    }
    let out = run.city.file("copies")
    let rows = zip(others, proofs).map { "\($0),\($1)" }
    try run.city.write("bad.csv", "identifier,holder_key\n\(rows[0])\n\(others[1]),x\n")
    let bad = try copy(["--csv", run.city.file("bad.csv"), "--out", out])
    #expect(bad.status == 1)
    #expect(try bad.json()["made_rows"] == 0)
    let same = try #require(try run.lines(try key("same.jwt")).first)
    let shared = [rows[1], "\(others[0]),\(same)", "\(others[2]),\(same)"]
      .joined(separator: "\n")
    try run.city.write("shared.csv", "identifier,holder_key\n\(shared)\n")
    let two = try copy(["--csv", run.city.file("shared.csv"), "--out", out])
    #expect(two.status == 1)
    let fault = try two.json()["refused"]?.arrayValue?.first
    #expect(fault?["code"] == "key_shared" && fault?["line"] == 4)
    #expect(try two.json()["made_rows"] == 0)
    try run.city.write(
      "copies.csv", "identifier,holder_key\n" + rows.joined(separator: "\n") + "\n")
    let all = try copy(["--csv", run.city.file("copies.csv"), "--out", out])
    #expect(all.status == 0, "\(all.output)")
    #expect(try all.json()["made_rows"] == 3 && all.json()["already_made"] == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: out).count == 3)
    let wrong = [
      ("subject", "17", "range"), ("stop", "x", "format"), ("holder_key", "", "missing"),
    ]
    for (column, value, code) in wrong {
      let row = column == "holder_key" ? others[0] + "," : "\(rows[0]),\(value)"
      try run.city.write(
        "wrong.csv", "identifier,holder_key\(column == "holder_key" ? "" : ",\(column)")\n\(row)\n")
      let refused = try copy(["--csv", run.city.file("wrong.csv"), "--out", out])
      #expect(refused.status == 1)
      #expect(try refused.json()["refused"]?.arrayValue?.first?["code"]?.stringValue == code)
    }
  }
}
