import Cryptography
import Encoding
import Foundation
import Testing

@Suite("kanhe ledger")
struct LedgerTests {
  @Test("checkpoint, list, show and prove say the same of a registry and of its export")
  func readers() throws {
    let city = try AuditedCity()
    let export = try city.export()
    for source in [["--registry", city.run.directory], ["--from-dir", export]] {
      let checkpoint = try city.run.json(["ledger", "checkpoint"] + source)
      #expect(checkpoint["size"]?.integerValue == 7)
      #expect(checkpoint["beyond"]?.integerValue == 0)
      let note = try city.run.run(["ledger", "checkpoint"] + source)
      #expect(note.output == checkpoint["note"]?.stringValue)
      let list = try city.run.json(["ledger", "list", "--kind", "certificate"] + source)
      let entries = try #require(list["entries"]?.arrayValue)
      #expect(entries.map { $0["index"]?.integerValue } == [4, 5, 6])
      #expect(entries.allSatisfy { $0["kind"]?.stringValue == "certificate.issued" })
      let event = try #require(entries[1]["event"]?.stringValue)
      let shown = try city.run.json(["ledger", "show", event] + source)
      #expect(shown["index"]?.integerValue == 5)
      #expect(shown["event"]?["members"]?["type"]?.stringValue == AuditedCity.card)
      let proof = try city.run.json(["ledger", "prove", "5"] + source)
      #expect(proof["root"] == checkpoint["root"])
      #expect(
        proof["proof"]?.stringValue?.hasPrefix("c2sp.org/tlog-proof@v1\nindex 5\n") == true)
    }
  }

  @Test("a proof is verified with the export that has its entry, and not with another's")
  func proof() throws {
    let city = try AuditedCity(cards: 1)
    _ = try city.run.json(["registry", "trust"])
    let export = try city.export()
    let file = city.run.file("4.tlog-proof")
    _ = try city.run.run(["ledger", "prove", "4", "--out", file])
    func verify(_ evidence: String) throws -> Run {
      try city.run.run(["verify", file, "--root", city.root, "--evidence", evidence])
    }
    let proven = try verify(export)
    #expect(proven.status == 0, "\(proven.output)\(proven.errors)")
    // The public folder has no entries.
    #expect(try verify(city.run.directory + "/public").status == 2)
    let stranger = try AuditedCity(cards: 1)
    _ = try stranger.run.json(["registry", "trust"])
    #expect(try verify(try stranger.export()).status != 0)
  }

  @Test("a list that is cut says so, and where to go on")
  func more() throws {
    let city = try AuditedCity()
    func list(_ options: String...) throws -> (indexes: [Int64], more: Bool?, hint: String?) {
      let list = try city.run.json(["ledger", "list"] + options)
      return (
        try #require(list["entries"]?.arrayValue).compactMap { $0["index"]?.integerValue },
        list["more"]?.booleanValue, list["hint"]?.stringValue
      )
    }
    let last = try list("--count", "3")
    #expect(last.indexes == [4, 5, 6] && last.more == true)
    #expect(last.hint?.contains("--count") == true)
    let first = try list("--from", "0", "--count", "4")
    #expect(first.indexes == [0, 1, 2, 3] && first.more == true)
    #expect(first.hint?.hasSuffix("--from 4") == true, "\(first)")
    for all in [try list(), try list("--count", "7"), try list("--from", "4", "--count", "3")] {
      #expect(all.indexes.last == 6 && all.more == false && all.hint == nil, "\(all)")
    }
  }

  @Test("sha256sum over the raw bytes gives the leaf hash")
  func raw() throws {
    let city = try AuditedCity(cards: 1)
    let raw = try city.run.run(["ledger", "show", "4", "--raw"])
    let sum = try Run(tool: "sha256sum", [], input: [0] + Array(raw.output.utf8))
    let shown = try city.run.json(["ledger", "show", "4"])
    let digest = Base64URL.encode(try Hex.decode(String(sum.output.prefix(64))))
    #expect(digest == shown["leaf_hash"]?.stringValue)
    #expect(shown["size_bytes"]?.integerValue == Int64(raw.output.utf8.count))
  }

  @Test("an entry that is not there is a no, a name of another form is usage")
  func absent() throws {
    let city = try CityRun()
    #expect(try city.run(["ledger", "show", "99"]).status == 1)
    let number = String(repeating: "A", count: 43)
    #expect(try city.run(["ledger", "show", number]).status == 1)
    #expect(try city.run(["ledger", "prove", "99"]).status == 1)
    #expect(try city.run(["ledger", "show", "entry"]).status == 64)
    #expect(try city.run(["ledger", "list", "--kind", "no.such"]).status == 64)
    #expect(try city.run(["ledger", "show", "0", "--from-dir", "no-such"]).status == 2)
  }

  @Test("a proof goes into a new file, and over an old one only by force")
  func proofFile() throws {
    let city = try CityRun()
    let file = city.file("1.tlog-proof")
    #expect(try city.run(["ledger", "prove", "1", "--out", file]).status == 0)
    let bytes = try BoundedFile.read(path: file, maximumBytes: 1 << 16)
    #expect(bytes == Array(try city.run(["ledger", "prove", "1"]).output.utf8))
    #expect(try city.run(["ledger", "prove", "0", "--out", file]).status == 2)
    #expect(try BoundedFile.read(path: file, maximumBytes: 1 << 16) == bytes)
    #expect(try city.run(["ledger", "prove", "0", "--out", file, "--force"]).status == 0)
    #expect(try BoundedFile.read(path: file, maximumBytes: 1 << 16) != bytes)
  }

  @Test("an export needs no passphrase, goes on, and is checked by Python alone")
  func export() throws {
    let city = try AuditedCity()
    let folder = city.run.file("export")
    let without = ["KANHE_LEDGER_PASSPHRASE": "", "KANHE_REGISTRY_PASSPHRASE": ""]
    #expect(try city.run.run(["ledger", "export", folder], environment: without).status == 0)
    let again = try city.run.run(["ledger", "export", folder, "--format", "json"])
    #expect(again.status == 2)
    #expect(try again.error()["code"]?.stringValue == "already_exists")
    let more = try city.run.json(["ledger", "export", folder, "--incremental"])
    #expect(more["size"]?.integerValue == 7)
    let script = Run.project.appendingPathComponent("scripts/check-export.py").path
    let check = try Run(tool: "python3", [script, folder])
    #expect(check.status == 0 && check.output.hasPrefix("7 entries of zs.example/ledger"))
    let other = try CityRun()
    let foreign = try other.run(["ledger", "export", folder, "--incremental"])
    #expect(foreign.status == 1)
  }

  @Test("the list is a table too")
  func table() throws {
    let city = try CityRun()
    let table = try city.run(["ledger", "list", "--format", "csv"])
    let lines = table.output.split(separator: "\n")
    #expect(lines[0] == "index,received,kind,issuer,event")
    #expect(lines.count == 3)
    #expect(lines[1].hasPrefix("0,"))
  }
}
