import Certificates
import Encoding
import Rules
import Testing
import Verification

@Suite("A receipt for strangers")
struct ReceiptAloneTests {
  private let scenario: DeliveryScenario

  init() throws { scenario = try DeliveryScenario() }

  /// The answer about a receipt alone, with trust list and status beside it.
  private func report(
    _ world: EvidenceWorld, opening names: Set<String>, isStatusGiven: Bool = true
  ) throws -> FileReport {
    let receipt = KnownFile(recognising: try world.receipt(opening: names).bytes)
    var pool = EvidencePool()
    pool.add(KnownFile(recognising: try world.trust()))
    if isStatusGiven { pool.add(KnownFile(recognising: try world.status())) }
    return FileVerifier(
      anchors: [try Anchor(root: world.keys.root, host: nil)], pool: pool, time: EvidenceWorld.now,
      clock: EvidenceWorld.now, audience: nil
    ).report(on: receipt)
  }

  private func codes(_ report: FileReport, _ name: Check.Name) -> [String] {
    report.checks[name]?.reasons.map(\.code) ?? []
  }

  @Test("it is a yes with its status, and open without")
  func good() throws {
    let world = scenario.world
    let good = try report(world, opening: ["certificate", "copy_1"])
    #expect(good.verdict(notDemanding: []) == .yes, "\(good.checks)")
    let open = try report(world, opening: ["certificate", "copy_1"], isStatusGiven: false)
    #expect(open.verdict(notDemanding: []) == .cannotTell)
    #expect(codes(open, .status) == ["status_missing"])
    let closed = try report(world, opening: ["certificate"])
    #expect(closed.checks[.status]?.result == .notShown, "\(closed.checks)")
    var ended = world
    ended.statusState = StatusList.ended
    #expect(codes(try report(ended, opening: ["certificate", "copy_1"]), .status) == ["ended"])
  }

  /// The sample with another status list in its copy, or another identifier.
  private func changed(_ name: String, _ member: String, _ value: JSONValue) -> EvidenceWorld {
    var changed = scenario
    changed.disclose(name) { object in
      var object = object
      object[member] = value
      return object
    }
    return changed.world
  }

  @Test("a list of another department or type is another's, also where the identifier is closed")
  func foreignList() throws {
    let own = EvidenceWorld.statusURI
    for (old, new) in [
      (EvidenceKeys.issuer, EvidenceKeys.other),
      (EvidenceWorld.type, EvidenceKeys.registry + "012"),
    ] {
      let world = changed(
        "copy_1", "status", ["idx": 42, "uri": .string(own.replacing(old, with: new))])
      for names: Set<String> in [["copy_1"], ["certificate", "copy_1"]] {
        let report = try report(world, opening: names)
        #expect(codes(report, .receipt).contains("status_list_name"), "\(report.checks)")
        #expect(report.verdict(notDemanding: [.status]) == .no)
      }
    }
    let without = try report(scenario.world, opening: ["copy_1"])
    #expect(without.checks[.receipt]?.result == .passed, "\(without.checks)")
  }

  @Test("an identifier of another department or type is another's, also without the copy")
  func foreignIdentifier() throws {
    let own = scenario.world.identifier
    let type = try TypeCode(EvidenceKeys.registry + "012")
    let foreign = [
      (
        try CertificateIdentifier.make(
          type: try TypeCode(EvidenceWorld.type), issuer: try USCC(EvidenceKeys.other),
          serial: "20230000403", version: 1), "issuer_mismatch"
      ),
      (
        try CertificateIdentifier.make(
          type: type, issuer: try USCC(EvidenceKeys.issuer), serial: "20230000403", version: 1),
        "type_mismatch"
      ),
    ]
    for (identifier, code) in foreign {
      #expect(identifier.text != own)
      let world = changed("certificate", "identifier", .string(identifier.text))
      for names: Set<String> in [["certificate"], ["certificate", "copy_1"]] {
        let report = try report(world, opening: names)
        #expect(codes(report, .receipt).contains(code), "\(report.checks)")
      }
    }
    let broken = changed("certificate", "identifier", .string(own.dropLast() + "A"))
    #expect(try report(broken, opening: ["certificate"]).checks[.receipt]?.result == .failed)
  }
}
