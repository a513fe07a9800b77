import Encoding
import Foundation
import Testing

@Suite("kanhe certificate, interrupted and killed")
struct CertificateStopTests {
  private static let count = 2_500

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
    let interrupted = try city.stop(arguments, signal: SIGINT)
    #expect(interrupted.status == 130 && interrupted.reason == .exit, "\(interrupted)")
    #expect(
      interrupted.errors.contains("interrupted") && interrupted.errors.contains("same command"))
    let done = try entryCount(city) - before
    #expect(done == 1_000 || done == 2_000)
    let error = try interrupted.error()
    #expect(error["done"]?.integerValue == done && error["rows"]?.integerValue == 2_500)
    let killed = try city.stop(arguments, signal: SIGKILL)
    #expect(killed.reason == .uncaughtSignal || killed.status == 0)
    let report = try city.json(arguments.dropLast(2))
    let changed = try #require(report["changed_rows"]?.integerValue)
    let already = try #require(report["already_changed"]?.integerValue)
    #expect(changed + already == Int64(Self.count) && already >= done)
    #expect(report["refused_rows"]?.integerValue == 0)
    // Of what changed or had changed before more than 1,000 are not listed.
    #expect(report["more"] == true && report["hint"]?.stringValue != nil)
    // One entry for each certificate, however often the command ran.
    #expect(try entryCount(city) - before == Int64(Self.count))
    #expect(try city.identifiers(["--state", "suspended"]).count == Self.count)
  }
}
