import Encoding
import Foundation
import Testing

@Suite("kanhe certificate, interrupted and killed")
struct CertificateStopTests {
  private static let count = 2_500

  /// Starts the command, waits until its first batch is durable, and sends a signal.
  private func stop(
    _ city: CityRun, _ arguments: [String], signal number: Int32
  ) throws -> (status: Int32, reason: Process.TerminationReason, errors: String) {
    let process = Process()
    process.executableURL = try Run.binary()
    process.arguments = arguments
    process.environment = CityRun.passphrases.merging(["KANHE_REGISTRY": city.directory]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    while process.isRunning, logSize(city) < 500_000 { usleep(2_000) }
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    return (
      process.terminationStatus, process.terminationReason,
      String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    )
  }

  /// The bytes of the ledger's log: a batch has more than a thousand bytes for each entry.
  private func logSize(_ city: CityRun) -> Int {
    let values = Result {
      try FileManager.default.attributesOfItem(atPath: city.directory + "/ledger.sqlite-wal")
    }
    guard case .success(let found) = values else { return 0 }
    return (found[.size] as? Int) ?? 0
    // Of what changed or had changed before more than 1,000 are not listed.
    #expect(report["more"] == true && report["hint"]?.stringValue != nil)
  }

  private func entryCount(_ city: CityRun) throws -> Int64 {
    try #require(try city.json(["registry", "status"])["size"]?.integerValue)
  }

  @Test("a bulk act stops between two batches or anywhere, and the same command ends it")
  func bulk() throws {
    let city = try CityRun.withCards(Self.count)
    let before = try entryCount(city)
    let batch = try #require(
      try city.json(["certificate", "list", "--limit", "1"])["certificates"]?.arrayValue?.first?[
        "batch"]?.stringValue)
    let arguments = [
      "certificate", "suspend", "--batch", batch, "--as", CityRun.police, "--format", "json",
    ]
    let interrupted = try stop(city, arguments, signal: SIGINT)
    #expect(interrupted.status == 130 && interrupted.reason == .exit, "\(interrupted)")
    #expect(
      interrupted.errors.contains("interrupted") && interrupted.errors.contains("same command"))
    let done = try entryCount(city) - before
    #expect(done == 1_000 || done == 2_000)
    let line = try #require(interrupted.errors.split(separator: "\n").last)
    let error = try #require(try JSONValue(parsing: Array(line.utf8))["error"])
    #expect(error["done"]?.integerValue == done && error["rows"]?.integerValue == 2_500)
    let killed = try stop(city, arguments, signal: SIGKILL)
    #expect(killed.reason == .uncaughtSignal || killed.status == 0)
    let report = try city.json(arguments.dropLast(2))
    let changed = try #require(report["changed_rows"]?.integerValue)
    let already = try #require(report["already_changed"]?.integerValue)
    #expect(changed + already == Int64(Self.count) && already >= done)
    #expect(report["refused_rows"]?.integerValue == 0)
    // One entry for each certificate, however often the command ran.
    #expect(try entryCount(city) - before == Int64(Self.count))
    #expect(try city.identifiers(["--state", "suspended"]).count == Self.count)
  }
}
