import Encoding
import Foundation
import Testing

@Suite("kanhe audit ledger")
struct AuditLedgerTests {
  private static func codes(_ run: Run) throws -> [String] {
    try run.json()["faults"]?.arrayValue?.compactMap { $0["code"]?.stringValue } ?? []
  }

  @Test("a registry and its export pass, the export on a machine that has the root alone")
  func faultless() throws {
    let city = try AuditedCity()
    let export = try city.export()
    let root = city.run.file("root.pem")
    try FileManager.default.copyItem(atPath: city.root, toPath: root)
    let clean = try Run([
      "audit", "ledger", "--from", export, "--root", root, "--format", "json",
    ])
    #expect(clean.status == 0, "\(clean.errors)")
    let report = try clean.json()
    #expect(report["verdict"]?.stringValue == "yes")
    #expect(report["entries"]?.integerValue == 7)
    #expect(report["signatures"]?.integerValue == 7)
    #expect(report["disclosed"]?["not_shown"]?.integerValue == 3)
    #expect(report["faults"]?.arrayValue == [])
    let own = try city.run.json(["audit", "ledger", "--root", root])
    let checks = try #require(own["checks"]?.arrayValue)
    #expect(checks.contains { $0["name"]?.stringValue == "facts" })
    let unpinned = try Run(["audit", "ledger", "--from", export])
    #expect(unpinned.status == 2)
  }

  @Test("the vault, or the file made from it, shows the private members")
  func disclosures() throws {
    let city = try AuditedCity()
    let vault = try city.run.json(["audit", "ledger", "--disclosures", "vault"])
    #expect(vault["disclosed"]?["passed"]?.integerValue == 3)
    let file = city.run.file("openings.jsonl")
    let hand = ["audit", "disclosures", "--out", file] + AuditedCity.receiver
    let written = try city.run.json(hand)
    #expect(written["opened"]?.integerValue == 3)
    // Each person finds in the own thread that it was handed over.
    #expect(written["recorded"]?.integerValue == 3)
    let export = try city.export()
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try city.run.run(hand).status == 2)
    #expect(try city.run.run(["audit", "disclosures", "--out", file + "2"]).status == 64)
    let arguments = [
      "audit", "ledger", "--from", export, "--root", city.root, "--disclosures", file,
      "--format", "json",
    ]
    #expect(try Run(arguments).json()["disclosed"]?["passed"]?.integerValue == 6)
    // One line less: cannot tell.
    var lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    lines.removeLast()
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: file))
    let partly = try Run(arguments)
    #expect(partly.status == 2)
    #expect(try partly.json()["verdict"]?.stringValue == "cannot_tell")
    let wrong = try city.run.run(
      ["audit", "ledger", "--disclosures", "vault"],
      environment: ["KANHE_LEDGER_PASSPHRASE": "other"])
    #expect(wrong.status == 2)
  }

  @Test("a changed byte in any file of an export is a no, with index and code")
  func damage() throws {
    let city = try AuditedCity()
    let export = try city.export()
    let arguments = ["audit", "ledger", "--from", export, "--root", city.root, "--format", "json"]
    func audit(_ name: String, _ change: (inout [UInt8]) -> Void) throws -> Run {
      let path = export + "/" + name
      let bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 20)
      var changed = bytes
      change(&changed)
      try BoundedFile.writeAtomically(path: path, bytes: changed)
      let run = try Run(arguments)
      try BoundedFile.writeAtomically(path: path, bytes: bytes)
      #expect(run.status == 1, "\(name): \(run.output) \(run.errors)")
      return run
    }
    let entry = try audit("tile/entries/000.p/7") { $0[$0.count - 300] ^= 1 }
    #expect(try Self.codes(entry).contains("root-mismatch"))
    #expect(
      try entry.json()["faults"]?.arrayValue?.contains { $0["index"]?.integerValue == 6 } == true)
    let tile = try audit("tile/0/000.p/7") { $0[40] ^= 1 }
    #expect(try Self.codes(tile) == ["tile"])
    let checkpoint = try audit("checkpoint") { note in
      // Another letter of base64: with any other sign it would be no note at all.
      let place = note.count - 20
      note[place] = note[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
    }
    #expect(try !Self.codes(checkpoint).isEmpty)
    let cut = try audit("tile/entries/000.p/7") { $0.removeLast(100) }
    #expect(try Self.codes(cut).contains("entry-missing"))
  }

  @Test("a stored size and root that cannot be read is a fault by name, and the entries are judged")
  func storedTree() throws {
    let city = try AuditedCity()
    let statements = [
      "UPDATE meta SET value = x'00' WHERE name = 'tree'", "DELETE FROM meta WHERE name = 'tree'",
    ]
    for statement in statements {
      try city.run.alter("ledger.sqlite", statement)
      let run = try city.run.run(["audit", "ledger", "--format", "json"])
      #expect(run.status == 1, "\(run.errors)")
      let answer = try run.json()
      #expect(try Self.codes(run) == ["stored-tree"])
      #expect(answer["entries"] == 7 && answer["public"] == ["passed": 7, "failed": 0])
    }
  }

  @Test("a damaged record of the vault is named by its entry")
  func damagedRecord() throws {
    let city = try AuditedCity()
    try city.run.alter("vault.sqlite", "UPDATE record SET disclosures = x'0102' WHERE entry = 5")
    for arguments in [
      ["audit", "ledger", "--disclosures", "vault"],
      ["audit", "disclosures", "--out", city.run.file("openings.jsonl")] + AuditedCity.receiver,
    ] {
      let run = try city.run.run(arguments)
      #expect(run.status == 2, "\(run.output)")
      #expect(
        run.errors.contains("warning: the vault's record of entry 5 was changed or damaged"),
        "\(run.errors)")
    }
  }

  @Test("an earlier checkpoint spares signatures; another ledger's, or its root, does not pass")
  func checkpoints() throws {
    let city = try AuditedCity(cards: 1)
    let earlier = city.run.file("earlier.txt")
    let note = try city.run.run(["ledger", "checkpoint"]).output
    try Data(note.utf8).write(to: URL(fileURLWithPath: earlier))
    _ = try city.run.json([
      "department", "add", "--generate", "--code", CityRun.civil, "--name", "深圳市民政局",
      "--level", "municipal",
    ])
    let since = try city.run.json(["audit", "ledger", "--since", earlier])
    #expect(since["since"]?.integerValue == 5)
    #expect(since["signatures"]?.integerValue == 1)
    let other = try CityRun()
    let foreign = other.file("foreign.txt")
    try Data(try other.run(["ledger", "checkpoint"]).output.utf8)
      .write(to: URL(fileURLWithPath: foreign))
    #expect(try city.run.run(["audit", "ledger", "--since", foreign]).status == 2)
    let export = try city.export()
    // An export that is older than the checkpoint is told as such.
    _ = try city.run.json(["type", "publish", Run.sample("types/11440300KH0002054H002.json")])
    let newer = city.run.file("newer.txt")
    try Data(try city.run.run(["ledger", "checkpoint"]).output.utf8)
      .write(to: URL(fileURLWithPath: newer))
    let older = try city.run.run([
      "audit", "ledger", "--from", export, "--root", city.root, "--since", newer, "--format",
      "json",
    ])
    #expect(older.status == 1)
    #expect(try Self.codes(older) == ["since-mismatch"])
    #expect(older.output.contains("this is older, or its end was cut off"), "\(older.output)")
    let stranger = try Run([
      "audit", "ledger", "--from", export, "--root", other.directory + "/public/root.pem",
      "--format", "json",
    ])
    #expect(stranger.status == 1)
    #expect(try Self.codes(stranger) == ["other-root"])
  }

  @Test("faults come as a table, one row each")
  func table() throws {
    let city = try AuditedCity(cards: 1)
    let export = try city.export()
    let path = export + "/tile/entries/000.p/5"
    var bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 20)
    bytes[bytes.count - 300] ^= 1
    try BoundedFile.writeAtomically(path: path, bytes: bytes)
    let run = try Run([
      "audit", "ledger", "--from", export, "--root", city.root, "--format", "csv",
    ])
    #expect(run.status == 1)
    let lines = run.output.split(separator: "\n")
    #expect(lines.first == "index,layer,code,reason")
    #expect(lines.count >= 3)
    #expect(lines.dropFirst().allSatisfy { $0.contains(",public,") })
  }
}
