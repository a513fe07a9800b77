import Encoding
import Foundation
import Testing

/// The real process, killed and interrupted while it issues.
@Suite struct IssueKillTests {
  /// Starts `certificate issue` without waiting for its end.
  private static func start(_ run: IssueRun, _ sheet: String, _ out: String) throws -> Process {
    let process = Process()
    process.executableURL = try Run.binary()
    process.arguments = [
      "certificate", "issue", "--type", IssueRun.type, "--csv", sheet, "--out", out, "--as",
      CityRun.police, "--registry", run.city.directory,
    ]
    process.environment = CityRun.passphrases
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    return process
  }

  /// Every number of the sheet has one delivery, each with an entry and an identifier of its own.
  private static func expectWhole(_ run: IssueRun, _ sheet: String, _ out: String) throws {
    let numbers = try String(contentsOfFile: sheet, encoding: .utf8)
      .split(whereSeparator: \.isNewline).dropFirst().map { String($0.prefix(18)) }
    var subjects: [String] = []
    var identifiers: Set<String> = []
    var indices: Set<Int64> = []
    for line in try Data(contentsOf: URL(fileURLWithPath: out)).split(separator: 0x0A) {
      let receipt = try #require(
        try JSONValue(parsing: Array(line), maximumBytes: 1 << 20)["receipt"])
      let entry = try JSONValue(parsing: Array((receipt["entry"]?.stringValue ?? "").utf8))
      indices.insert(try #require(entry["index"]?.integerValue))
      for text in receipt["disclosures"]?.arrayValue ?? [] {
        let parts = try JSONValue(parsing: try Base64URL.decode(text.stringValue ?? "")).arrayValue
        if let code = parts?[2]["code"]?.stringValue { subjects.append(code) }
        if let text = parts?[2]["identifier"]?.stringValue { identifiers.insert(text) }
      }
    }
    #expect(subjects.sorted() == numbers.sorted())
    #expect(identifiers.count == numbers.count && indices.count == numbers.count)
    let audited = try run.city.run([
      "audit", "ledger", "--from", try exported(run), "--root",
      run.city.directory + "/public/root.pem",
    ])
    #expect(audited.status == 0, "\(audited.output)\(audited.errors)")
  }

  private static func exported(_ run: IssueRun) throws -> String {
    let folder = run.city.file("export")
    let result = try run.city.run(["ledger", "export", folder])
    try #require(result.status == 0, "\(result.errors)")
    return folder
  }

  @Test func `killed at random moments, the same command issues every row once`() throws {
    let run = try IssueRun()
    let sheet = try run.sheet(2_400)
    let out = run.city.file("cards.jsonl")
    var kills = 0
    while true {
      let process = try Self.start(run, sheet, out)
      process.standardError = FileHandle.nullDevice
      let size = Self.size(out)
      try process.run()
      // Every second time only after something was written, or it might never come to its end.
      if kills % 2 == 1 { while process.isRunning, Self.size(out) <= size { usleep(500) } }
      usleep(UInt32.random(in: 0..<400_000))
      guard process.isRunning else {
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        break
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      kills += 1
      try #require(kills < 40)
    }
    #expect(kills > 0)
    try Self.expectWhole(run, sheet, out)
  }

  @Test func `interrupted, it ends with 130 between two batches and says how to go on`() throws {
    for number in [SIGINT, SIGTERM] {
      let run = try IssueRun()
      let sheet = try run.sheet(3_000)
      let out = run.city.file("cards.jsonl")
      let process = try Self.start(run, sheet, out)
      let errors = Pipe()
      process.standardError = errors
      try process.run()
      // The first batch is in the file: the process watches for interruptions by now.
      while process.isRunning, Self.size(out) == 0 { usleep(1_000) }
      kill(process.processIdentifier, number)
      let text = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 130, "\(text)")
      #expect(text.split(separator: "\n").last?.contains("certificate issue") == true, "\(text)")
      let resumed = try run.issue(["--csv", sheet, "--out", out, "--format", "json"])
      #expect(resumed.status == 0)
      #expect(try resumed.json()["resumed"] == true)
      try Self.expectWhole(run, sheet, out)
    }
  }

  /// The size of a file; 0 while there is none.
  private static func size(_ path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }
}
