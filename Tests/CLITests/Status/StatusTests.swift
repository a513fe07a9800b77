import Encoding
import Foundation
import Synchronization
import Testing

@Suite("kanhe status")
struct StatusTests {
  private let actor = ["--as", CityRun.police]

  @Test("lists are published, copied and read; nothing to sign makes no entry")
  func publish() throws {
    let city = try CityRun.withCards(3)
    let cards = try city.identifiers()
    _ = try city.json(["certificate", "revoke", cards[0], "--state", "revoked"] + actor)
    _ = try city.json(["certificate", "suspend", cards[1]] + actor)
    let out = city.file("www")
    let report = try city.json(["status", "publish", "--out", out] + actor)
    #expect(report["published"]?.booleanValue == true && report["sequence"]?.integerValue == 1)
    let list = try #require(report["lists"]?.arrayValue?.first)
    #expect(
      Set(list.objectValue?.names ?? []) == [
        "uri", "file", "type", "quarter", "used", "changed", "signed", "issued_at", "expires_at",
      ])
    let path = try #require(list["file"]?.stringValue)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(city.directory)/\(path)"))
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: "\(out)/\(path.dropFirst("public/".count))"))
        == bytes)
    let again = try city.json(["status", "publish"] + actor)
    #expect(again["published"]?.booleanValue == false && again["index"] == nil)
    #expect(again["root"] == report["root"] && again["checkpoint"] == report["checkpoint"])
    let all = try city.json(["status", "publish", "--all"] + actor)
    #expect(all["signed"]?.integerValue == 1 && all["sequence"]?.integerValue == 2)

    let uri = try #require(list["uri"]?.stringValue)
    let index = try #require(
      try city.json(["certificate", "show", cards[0]])["copies"]?.arrayValue?.first?["status"]?[
        "idx"]?.integerValue)
    let shown = try city.json(["status", "show", uri, "--index", "\(index)"])
    #expect(shown["counts"] == ["valid": 1_048_574, "ended": 1, "suspended": 1, "other": 0])
    #expect(shown["size"] == 1_048_576 && shown["bits"] == 2 && shown["ttl_seconds"] == 3_600)
    #expect(shown["state"]?.stringValue == "ended" && shown["value"] == 1)
    let file = try Run([
      "status", "show", "\(city.directory)/\(path)", "--index", "\(index)", "--format", "json",
    ])
    #expect(try file.json() == shown)
    let text = try city.run(["status", "show", "-", "--registry", "no"], input: Array(bytes))
    #expect(text.status == 0 && text.output.contains("ended"))
  }

  @Test("what was so on that day is told by the tokens of before, and all lists stand in one file")
  func history() throws {
    let city = try CityRun.withCards(2)
    _ = try city.json(["status", "publish"] + actor)
    _ = try city.json(["registry", "trust", "--out", city.file("trust.jwt")])
    let first = try #require(
      try city.json(["status", "publish"] + actor)["lists"]?.arrayValue?.first)
    let day = try #require(first["issued_at"]?.stringValue)
    let card = try city.identifiers()[0]
    _ = try city.json(["certificate", "revoke", card, "--state", "revoked"] + actor)
    let second = try #require(
      try city.json(["status", "publish"] + actor)["lists"]?.arrayValue?.first)
    #expect(second["issued_at"]?.stringValue != day)
    func verdicts(_ more: [String]) throws -> [String?] {
      let run = try Run(
        [
          "verify", city.file("cards-0.jsonl"), "--root", city.directory + "/public/root.pem",
          "--evidence", city.directory + "/public", "--format", "json",
        ] + more)
      return [try run.json()["verdict"]?.stringValue]
    }
    // That day is past: within one second it is not.
    Thread.sleep(forTimeInterval: 1.2)
    #expect(try verdicts([]) == ["no"])
    #expect(try verdicts(["--at", day]) == ["yes"])
    let export = city.file("export")
    _ = try city.json(["ledger", "export", export])
    let uri = try #require(first["uri"]?.stringValue)
    let path = export + "/" + uri.dropFirst("https://zs.example/".count)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 1)
    let all = try Data(contentsOf: URL(fileURLWithPath: export + "/status/aggregation.json"))
    #expect(
      try JSONValue(parsing: Array(all)) == ["status_lists": .array([.string(uri)])])
  }

  @Test("two publishers at once take turns: two publications, the newer token lies there")
  func together() throws {
    let city = try CityRun.withCards(2)
    let arguments = ["status", "publish", "--all", "--format", "json"] + actor
    let reports = Mutex<[JSONValue]>([])
    let failures = Mutex<[String]>([])
    let environment = CityRun.passphrases.merging(["KANHE_REGISTRY": city.directory]) { $1 }
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      do {
        let run = try Run(arguments, environment: environment)
        if run.status == 0 {
          let report = try run.json()
          reports.withLock { $0.append(report) }
        } else {
          failures.withLock { $0.append(run.errors) }
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    let both = reports.withLock { $0 }
    #expect(Set(both.compactMap { $0["sequence"]?.integerValue }) == [1, 2])
    let times = both.compactMap { $0["lists"]?.arrayValue?.first?["issued_at"]?.stringValue }
    let uri = try #require(both.first?["lists"]?.arrayValue?.first?["uri"]?.stringValue)
    // Of two tokens the newer counts, so they have two times.
    #expect(Set(times).count == 2)
    #expect(try city.json(["status", "show", uri])["issued_at"]?.stringValue == times.max())
    #expect(try city.json(["status", "publish"] + actor)["published"] == false)
  }

  @Test("after a rotation of the seal every list is signed anew, and verifies")
  func rotation() throws {
    let city = try CityRun.withCards(1)
    _ = try city.json(["status", "publish"] + actor)
    _ = try city.json([
      "department", "rotate", "--code", CityRun.police, "--generate", "--use", "seal",
    ])
    let report = try city.json(["status", "publish"] + actor)
    #expect(report["signed"]?.integerValue == 1 && report["published"] == true)
    #expect(report["lists"]?.arrayValue?.first?["changed"] == false)
    #expect(try city.json(["status", "publish"] + actor)["published"] == false)
    _ = try city.json(["registry", "trust"])
    let verified = try Run([
      "verify", city.file("cards-0.jsonl"), "--evidence", city.directory + "/public", "--root",
      city.directory + "/public/root.pem",
    ])
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test("what cannot be read ends with 2, an index outside the list with 1")
  func badTokens() throws {
    let city = try CityRun.withCards(1)
    let list = try #require(
      try city.json(["status", "publish"] + actor)["lists"]?.arrayValue?.first)
    let path = "\(city.directory)/\(try #require(list["file"]?.stringValue))"
    #expect(try Run(["status", "show", path, "--index", "1048576"]).status == 1)
    #expect(try Run(["status", "show", path, "--index", "1048575"]).status == 0)
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    for (name, bytes) in [
      ("empty", Data()), ("cut", good.prefix(300)), ("text", Data("no".utf8)),
      ("binary", Data((0...255).map { UInt8($0) })),
      ("large", Data(repeating: 0x41, count: 3 << 20)),
    ] {
      try bytes.write(to: URL(fileURLWithPath: city.file(name)))
      let run = try Run(["status", "show", city.file(name)])
      #expect(run.status == 2 && run.output == "", "\(name)")
    }
    #expect(try Run(["status", "show", city.folder]).status == 2)
    #expect(try Run(["status", "show", city.file("missing")]).status == 2)
    let uri = try #require(list["uri"]?.stringValue)
    #expect(try city.run(["status", "show", uri.dropLast() + "2"]).status == 2)
    #expect(try city.run(["status", "show", "https://zs.example/other"]).status == 2)
    #expect(try city.run(["status", "publish", "--as", "11440300KH0002062C"]).status == 2)
    #expect(try city.run(["status", "publish"]).status == 64)
  }

  @Test("after the publication a verifier says that the certificate ended")
  func verified() throws {
    let city = try CityRun.withCards(1)
    let card = try #require(try city.identifiers().first)
    try city.write("new.csv", CityRun.sheet(0..<1, previous: [card]))
    _ = try city.json(
      [
        "certificate", "replace", "--type", CityRun.card, "--csv", city.file("new.csv"), "--out",
        city.file("new.jsonl"),
      ] + actor)
    let report = try city.json(["status", "publish"] + actor)
    let file = try #require(report["lists"]?.arrayValue?.first?["file"]?.stringValue)
    _ = try city.json(["registry", "trust"])
    func verdict(_ delivery: String) throws -> Run {
      try Run([
        "verify", city.file(delivery), "\(city.directory)/\(file)",
        "\(city.directory)/public/trust.jwt",
        "\(city.directory)/public/types/\(CityRun.card)/1.json", "--root",
        "\(city.directory)/public/root.pem", "--format", "json",
      ])
    }
    let old = try verdict("cards-0.jsonl")
    #expect(old.status == 1 && old.output.contains("\"ended\""), "\(old.output) \(old.errors)")
    let new = try verdict("new.jsonl")
    #expect(new.status == 0, "\(new.output) \(new.errors)")
  }
}
