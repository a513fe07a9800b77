import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Testing
import Verification

@Suite struct RunPublishTests {
  private let city: TestCity

  init() throws { city = try TestCity() }

  private var folder: String { city.base.directory + "/public/runs" }

  private func publish(
    _ extent: RunPublisher.Extent = .now, isStopped: @escaping () -> Bool = { false }
  ) throws -> RunPublisher.Report {
    let registry = try city.base.open()
    let report = try RunPublisher(registry, isStopped: isStopped).publish(extent)
    try registry.close()
    return report
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  /// The run of a range as the entries say.
  private func rebuilt(_ range: RunRange) throws -> Run {
    let registry = try city.base.open(writing: false)
    let entries = try registry.reader.entries(
      from: range.from.nextIndex, count: Int(range.count)
    ).map { try Entry(parsing: $0) }
    try registry.close()
    return try Run(
      range: range,
      records: entries.flatMap { entry in
        entry.tags.map { RunRecord(tag: $0, index: entry.index) }
      })
  }

  @Test func `a run covers all entries, and its file proves every tag`() throws {
    _ = try city.issueCards(3)
    let report = try publish()
    #expect(report.isComplete && report.runs.count == 1 && report.index != nil)
    let run = report.runs[0]
    #expect(run.range.to == report.size && run.entry == report.size.value)
    let wanted = try rebuilt(run.range)
    #expect(run.root == wanted.root)
    let file = try #require(try RunFolder(directory: folder).run(run.range))
    for record in wanted.records {
      #expect(
        try file.proof(of: record.tag).verify(tag: record.tag, root: run.root) == record.index)
    }
    #expect(try city.auditExport().isFaultless)
    #expect(try city.auditRegistry().isFaultless)
  }

  @Test func `publications alone are not published again without end`() throws {
    #expect(try publish().index != nil)
    #expect(try publish().index == nil)
    let registry = try city.base.open()
    _ = try registry.publishTrust(fresh: true)
    try registry.close()
    #expect(try publish().index == nil)
    _ = try city.issueCards(1)
    #expect(try publish().index != nil)
  }

  @Test func `a short run stands beside a long one, and later they merge`() throws {
    let first = try publish()
    _ = try city.issueCards(1)
    let second = try publish()
    #expect(second.runs.count == 2 && second.runs[0].range == first.runs[0].range)
    _ = try city.issueCards(8)
    let third = try publish()
    #expect(third.runs.count == 1 && third.runs[0].range.from == .zero)
    #expect(try names() == [RunFolder.name(third.runs[0].range)])
    #expect(third.runs[0].root == (try rebuilt(third.runs[0].range)).root)
    #expect(try city.auditExport().isFaultless)
  }

  @Test func `a timer publishes whole blocks only`() throws {
    let report = try publish(.wholeBlocks)
    #expect(report.index == nil && report.isComplete && report.runs.isEmpty)
  }

  @Test func `stopped, nothing is entered, and the next call goes on`() throws {
    let report = try publish(isStopped: { true })
    #expect(!report.isComplete && report.index == nil && report.runs.isEmpty)
    #expect(try publish().runs.count == 1)
    #expect(try names().count == 1)
  }

  @Test func `killed between file and entry, or before old files went, it goes on`() throws {
    let first = try publish()
    let name = RunFolder.name(first.runs[0].range)
    // What a killed call can leave: a file that no entry names, a part of one, and old ones.
    for other in ["0-99", ".0-99.tmp", "3-4"] {
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder + "/" + other))
    }
    #expect(try publish().index == nil)
    #expect(try names() == [name])
  }

  @Test func `a file that is missing or damaged is made again, and never believed`() throws {
    let first = try publish()
    let path = RunFolder(directory: folder).path(first.runs[0].range)
    let bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 20)
    try FileManager.default.removeItem(atPath: path)
    #expect(try publish().isComplete)
    #expect(try BoundedFile.read(path: path, maximumBytes: 1 << 20) == bytes)
    // Enough entries for a merge, which must not take the damage up: in a record, in a row.
    for (isRow, count) in [(false, 10), (true, 40)] {
      let range = try publish().runs[0].range
      let file = RunFolder(directory: folder).path(range)
      var changed = try BoundedFile.read(path: file, maximumBytes: 1 << 20)
      changed[isRow ? changed.count - 1 : 8] ^= 1
      try BoundedFile.writeAtomically(path: file, bytes: changed)
      _ = try city.issueCards(count)
      let report = try publish()
      #expect(report.runs.count == 1)
      #expect(report.runs[0].root == (try rebuilt(report.runs[0].range)).root)
    }
    #expect(try city.auditExport().isFaultless)
  }

  @Test func `an export has the runs that its checkpoint covers, and goes on with new ones`() throws
  {
    let first = try publish()
    let directory = city.base.folder.file("export")
    let registry = try city.base.open()
    _ = try registry.export(ExportOrder(directory: directory))
    try registry.close()
    let exported = RunFolder(directory: directory + "/runs")
    #expect(try exported.run(first.runs[0].range) != nil)
    _ = try city.issueCards(1)
    let second = try publish()
    let again = try city.base.open()
    _ = try again.export(ExportOrder(directory: directory, isIncremental: true))
    try again.close()
    for run in second.runs { #expect(try exported.run(run.range) != nil) }
    try FileManager.default.removeItem(
      atPath: RunFolder(directory: folder).path(second.runs[0].range))
    let last = try city.base.open()
    #expect(throws: RegistryError(.notFound, "")) {
      try last.export(ExportOrder(directory: city.base.folder.file("other")))
    }
    try last.close()
  }

  @Test func `two publishers exclude one another`() throws {
    let registry = try city.base.open()
    let lock = open(city.base.directory + "/mapping", O_RDWR | O_CREAT, 0o600)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX) == 0)
    #expect(throws: RegistryError(.busy, "")) { try RunPublisher(registry).publish(.now) }
    try registry.close()
  }
}
