import Encoding
import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Real processes: two at once, killed ones, a full disk, a directory that cannot be written.
@Suite("processes", .serialized)
struct ProcessTests {
  private static func arguments(_ city: CityRun, _ name: String) -> [String] {
    [
      "certificate", "issue", "--type", CityRun.card, "--csv", city.file(name + ".csv"), "--out",
      city.file(name + ".jsonl"), "--as", CityRun.police, "--registry", city.directory,
    ]
  }

  /// The command through a shell that does something before.
  private static func shell(
    _ before: String, _ city: CityRun, _ name: String, after: String = ""
  ) throws -> Run {
    let quoted = ([try Run.binary().path] + arguments(city, name)).map { "'\($0)'" }
      .joined(separator: " ")
    let variables = CityRun.passphrases.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
    return try Run(tool: "sh", ["-c", "\(before) \(variables) \(quoted) \(after)"])
  }

  private func expectWhole(_ city: CityRun, cards: Int) throws {
    let identifiers = try city.identifiers()
    #expect(identifiers.count == cards)
    #expect(Set(identifiers).count == cards)
    let check = try city.run(["registry", "check", "--full"])
    #expect(check.status == 0, "\(check.output)\(check.errors)")
  }

  private func lines(_ city: CityRun, _ name: String) throws -> Int {
    try String(contentsOfFile: city.file(name + ".jsonl"), encoding: .utf8)
      .split(separator: "\n").count
  }

  @Test("two processes that issue at once take turns")
  func together() throws {
    let city = try CityRun.withCards(1)
    for (name, persons) in [("left", 100..<140), ("right", 200..<240)] {
      try city.write(name + ".csv", CityRun.sheet(persons))
    }
    let failures = Mutex<[String]>([])
    let paths = ["left", "right"].map { ProcessTests.arguments(city, $0) }
    DispatchQueue.concurrentPerform(iterations: 2) { number in
      let result = Result { try Run(paths[number], environment: CityRun.passphrases) }
      switch result {
      case .success(let run):
        if run.status != 0 { failures.withLock { $0.append(run.errors) } }
      case .failure(let error): failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    try expectWhole(city, cards: 81)
  }

  @Test("killed at any moment, the same command completes the job, no row twice")
  func killed() throws {
    let city = try CityRun.withCards(1)
    try city.write("job.csv", CityRun.sheet(100..<200))
    for milliseconds in [10, 40, 80, 150, 250, 400] {
      let run = try ProcessTests.shell(
        "", city, "job",
        after: "& job=$!; sleep 0.\(String(format: "%03d", milliseconds)); kill -9 $job; wait $job")
      #expect([0, 137].contains(run.status), "\(run.errors)")
    }
    let run = try city.run(ProcessTests.arguments(city, "job"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(try lines(city, "job") == 100)
    try expectWhole(city, cards: 101)
  }

  @Test("a full disk is named, loses nothing, and the job goes on when there is room")
  func full() throws {
    let city = try CityRun(withRegistry: false)
    try FileManager.default.createDirectory(
      atPath: city.directory, withIntermediateDirectories: false)
    let mount = try Run(
      tool: "mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", city.directory])
    guard mount.status == 0 else {
      print("skipped: this user may not mount a small disk")
      return
    }
    defer { _ = Result { try Run(tool: "umount", [city.directory]) } }
    #expect(try city.initialise().status == 0)
    try city.prepareCards()
    try city.issueCards(0..<1)
    try city.write("job.csv", CityRun.sheet(100..<200))
    let filler = city.directory + "/filler"
    _ = try Run(
      tool: "sh", ["-c", "dd if=/dev/zero of='\(filler)' bs=4096; truncate -s -160K '\(filler)'"])
    let run = try city.run(ProcessTests.arguments(city, "job"))
    #expect(run.status == 2, "\(run.output)")
    #expect(run.errors.contains("full"), "\(run.errors)")
    try FileManager.default.removeItem(atPath: filler)
    try expectWhole(city, cards: 1)
    let again = try city.run(ProcessTests.arguments(city, "job"))
    #expect(again.status == 0, "\(again.errors)")
    #expect(try lines(city, "job") == 100)
    try expectWhole(city, cards: 101)
  }

  @Test(
    "where deliveries find no room the certificates stand, and the same command writes the rest")
  func fullOutput() throws {
    let city = try CityRun.withCards(1)
    let small = city.file("small")
    try FileManager.default.createDirectory(atPath: small, withIntermediateDirectories: false)
    let mount = try Run(tool: "mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", small])
    guard mount.status == 0 else {
      print("skipped: this user may not mount a small disk")
      return
    }
    defer { _ = Result { try Run(tool: "umount", [small]) } }
    try city.write("job.csv", CityRun.sheet(100..<200))
    let arguments = [
      "certificate", "issue", "--type", CityRun.card, "--csv", city.file("job.csv"), "--out",
      small + "/job.jsonl", "--as", CityRun.police,
    ]
    let run = try city.run(arguments)
    #expect(run.status == 2, "\(run.output)")
    #expect(run.errors.contains("full"), "\(run.errors)")
    try expectWhole(city, cards: 101)
    let larger = try Run(tool: "mount", ["-o", "remount,size=8m", small])
    try #require(larger.status == 0, "\(larger.errors)")
    let again = try city.json(arguments)
    #expect(again["issued"]?.integerValue == 0 && again["already_issued"]?.integerValue == 100)
    #expect(try lines(city, "small/job") == 100)
    try expectWhole(city, cards: 101)
  }

  @Test("a file that may not grow is an error, loses nothing, and the job goes on")
  func limited() throws {
    let city = try CityRun.withCards(1)
    try city.write("job.csv", CityRun.sheet(100..<200))
    let run = try ProcessTests.shell("trap '' XFSZ; ulimit -f 160;", city, "job")
    #expect(run.status == 2, "\(run.output)")
    #expect(run.errors.contains("disk"), "\(run.errors)")
    let check = try city.run(["registry", "check", "--full"])
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    let again = try city.run(ProcessTests.arguments(city, "job"))
    #expect(again.status == 0, "\(again.errors)")
    try expectWhole(city, cards: 101)
  }

  @Test("without permission to write it can be read, and says what is missing")
  func permission() throws {
    let city = try CityRun.withCards(1)
    try city.write("job.csv", CityRun.sheet(100..<110))
    let before = geteuid() == 0 ? "setpriv --reuid 65534 --clear-groups env" : "env"
    if geteuid() != 0 { chmod(city.directory, 0o555) }
    defer { chmod(city.directory, 0o755) }
    let run = try ProcessTests.shell(before, city, "job")
    #expect(run.status == 2, "\(run.output)")
    #expect(run.errors.lowercased().contains("permission"), "\(run.errors)")
    chmod(city.directory, 0o755)
    try expectWhole(city, cards: 1)
  }
}
