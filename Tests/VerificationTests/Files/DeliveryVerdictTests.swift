import Certificates
import Cryptography
import Encoding
import Ledger
import Rules
import Testing
import Verification

/// Runs `spec/vectors/evidence/verdict.json`.
@Suite("The verdict on a delivery")
struct DeliveryVerdictTests {
  private static let names = [
    "format", "signature", "issuer", "trust", "key_state", "type", "schema", "validity", "status",
    "ledger", "receipt",
  ]

  @Test("each change fails the check it should, by name, and no check is left out")
  func cases() throws {
    let cases = try #require(try EvidenceVectors.own("verdict.json")["cases"]?.arrayValue)
    #expect(cases.count > 60)
    for element in cases {
      let name = try #require(element["change"]?.stringValue)
      var scenario = try DeliveryScenario()
      #expect(try scenario.change(name), "\(name)")
      let checks = try scenario.report().checks
      #expect(checks.checks.map(\.name.description) == Self.names, "\(name)")
      let check = try #require(checks[Check.Name(element["check"]?.stringValue ?? "")])
      #expect(check.result.rawValue == element["result"]?.stringValue, "\(name): \(check)")
      if let code = element["code"]?.stringValue {
        #expect(check.reasons.map(\.code).contains(code), "\(name): \(check)")
      } else {
        #expect(check.reasons.isEmpty, "\(name): \(check)")
      }
      #expect(!"\(checks)".contains("1101051949"), "\(name) tells a holder's code")
    }
  }

  @Test("a good delivery is a yes; what is not demanded need not be shown, but must not fail")
  func verdicts() throws {
    func verdict(_ change: String, _ accepted: Set<Check.Name>) throws -> CheckList.Verdict {
      var scenario = try DeliveryScenario()
      _ = try scenario.change(change)
      return try scenario.report().verdict(notDemanding: accepted)
    }
    #expect(try verdict("none", []) == .yes)
    #expect(try verdict("no_status", []) == .cannotTell)
    #expect(try verdict("no_status", [.status]) == .yes)
    #expect(try verdict("checkpoint_key", [.ledger, .receipt]) == .no)
    #expect(try verdict("no_list", [.ledger, .receipt, .status]) == .cannotTell)
    #expect(try verdict("seal_compromised_unproven", [.ledger, .receipt]) == .no)
  }

  @Test("a bare copy needs its receipt, and takes it from another file")
  func copyAndReceipt() throws {
    let world = try EvidenceWorld()
    let copy = KnownFile(recognising: try world.copy().copy)
    func report(_ files: [[UInt8]]) throws -> FileReport {
      var pool = EvidencePool()
      for file in files { pool.add(KnownFile(recognising: file)) }
      return FileVerifier(
        anchors: [try Anchor(root: world.keys.root, host: nil)], pool: pool,
        time: EvidenceWorld.now,
        clock: EvidenceWorld.now, audience: nil
      ).report(on: copy)
    }
    let evidence = [try world.trust(), try world.status(), world.typeFile.canonicalBytes]
    let without = try report(evidence)
    #expect(without.checks[.ledger]?.result == .notShown)
    #expect(without.verdict(notDemanding: []) == .cannotTell)
    #expect(without.verdict(notDemanding: [.ledger, .receipt]) == .yes)
    let with = try report(evidence + [try world.receipt().bytes])
    #expect(with.verdict(notDemanding: []) == .yes)
    // A compromised key is rescued by a receipt in another file, too.
    let delivery = try report(evidence + [try world.delivery().bytes])
    #expect(delivery.checks[.ledger]?.result == .notShown)
  }

  @Test("a bundle is judged by the evidence in it; what is broken in it is named, not left out")
  func bundle() throws {
    let world = try EvidenceWorld()
    let good = try world.bundle()
    func verdict(_ bundle: EvidenceBundle) throws -> FileReport {
      let file = KnownFile(recognising: bundle.bytes)
      var pool = EvidencePool()
      pool.add(file)
      return FileVerifier(
        anchors: [try Anchor(root: world.keys.root, host: nil)], pool: pool,
        time: EvidenceWorld.now,
        clock: EvidenceWorld.now, audience: nil
      ).report(on: file)
    }
    #expect(try verdict(good).verdict(notDemanding: []) == .yes)
    let bare = try EvidenceBundle(
      copy: good.copy, receipt: good.receipt, status: nil, trust: good.trust, types: good.types)
    #expect(try verdict(bare).checks[.status]?.result == .notShown)
    let broken = try EvidenceBundle(
      copy: good.copy, receipt: good.receipt, status: Array("eyJhbGciOiJub25lIn0.e30.AA".utf8),
      trust: good.trust, types: good.types)
    let report = try verdict(broken)
    #expect(report.checks[.format]?.reasons.first?.code == "algorithm_none")
    #expect(report.checks[.status]?.result == .notShown)
    #expect(report.verdict(notDemanding: [.status]) == .no)
  }
}
