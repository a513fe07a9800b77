import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Testing
import Verification

@Suite struct IssueCrashTests {
  private struct Stopped: Error {}

  /// Nothing twice, nothing lost: vault, ledger and deliveries say the same.
  static func expectWhole(
    _ city: TestCity, persons: Range<Int>, out: String, _ place: String
  ) throws {
    let registry = try city.base.open(writing: false)
    #expect(registry.reasons.isEmpty, "\(place): \(registry.reasons)")
    let rows = try registry.vault.certificates(after: 0, limit: 10_000, type: nil, subject: nil)
    #expect(rows.count == persons.count, "\(place)")
    let copies = rows.flatMap(\.copies)
    #expect(Set(copies).count == copies.count, "\(place)")
    let deliveries = try IssueTests.deliveries(out)
    let codes = deliveries.compactMap {
      $0.receipt.disclosures.first { $0.name == "subject_1" }?.value["code"]?.stringValue
    }
    #expect(codes.count == persons.count, "\(place)")
    #expect(Set(codes) == Set(persons.map(CardSheet.citizenNumber)), "\(place)")
    let indices = Set(deliveries.map { Int64($0.receipt.entry.index.value) })
    #expect(indices == Set(rows.map(\.entry)), "\(place)")
    let places = deliveries.compactMap {
      $0.receipt.disclosures.first { $0.name == "copy_1" }?.value["status"]?.canonicalBytes()
    }
    #expect(Set(places).count == persons.count, "\(place)")
    let root = try Identity(
      pem: try BoundedFile.read(path: registry.paths.root, maximumBytes: 1 << 16))
    let report = try LedgerAudit(reader: registry.reader, root: root).run { _, _ in }
    #expect(report.isFaultless, "\(place): \(report.faults)")
    try registry.close()
  }

  /// Stops an issue of three batches at the n-th durable step, as a crash does.
  private func stop(_ city: TestCity, at step: Int, watch: IssueWatch) throws -> Bool {
    let registry = try city.base.open()
    var count = 0
    try registry.write { writer throws(RegistryError) in
      writer.probe = { _ throws(RegistryError) in
        count += 1
        if count == step { throw RegistryError(.internalFault, "stopped by a test") }
      }
    }
    do {
      _ = try city.issue(
        city.file("cards.csv"), to: city.file("o.jsonl"), watch: watch, in: registry)
      try registry.close()
      return false
    } catch let error as RegistryError {
      #expect(error == RegistryError(.internalFault, ""))
      return true
    }
  }

  @Test func `stopped after any durable step, the same file is issued once and whole`() throws {
    var watch = IssueWatch()
    watch.batchCount = 8
    for step in 1...9 {
      let city = try TestCity()
      try CardSheet(0..<20).write(to: city.file("cards.csv"))
      #expect(try stop(city, at: step, watch: watch))
      let report = try city.issue(city.file("cards.csv"), to: city.file("o.jsonl"), watch: watch)
      #expect(report.record.issuedCount == 20 && report.record.isComplete)
      try Self.expectWhole(city, persons: 0..<20, out: city.file("o.jsonl"), "step \(step)")
    }
  }

  @Test func `stopped again and again, it comes to its end`() throws {
    let city = try TestCity()
    try CardSheet(0..<20).write(to: city.file("cards.csv"))
    var watch = IssueWatch()
    watch.batchCount = 4
    var stops = 0
    while try stop(city, at: 1 + stops % 5, watch: watch) {
      stops += 1
      try #require(stops < 40)
    }
    #expect(stops > 3)
    try Self.expectWhole(city, persons: 0..<20, out: city.file("o.jsonl"), "\(stops) stops")
  }

  @Test func `stopped on request between two batches, it says so and goes on later`() throws {
    let city = try TestCity()
    try CardSheet(0..<20).write(to: city.file("cards.csv"))
    var done = 0
    var watch = IssueWatch(progress: { now, _ in done = now }, shouldStop: { done >= 8 })
    watch.batchCount = 8
    let first = try city.issue(city.file("cards.csv"), to: city.file("o.jsonl"), watch: watch)
    #expect(first.isInterrupted && first.issuedCount == 8)
    #expect(try IssueTests.deliveries(city.file("o.jsonl")).count == 8)
    let second = try city.issue(city.file("cards.csv"), to: city.file("o.jsonl"))
    #expect(!second.isInterrupted && second.isResumed && second.issuedCount == 12)
    #expect(second.alreadyIssuedCount == 8 && second.batch == first.batch)
    try Self.expectWhole(city, persons: 0..<20, out: city.file("o.jsonl"), "interrupted")
  }

  @Test func `two processes with the same job share its rows, and each file becomes whole`() throws
  {
    let city = try TestCity()
    try CardSheet(0..<24).write(to: city.file("cards.csv"))
    let other = try city.base.open()
    var calls = 0
    var watch = IssueWatch(progress: { _, _ in
      calls += 1
      guard calls == 1 else { return }
      var inner = IssueWatch()
      inner.batchCount = 4
      inner.shouldStop = { calls > 2 }
      inner.progress = { _, _ in calls += 1 }
      // While the first process is between two batches, another takes the next ones.
      #expect(throws: Never.self) {
        _ = try city.issue(
          city.file("cards.csv"), to: city.file("other.jsonl"), watch: inner, in: other)
      }
    })
    watch.batchCount = 4
    let report = try city.issue(city.file("cards.csv"), to: city.file("o.jsonl"), watch: watch)
    #expect(report.identifiers.count == 16 && Set(report.identifiers).count == 16)
    try other.close()
    try Self.expectWhole(city, persons: 0..<24, out: city.file("o.jsonl"), "first")
    _ = try city.issue(city.file("cards.csv"), to: city.file("other.jsonl"))
    try Self.expectWhole(city, persons: 0..<24, out: city.file("other.jsonl"), "second")
  }
}
