import Certificates
import Cryptography
import Encoding
import Ledger
import Rules
import Testing
import Verification

/// What deliveries say of one another.
@Suite("Many deliveries")
struct DeliveryRegisterTests {
  private let world: EvidenceWorld

  init() throws { world = try EvidenceWorld() }

  /// The report on a delivery of the world, changed, in a tree of so many entries.
  private func report(
    _ register: inout DeliveryRegister, size: UInt64 = 5, later milliseconds: Int64 = 0
  ) throws -> FileReport {
    var world = world
    world.received = world.received.adding(milliseconds: milliseconds)
    let delivery = try world.delivery()
    let receipt = try Receipt(
      entry: delivery.receipt.entry, disclosures: delivery.receipt.disclosures,
      signerPath: delivery.receipt.signerPath,
      proof: try world.proof(of: delivery.receipt.entry, size: size))
    let file = KnownFile(
      recognising: try Delivery(
        copy: delivery.copy, receipt: receipt, certificateThread: delivery.certificateThread,
        subjectThread: delivery.subjectThread
      ).bytes)
    var pool = EvidencePool()
    pool.add(KnownFile(recognising: try world.trust()))
    pool.add(KnownFile(recognising: try world.status()))
    pool.add(KnownFile(recognising: world.typeFile.canonicalBytes))
    let report = FileVerifier(
      anchors: [try Anchor(root: world.keys.root, host: nil)], pool: pool, time: EvidenceWorld.now,
      clock: EvidenceWorld.now, audience: nil
    ).report(on: file)
    #expect(report.verdict(notDemanding: []) == .yes)
    return register.compared(report, on: file)
  }

  @Test("receipts of one ledger agree, also under checkpoints of different sizes")
  func agreeing() throws {
    var register = DeliveryRegister()
    for size: UInt64 in [5, 8, 5, 9] {
      #expect(try report(&register, size: size).verdict(notDemanding: []) == .yes)
    }
  }

  @Test("another entry of the same index is a fork, in a tree of the same size or another")
  func otherEntry() throws {
    for size: UInt64 in [5, 8] {
      var register = DeliveryRegister()
      _ = try report(&register)
      let forked = try report(&register, size: size, later: 1)
      #expect(forked.checks[.ledger]?.reasons.map(\.code) == ["forked"])
      #expect(forked.verdict(notDemanding: [.ledger, .receipt]) == .no)
      #expect(forked.checks.checks.count == 11)
      // What contradicts is not believed in the place of what came before.
      #expect(try report(&register).verdict(notDemanding: []) == .yes)
    }
  }

  @Test("a copy is met once")
  func copies() throws {
    var register = DeliveryRegister()
    let first = try report(&register)
    let isNew = [register.isFirst(first), register.isFirst(first)]
    #expect(isNew == [true, false])
  }
}
