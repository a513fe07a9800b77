import Encoding
import Foundation
import Testing

@Suite("What is shown of persons is recorded first")
struct EvidenceTests {
  private func holder(_ city: AuditedCity, _ number: Int) throws -> String {
    let file = city.run.file("holder-\(number).json")
    let text = "{\"code\": \"\(AuditedCity.citizen(number))\", \"code_type\": \"111\"}"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  private func kinds(_ answer: JSONValue) -> [String] {
    (answer["entries"]?.arrayValue ?? []).compactMap { $0["kind"]?.stringValue }
  }

  @Test("who looks at a person's thread with the vault's keys is found in it by the person")
  func subject() throws {
    let city = try AuditedCity(cards: 2)
    let ask = ["audit", "subject", try holder(city, 0)]
    let silent = try city.run.run(ask)
    #expect(silent.status == 64 && silent.output.isEmpty)
    #expect(silent.errors.contains("--to"), "\(silent.errors)")
    let locked = try city.run.run(
      ask + AuditedCity.receiver, environment: ["KANHE_REGISTRY_PASSPHRASE": "wrong"])
    #expect(locked.status == 2 && locked.output.isEmpty)
    let first = try city.run.json(ask + AuditedCity.receiver)
    #expect(kinds(first) == ["certificate.issued"])
    #expect(first["recorded"]?.integerValue == 1)
    let second = try city.run.json(ask + AuditedCity.receiver)
    #expect(kinds(second) == ["certificate.issued", "evidence.disclosed"])
    // The holder, with the own delivery alone.
    let export = try city.export()
    var held: [[String]] = []
    let lines = try String(contentsOfFile: city.deliveries, encoding: .utf8)
    for line in lines.split(separator: "\n") {
      let run = try Run(
        ["audit", "subject", "-", "--from", export, "--root", city.root, "--format", "json"],
        input: Array((line + "\n").utf8))
      #expect(run.status == 0, "\(run.errors)")
      let answer = try run.json()
      held.append(kinds(answer))
      guard held.last?.count == 3 else { continue }
      let members = try #require(answer["entries"]?.arrayValue?.last?["members"])
      #expect(members["to"]?.stringValue == AuditedCity.receiver[1])
      #expect(members["citation"]?.stringValue == AuditedCity.receiver[3])
      #expect(members["count"]?.integerValue == 2)
    }
    #expect(held.map(\.count).sorted() == [1, 3])
    let full = try city.run.run(["registry", "check", "--full"])
    #expect(full.status == 0, "\(full.output)")
    #expect(try city.run.run(["audit", "ledger", "--disclosures", "vault"]).status == 0)
  }

  @Test("nobody is named to a stranger, and an export knows no persons")
  func strangers() throws {
    let city = try AuditedCity(cards: 1)
    let export = try city.export()
    let nobody = try city.run.run(
      ["audit", "subject", try holder(city, 7)] + AuditedCity.receiver)
    #expect(nobody.status == 1 && !nobody.errors.contains(AuditedCity.citizen(7)))
    let exported = try Run(
      ["audit", "subject", try holder(city, 0), "--from", export, "--root", city.root]
        + AuditedCity.receiver)
    #expect(exported.status == 64)
    let long = try city.run.run([
      "audit", "subject", try holder(city, 0), "--to", String(repeating: "a", count: 257),
      "--citation", "x",
    ])
    #expect(long.status == 64, "\(long.errors)")
    let delivered = try city.run.run(["audit", "subject", city.deliveries] + AuditedCity.receiver)
    #expect(delivered.status == 64)
    let unknown = try city.run.run(
      ["audit", "subject", try holder(city, 0), "--to-department", "11440300KH0001019M"]
        + AuditedCity.receiver)
    #expect(unknown.status == 1 && unknown.output.isEmpty, "\(unknown.errors)")
  }

  @Test("a department hands over what it did itself, to a file of its owner's, and records it")
  func department() throws {
    let city = try AuditedCity()
    let file = city.run.file("acts.jsonl")
    let hand =
      ["department", "disclose", "--as", CityRun.police, "--out", file] + AuditedCity.receiver
    let foreign = try city.run.run(hand, environment: ["KANHE_PASSPHRASE": "wrong"])
    #expect(foreign.status == 2 && !FileManager.default.fileExists(atPath: file))
    let none = try city.run.json(
      hand.map { $0 == file ? file + "0" : $0 } + [
        "--to-day", "2020-01-01",
      ])
    #expect(none["opened"]?.integerValue == 0 && none["recorded"]?.integerValue == 0)
    let written = try city.run.json(hand)
    #expect(written["code"]?.stringValue == CityRun.police)
    #expect(written["opened"]?.integerValue == 3 && written["recorded"]?.integerValue == 3)
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let export = try city.export()
    let audit = try Run([
      "audit", "ledger", "--from", export, "--root", city.root, "--disclosures", file,
      "--disclosures", file + "0", "--format", "json",
    ])
    #expect(audit.status == 0, "\(audit.output)")
    #expect(try audit.json()["disclosed"]?["passed"]?.integerValue == 6)
    let again = try city.run.run(hand)
    #expect(again.status == 2 && again.errors.contains("is there already"))
  }

  @Test("a look that another command records meanwhile is not handed over with it")
  func meanwhile() throws {
    let city = try AuditedCity(cards: 1)
    let file = city.run.file("acts.jsonl")
    let process = Process()
    process.executableURL = try Run.binary()
    process.arguments =
      ["department", "disclose", "--as", CityRun.police, "--out", file] + AuditedCity.receiver
    process.environment = CityRun.passphrases.merging([
      "KANHE_REGISTRY": city.run.directory
    ]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    let lock = open(city.run.directory + "/lock", O_RDWR)
    try #require(lock >= 0)
    defer { close(lock) }
    try process.run()
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    while process.isRunning,
      try !FileManager.default.contentsOfDirectory(atPath: folder).contains(where: {
        $0.hasPrefix(".acts.jsonl.")
      })
    { usleep(100) }
    // Soon it waits for the lock, and has seen how long the ledger is.
    while flock(lock, LOCK_EX | LOCK_NB) != 0 { usleep(100) }
    sleep(2)
    kill(process.processIdentifier, SIGSTOP)
    _ = flock(lock, LOCK_UN)
    let look = try city.run.run(["audit", "subject", try holder(city, 0)] + AuditedCity.receiver)
    kill(process.processIdentifier, SIGCONT)
    process.waitUntilExit()
    #expect(look.status == 0 && process.terminationStatus == 0, "\(look.errors)")
    // The card, and the record of its being handed over.
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2)
  }
}
