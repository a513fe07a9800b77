import Encoding
import Foundation
import Testing

@Suite("kanhe holder log")
struct HolderLogTests {
  /// Exports the ledger.
  private func export(_ run: HolderRun, _ name: String) throws -> String {
    _ = try run.city.json(["ledger", "export", run.city.file(name)])
    return run.city.file(name)
  }

  @Test("what happened to one's certificate is told in words, complete, and nobody else shows")
  func story() throws {
    let run = try HolderRun()
    let before = try run.json(["log", "--from", try export(run, "first"), "--root", run.root])
    #expect(before["verdict"]?.stringValue == "yes")
    #expect(before["end"]?.stringValue == "unproven")
    let own = try #require(
      try run.json(["list"])["copies"]?.arrayValue?.first?["identifier"]?.stringValue)
    for identifier in try run.city.identifiers() {
      let revoked = try run.city.run([
        "certificate", "revoke", identifier, "--state", "revoked", "--as", CityRun.police,
      ])
      #expect(revoked.status == 0)
    }
    _ = try run.city.json(["ledger", "map"])
    _ = try run.city.json(["registry", "trust"])
    let export = try export(run, "second")
    let arguments = ["log", "--from", export, "--root", run.root]
    let answer = run.city.file("answer.json")
    let log = try run.json(arguments + ["--prove", answer])
    #expect(log["verdict"]?.stringValue == "yes")
    #expect(log["end"]?.stringValue == "proven")
    let entries = try #require(log["entries"]?.arrayValue)
    #expect(
      entries.map { $0["kind"]?.stringValue } == ["certificate.issued", "certificate.revoked"])
    for entry in entries {
      #expect(entry["proof"]?.stringValue == "passed")
      #expect(entry["about"]?.stringValue == "you")
      #expect(entry["certificates"] == [.string(own)])
      #expect(entry["department"]?.stringValue == CityRun.police)
    }
    let text = try run.wallet(arguments).output
    #expect(text.contains("深圳市公安局 (\(CityRun.police)) ended 居民身份证"), "\(text)")
    #expect(text.contains("that nothing is missing is proven for the first"), "\(text)")
    #expect(text.hasSuffix("\nyes\n"))
    let csv = try run.wallet(arguments + ["--format", "csv"]).output
    #expect(csv.hasPrefix("index,received,kind,department,about,refers_to,proof,text\n"))
    #expect(csv.split(separator: "\n").count == 3)
    let others = try run.city.identifiers().filter { $0 != own }
    for other in others + ["持证人", CityRun.citizenCode(0), CityRun.citizenCode(1)] {
      #expect(!(text + csv + "\(log)").contains(other))
    }
    // The answer stands alone.
    let verified = try Run([
      "verify", answer, run.evidence + "/trust.jwt", "--root", run.root, "--format", "json",
    ])
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test("an entry that is kept back, another root and a strange ledger are told")
  func bad() throws {
    let run = try HolderRun()
    let stranger = try HolderRun(isTaken: false)
    let export = try export(run, "export")
    let foreign = try run.wallet([
      "log", "--from", export, "--root", stranger.root, "--format", "json",
    ])
    #expect(foreign.status == 1)
    #expect(foreign.output.contains("other-root"), "\(foreign.output)")
    // The same origin, another ledger: the receipt's entry is not there.
    let other = try self.export(stranger, "export")
    let elsewhere = try run.wallet([
      "log", "--from", other, "--root", stranger.root, "--format", "json",
    ])
    #expect(elsewhere.status == 1)
    #expect(elsewhere.output.contains("thread-tag"), "\(elsewhere.output)")
    let damaged = try #require(
      try FileManager.default.subpathsOfDirectory(atPath: export + "/tile/entries").sorted().last)
    let path = "\(export)/tile/entries/\(damaged)"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes.removeLast(40)
    try bytes.write(to: URL(fileURLWithPath: path))
    let cut = try run.wallet(["log", "--from", export, "--root", run.root])
    #expect(cut.status != 0, "\(cut.output)")
    try run.fails(
      ["log", "--from", run.city.file("none"), "--root", run.root], 2, "missing_checkpoint")
    #expect(
      try run.wallet(["key"], environment: ["KANHE_WALLET": run.city.file("empty")]).status == 0)
    try run.fails(
      ["log", "--from", export, "--root", run.root], 2, "no_copy",
      environment: ["KANHE_WALLET": run.city.file("empty")])
  }

  @Test("where a wallet has copies of two persons, who is meant must be said")
  func twoPersons() throws {
    let run = try HolderRun()
    let key = String(try run.wallet(["key"]).output.dropLast())
    try run.issue(7..<8, to: "child.jsonl", keys: [key])
    let taken = try run.json([
      "import", run.city.file("child.jsonl"), "--root", run.root, "--evidence", run.evidence,
    ])
    #expect(taken["kept"]?.integerValue == 1)
    let child = try #require(taken["deliveries"]?.arrayValue?.first?["copy"]?.stringValue)
    try run.fails(run.grant("grant.jwt"), 2, "copy_ambiguous")
    let signed = try run.json(run.grant("grant.jwt") + ["--copy=\(child)"])
    #expect(signed["copy"]?.stringValue == child)
    _ = try run.city.json(["ledger", "map"])
    let arguments = ["log", "--from", try export(run, "export"), "--root", run.root]
    let both = try run.json(arguments)
    #expect(both["entries"]?.arrayValue?.count == 2)
    #expect(both["end"]?.stringValue == "proven")
    let answer = run.city.file("answer.json")
    try run.fails(arguments + ["--prove", answer], 64, "prove_whom")
    #expect(!FileManager.default.fileExists(atPath: answer))
    let one = try run.json(arguments + ["--prove", answer, "--copy=\(child)"])
    #expect(one["entries"]?.arrayValue?.count == 1)
    #expect(FileManager.default.fileExists(atPath: answer))
  }
}
