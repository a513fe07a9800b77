import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import SQLiteStorage
import Testing

/// The writer is stopped after each durable step; what lay on the disk then is opened again.
@Suite struct StoppedWriterTests {
  private struct Stopped: Error {}

  /// What a stopped attempt left and had signed.
  private final class Attempt {
    var image: CrashImage?
    var note: [UInt8]?
    var places: [String] = []
    var identifiers: [CertificateIdentifier] = []
    var events: [[UInt8]] = []
  }

  /// Issues two cards and stops after a step; nil lets it go on.
  private func issue(
    _ city: TestCity, _ numbers: [Int], stopAfter step: Writer.DurableStep?
  ) throws -> Attempt {
    let attempt = Attempt()
    let registry = try city.base.open()
    let file = try registry.typeFile(try TypeCode(TestCity.card), version: nil)
    let builder = try registry.certificateBuilder(file, department: TestCity.police)
    let indices = StatusIndices(
      department: try USCC(TestCity.police), type: file.code, host: TestRegistry.host)
    let orders = try numbers.map {
      CertificateOrder(claims: try TestCity.claims("N\($0)", [$0]))
    }
    let directory = city.base.directory
    do {
      try registry.write { writer throws(RegistryError) in
        writer.probe = { reached throws(RegistryError) in
          if reached == .checkpointSigned { attempt.note = try writer.checkpoint().note }
          guard reached == step else { return }
          do { attempt.image = try CrashImage(directory) } catch {
            throw RegistryError(.internalFault, "no image", cause: error)
          }
          throw RegistryError(.internalFault, "stopped here", cause: Stopped())
        }
        let built = try builder.build(try builder.prepare(orders, indices, writer))
        for one in built {
          attempt.events.append(one.proposal.event.jwt)
          attempt.identifiers.append(one.identifier)
          for disclosure in one.proposal.disclosures where disclosure.name.hasPrefix("copy_") {
            attempt.places.append("\(disclosure.value["status"]?["idx"]?.integerValue ?? -1)")
          }
        }
        let result = try writer.append(built.map(\.proposal))
        attempt.note = result.checkpoint.note
      }
    } catch {
      #expect(error.cause is Stopped, "\(error.detailedDescription)")
      #expect(throws: RegistryError.self) {
        try registry.write { writer throws(RegistryError) in _ = try writer.append([]) }
      }
    }
    if step == nil { try registry.close() }
    return attempt
  }

  private func checkpoint(_ city: TestCity) throws -> [UInt8] {
    let registry = try city.base.open()
    #expect(registry.reasons == [])
    let note = try registry.write { writer throws(RegistryError) in try writer.checkpoint().note }
    try registry.close()
    return note
  }

  @Test(arguments: Writer.DurableStep.allCases)
  func `nothing is lost, half done or signed twice`(_ step: Writer.DurableStep) throws {
    let city = try TestCity()
    let first = try issue(city, [1, 2], stopAfter: nil)
    let before = try size(city)
    let stopped = try issue(city, [3, 4], stopAfter: step)
    try #require(stopped.image).restore()
    let again = try checkpoint(city)
    let after = try size(city)
    if step == .vaultCommitted {
      #expect(after == before)
    } else {
      #expect(after.value == before.value + 2)
      // The same root gets the same bytes: whoever took the first note holds nothing else.
      if let note = stopped.note { #expect(note == again) }
    }
    try expectFaultless(city)
    let next = try issue(city, [5, 6], stopAfter: nil)
    let places = first.places + stopped.places + next.places
    #expect(places.count == 6)
    #expect(Set(places).count == 6, "a status index was given out twice")
    #expect(Set((first.identifiers + next.identifiers).map(\.text)).count == 4)
    try expectFaultless(city)
    try expectOneRootPerSize(city, [first.note, stopped.note, again, next.note].compactMap { $0 })
  }

  @Test(arguments: Writer.DurableStep.allCases)
  func `an event that was signed before the stop enters once`(_ step: Writer.DurableStep) throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let registrar = try registry.signer(TestRegistry.code, use: .act)
    let stopped = Attempt()
    let directory = city.base.directory
    let before = try registry.ledger.size()
    var signed: SignedEvent?
    #expect(throws: RegistryError.self) {
      try registry.write { writer throws(RegistryError) in
        writer.probe = { reached throws(RegistryError) in
          guard reached == step else { return }
          do { stopped.image = try CrashImage(directory) } catch {
            throw RegistryError(.internalFault, "no image", cause: error)
          }
          throw RegistryError(.internalFault, "stopped")
        }
        let event = try writer.sign(
          writer.draft(.ledgerRuled, by: registrar, ["rules": 1]), by: registrar)
        signed = event
        // An item makes the vault take part.
        _ = try writer.append(
          [Proposal(event, changes: [.putItem(space: "x", key: [1], value: [1])])])
      }
    }
    try #require(stopped.image).restore()
    let event = try #require(signed)
    let reopened = try city.base.open()
    let result = try reopened.write { writer throws(RegistryError) in
      try writer.append([Proposal(event, changes: [.putItem(space: "x", key: [1], value: [1])])])
    }
    if case .repeated = result.outcomes[0] {
      #expect(step != .vaultCommitted)
    } else {
      #expect(step == .vaultCommitted)
    }
    #expect(try reopened.ledger.size().value == before.value + 1)
    #expect(try reopened.vault.item("x", [1])?.value == [1])
    try reopened.close()
  }

  // MARK: Helpers

  private func size(_ city: TestCity) throws -> TreeSize {
    let registry = try city.base.open(writing: false)
    defer { _ = Result { try registry.close() } }
    return try registry.ledger.size()
  }

  private func expectFaultless(_ city: TestCity) throws {
    let registry = try city.base.open(writing: false)
    let report = try registry.fullCheck(cipher: try registry.openCipher())
    #expect(report.isFaultless, "\(report.findings)")
    try registry.close()
  }

  private func expectOneRootPerSize(_ city: TestCity, _ notes: [[UInt8]]) throws {
    let registry = try city.base.open(writing: false)
    let stored = try registry.ledger.checkpoints(from: TreeSize(0), limit: 1000).map(\.note)
    try registry.close()
    var roots: [TreeSize: Digest] = [:]
    for note in stored + notes {
      let checkpoint = try Checkpoint(parsing: try SignedNote(parsing: note).text)
      #expect(roots[checkpoint.size, default: checkpoint.root] == checkpoint.root)
      roots[checkpoint.size] = checkpoint.root
    }
    #expect(roots.count >= 2)
  }
}
