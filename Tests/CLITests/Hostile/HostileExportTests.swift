import Encoding
import Foundation
import Testing

/// Exports that were made to mislead or to wear out: bounded answers, and the fault by its name.
@Suite("Hostile exports", .timeLimit(.minutes(5)))
struct HostileExportTests {
  private static func codes(_ run: Run) throws -> [String] {
    try run.json()["faults"]?.arrayValue?.compactMap { $0["code"]?.stringValue } ?? []
  }

  @Test("a size that nobody signed makes no report without end, in any format")
  func hugeSize() throws {
    let city = try AuditedCity(cards: 1)
    let export = try city.export()
    let path = export + "/checkpoint"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try BoundedFile.writeAtomically(
      path: path, bytes: Array(text.replacing("\n5\n", with: "\n9007199254740991\n").utf8))
    let from = ["--from", export, "--root", city.root]
    // A size that it does not have makes its partial files wrong ones: they are given back whole.
    let named = "the entries up to 9007199254740990 cannot be read"
    let json = try Run(["audit", "ledger", "--format", "json"] + from)
    #expect(json.status == 1)
    #expect(try Self.codes(json).filter { $0 == "entry-missing" }.count == 1)
    #expect(try Self.codes(json).contains("checkpoint-signature"))
    #expect(json.output.contains(named))
    for format in ["csv", "text"] {
      let run = try Run(["audit", "ledger", "--format", format] + from)
      #expect(run.status == 1 && run.output.contains(named), "\(run.output)")
      #expect(run.output.split(separator: "\n").count < 60)
    }
    let department = try Run(["audit", "department", CityRun.police] + from)
    #expect(department.status == 1 && department.output.contains(named))
    #expect(try Run(["ledger", "list", "--from-dir", export]).status == 2)
    #expect(try Run(["ledger", "list", "--kind", "type", "--from-dir", export]).status == 2)
  }

  @Test("an entry too many in a bundle is refused, however well formed")
  func extraEntry() throws {
    let city = try AuditedCity(cards: 1)
    let export = try city.export()
    let path = export + "/tile/entries/000.p/5"
    let bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 20)
    let first = Int(bytes[0]) << 8 | Int(bytes[1])
    try BoundedFile.writeAtomically(path: path, bytes: bytes + bytes[..<(first + 2)])
    let arguments = ["audit", "ledger", "--from", export, "--root", city.root, "--format", "json"]
    let run = try Run(arguments)
    #expect(run.status == 1)
    let codes = try Self.codes(run)
    #expect(codes.filter { $0 == "entry-missing" }.count == 5, "\(codes)")
    // What no path leads to is no part of the ledger, and not read.
    try BoundedFile.writeAtomically(path: path, bytes: bytes)
    try BoundedFile.writeAtomically(path: export + "/tile/entries/000.p/6", bytes: [1])
    try BoundedFile.writeAtomically(path: export + "/notes.txt", bytes: [1])
    #expect(try Run(arguments).status == 0)
  }

  @Test("an old checkpoint is as good as a new one, and the audit says as of when it speaks")
  func freshness() throws {
    let city = try AuditedCity(cards: 1)
    let export = try city.export()
    let from = ["--from", export, "--root", city.root]
    let json = try Run(["audit", "ledger", "--format", "json"] + from).json()
    let shown = try Run(["ledger", "show", "4", "--from-dir", export, "--format", "json"]).json()
    #expect(json["as_of"] == shown["received"] && json["as_of"] != nil)
    let text = try Run(["audit", "ledger"] + from).output
    let time = json["as_of"]?.stringValue ?? "none"
    #expect(text.contains("as of \(time); that nothing was signed since is not proven\n"))
  }
}
