import Foundation
import Ledger
import Registry
import Rules
import Testing

/// Opening while others write, and what an opening cannot know of itself.
@Suite struct BesideWriterTests {
  @Test func `a reader beside a writer finds nothing wrong`() async throws {
    let city = try TestCity()
    try await withThrowingTaskGroup(of: Set<ReadOnlyReason.Code>.self) { group in
      group.addTask {
        for _ in 0..<60 { try city.grow(by: 1) }
        return []
      }
      group.addTask {
        var found: Set<ReadOnlyReason.Code> = []
        let end = TreeSize(6 + 60)
        while true {
          let registry = try city.base.open(writing: false)
          found.formUnion(registry.reasons.map(\.code))
          let size = try registry.status().head.size
          try registry.close()
          if size >= end { return found }
        }
      }
      for try await found in group { #expect(found == []) }
    }
  }

  private func export(_ city: TestCity, incremental: Bool) throws {
    let registry = try city.base.open()
    defer { _ = Result { try registry.close() } }
    _ = try registry.export(
      ExportOrder(
        directory: city.base.folder.file("export"), isIncremental: incremental, isSigning: false))
  }

  private func reasons(_ city: TestCity) throws -> [ReadOnlyReason.Code] {
    let registry = try city.base.open()
    defer { _ = Result { try registry.close() } }
    return registry.reasons.map(\.code)
  }

  @Test(arguments: [0, 3, 9]) func `an export shows that registry and mark were set back`(
    _ count: Int
  ) throws {
    let city = try TestCity()
    let old = try CrashImage(city.base.directory)
    try city.grow(by: 3)
    let new = try CrashImage(city.base.directory)
    try export(city, incremental: false)
    // With its mark, a registry that was set back looks as it did then, and grows another way.
    try old.restore()
    if count > 0 { try city.grow(by: count) }
    #expect(try reasons(city) == [])
    #expect(throws: RegistryError(.foreignExport, "")) { try export(city, incremental: true) }
    #expect(try reasons(city) == [.largerCheckpointSeen])
    #expect(throws: RegistryError(.readOnly, "")) { try city.grow(by: 1) }
    // The way out: the newer databases.
    try new.restore(only: "ledger.sqlite")
    try new.restore(only: "vault.sqlite")
    #expect(try !reasons(city).contains(.largerCheckpointSeen))
  }

  @Test func `what proves a fork outlives the appends of a process that was open`() throws {
    let city = try TestCity()
    let old = try CrashImage(city.base.directory)
    try city.grow(by: 3)
    try export(city, incremental: false)
    try old.restore()
    let busy = try city.base.open()
    let registrar = try busy.signer(TestRegistry.code, use: .act)
    func append() throws {
      _ = try busy.write { writer throws(RegistryError) in
        let draft = writer.draft(.ledgerRuled, by: registrar, ["rules": 1])
        return try writer.append([Proposal(try writer.sign(draft, by: registrar))])
      }
    }
    try append()
    #expect(throws: RegistryError(.foreignExport, "")) { try export(city, incremental: true) }
    try append()
    try busy.close()
    #expect(try reasons(city).contains(.largerCheckpointSeen))
  }
}
