import Encoding
import Foundation
import Testing

/// Pipes, links and devices where files are expected: refused by name, and nothing ever hangs.
@Suite("Files that are none", .timeLimit(.minutes(5)))
struct NoFileTests {
  private static func makePipe(_ path: String) throws {
    _ = Result { try FileManager.default.removeItem(atPath: path) }
    try #require(mkfifo(path, 0o600) == 0)
  }

  private static func link(_ path: String, to target: String) throws {
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
  }

  @Test("a named pipe that nobody writes into is refused wherever a file is named")
  func silentPipes() throws {
    let files = try EvidenceFiles()
    let pipe = files.path("pipe")
    try Self.makePipe(pipe)
    let root = files.path("root.der")
    let delivery = files.path("delivery.json")
    let text = "nobody writes into this pipe"
    for arguments in [
      ["verify", pipe, "--root", root], ["verify", delivery, "--root", pipe],
      ["trust", "pin", pipe],
    ] {
      let run = try Run(arguments, environment: ["KANHE_TRUST": files.path("pins")])
      #expect(run.status == 2, "\(arguments)")
      #expect((run.output + run.errors).contains(text), "\(arguments): \(run.errors)")
    }
    let device = try Run(["verify", "/dev/zero", "--root", root])
    #expect(device.status == 2)
    #expect(device.output.contains("not a regular file"), "\(device.output) \(device.errors)")
  }

  @Test("a pipe with a writer is read like a file, also one that takes its time")
  func pipes() throws {
    let files = try EvidenceFiles()
    let names = "delivery.json trust.jwt type.json status.jwt"
    let options = "--root root.der --at \(EvidenceFiles.at)"
    let plain = try Run(
      script: "kanhe verify \(names) \(options)", in: files.folder.path, environment: [:])
    #expect(plain.status == 0, "\(plain.output)")
    let piped = try Run(
      script: "cat delivery.json | kanhe verify /dev/stdin \(names.dropFirst(14)) \(options)",
      in: files.folder.path, environment: [:])
    #expect(piped.status == 0, "\(piped.output)")
    let slow = try Run(
      script: """
        mkfifo pipe; (sleep 1; cat root.der > pipe) &
        kanhe verify \(names) --root pipe --at \(EvidenceFiles.at)
        """, in: files.folder.path, environment: [:])
    #expect(slow.status == 0, "\(slow.output)")
  }

  @Test("a pipe or link among a registry's files is refused at once")
  func registry() throws {
    let city = try AuditedCity(cards: 1)
    let root = city.run.file("root.pem")
    try FileManager.default.copyItem(atPath: city.root, toPath: root)
    func refusal(_ name: String, _ change: (String) throws -> Void) throws -> String? {
      let folder = city.run.file(UUID().uuidString)
      try FileManager.default.copyItem(atPath: city.run.directory, toPath: folder)
      try change(folder + "/" + name)
      let run = try Run([
        "audit", "ledger", "--from", folder, "--root", root, "--format", "json",
      ])
      #expect(run.status == 2, "\(name): \(run.output)")
      return try run.error()["code"]?.stringValue
    }
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
      #expect(try refusal(name, Self.makePipe) == "damaged_ledger", "\(name)")
    }
    #expect(try refusal("vault.sqlite", Self.makePipe) == "damaged_vault")
    #expect(try refusal("registry.json", Self.makePipe) == "damaged_settings")
    let elsewhere = city.run.directory + "/ledger.sqlite"
    #expect(try refusal("ledger.sqlite") { try Self.link($0, to: elsewhere) } == "damaged_ledger")
    let journal = try refusal("ledger.sqlite-journal") {
      try BoundedFile.writeAtomically(path: $0, bytes: [1])
    }
    #expect(journal == "damaged_ledger")
    // Without --root, its own root is what is asked for.
    let folder = city.run.file("own")
    try FileManager.default.copyItem(atPath: city.run.directory, toPath: folder)
    try Self.link(folder + "/public/root.pem", to: root)
    let own = try Run(["audit", "ledger", "--from", folder, "--format", "json"])
    #expect(try own.error()["code"]?.stringValue == "not_regular")
  }

  @Test("a pipe among an export's files is a fault or a refusal, and nothing waits for it")
  func export() throws {
    let city = try AuditedCity(cards: 1)
    for (name, status) in [
      ("checkpoint", 2), ("root.pem", 2), ("tile/0/000.p/5", 1), ("tile/entries/000.p/5", 1),
    ] as [(String, Int32)] {
      let folder = try city.export("export-" + name.replacing("/", with: "-"))
      try Self.makePipe(folder + "/" + name)
      let root = name == "root.pem" ? [] : ["--root", city.root]
      let run = try Run(["audit", "ledger", "--from", folder] + root)
      #expect(run.status == status, "\(name): \(run.output) \(run.errors)")
    }
    let since = city.run.file("since")
    try Self.makePipe(since)
    let run = try city.run.run(["audit", "ledger", "--since", since])
    #expect(run.status == 2)
    #expect(run.errors.contains("nobody writes into this pipe"))
  }
}
