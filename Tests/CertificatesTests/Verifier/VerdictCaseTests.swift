import Certificates
import Cryptography
import Encoding
import Testing

/// Runs `spec/vectors/certificate/verdict.json`.
@Suite struct VerdictCaseTests {
  let registry: SampleRegistry

  init() throws { registry = try SampleRegistry() }

  @Test("each change of a certificate or its evidence fails the check it should, by name")
  func cases() throws {
    for element in try #require(try Vectors.own("certificate/verdict.json")["cases"]?.arrayValue) {
      let name = try #require(element["change"]?.stringValue)
      var scenario = try Scenario(registry)
      let isKnown = try scenario.change(name)
      #expect(isKnown, "\(name)")
      let checks = try scenario.report().checks
      let check = try #require(checks[Check.Name(element["check"]?.stringValue ?? "")])
      #expect(check.result.rawValue == element["result"]?.stringValue, "\(name): \(check)")
      if let code = element["code"]?.stringValue {
        #expect(check.reasons.map(\.code).contains(code), "\(name): \(check)")
      } else {
        #expect(check.reasons.isEmpty, "\(name): \(check)")
      }
    }
  }

  @Test("no check is left out, whatever else failed")
  func allChecks() throws {
    for change in ["none", "broken_identity", "no_list", "unreadable", "foreign_registry"] {
      var scenario = try Scenario(registry)
      _ = try scenario.change(change)
      let names = try scenario.report().checks.checks.map(\.name.description)
      #expect(
        names == [
          "format", "signature", "issuer", "trust", "key_state", "type", "schema", "validity",
          "status",
        ])
    }
  }

  @Test("the verdict is yes only if all that is demanded passed")
  func verdicts() throws {
    func verdict(_ change: String, notDemanding: Set<Check.Name>) throws -> CheckList.Verdict {
      var scenario = try Scenario(registry)
      _ = try scenario.change(change)
      return try scenario.report().checks.verdict(notDemanding: notDemanding)
    }
    #expect(try verdict("none", notDemanding: []) == .yes)
    #expect(try verdict("no_status", notDemanding: []) == .cannotTell)
    #expect(try verdict("no_status", notDemanding: [.status]) == .yes)
    #expect(try verdict("no_list", notDemanding: []) == .cannotTell)
    #expect(try verdict("compromised_proven", notDemanding: []) == .no)
    #expect(try verdict("suspended", notDemanding: [.status]) == .no)
    #expect(try verdict("other_key", notDemanding: [.status, .signature]) == .no)
    #expect(try verdict("unreadable", notDemanding: []) == .no)
    #expect(CheckList().verdict(notDemanding: []) == .cannotTell)
  }

  @Test("no reason repeats a claim, a name or a code of the holder")
  func noPersonalData() throws {
    for change in ["bad_holder", "bad_category", "identifier_check", "valid_until", "name"] {
      var scenario = try Scenario(registry)
      _ = try scenario.change(change)
      let text = "\(try scenario.report().checks)"
      for value in ["刘一", "1101051949", "湘A0042"] {
        #expect(!text.contains(value), "\(change)")
      }
    }
  }
}
