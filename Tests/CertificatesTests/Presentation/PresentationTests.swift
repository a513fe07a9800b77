import Certificates
import Cryptography
import Encoding
import Testing

/// Runs `spec/vectors/presentation/verdict.json`, and what wallets and verifiers share.
@Suite struct PresentationTests {
  let registry: SampleRegistry

  init() throws { registry = try SampleRegistry() }

  @Test("each change of a request or its answer fails the check it should, by name")
  func cases() throws {
    let vectors = try Vectors.own("presentation/verdict.json")
    for element in try #require(vectors["cases"]?.arrayValue) {
      let name = try #require(element["change"]?.stringValue)
      var scenario = try PresentationScenario(registry)
      let isKnown = try scenario.change(name)
      #expect(isKnown, "\(name)")
      let checks = try scenario.report().checks
      let check = try #require(checks[Check.Name(element["check"]?.stringValue ?? "")])
      #expect(check.result.rawValue == element["result"]?.stringValue, "\(name): \(check)")
      if let code = element["code"]?.stringValue {
        #expect(check.reasons.map(\.code).contains(code), "\(name): \(check)")
      } else if check.result == .passed {
        #expect(check.reasons.isEmpty, "\(name): \(check)")
      }
      #expect(
        checks.checks.map(\.name.description) == [
          "format", "signature", "issuer", "trust", "key_state", "type", "schema", "validity",
          "status", "key_binding", "request", "asker",
        ], "\(name)")
    }
  }

  @Test("a good answer is a yes, and no answer without its request is")
  func verdicts() throws {
    func verdict(_ change: String) throws -> CheckList.Verdict {
      var scenario = try PresentationScenario(registry)
      _ = try scenario.change(change)
      return try scenario.report().checks.verdict(notDemanding: [])
    }
    #expect(try verdict("none") == .yes)
    #expect(try verdict("no_request") == .cannotTell)
    #expect(try verdict("stripped") == .no)
    #expect(try verdict("no_list") == .cannotTell)
  }

  @Test("what a wallet selects and signs answers the request, and shows nothing else")
  func answering() throws {
    let scenario = try PresentationScenario(registry)
    let request = try PresentationRequest(parsing: try scenario.request.bytes())
    let copy = try UnverifiedCertificate(
      parsing: try scenario.certificate.bytes(), keyBinding: .refused)
    let presentation = Presentation(
      of: copy, selection: try request.terms.query.selection(from: copy))
    let bytes = try presentation.sign(
      .init(answering: request, at: PresentationScenario.asked + 10), with: scenario.holder)
    let report = try scenario.session().verify(presentation: bytes, request: request)
    #expect(report.checks.verdict(notDemanding: []) == .yes, "\(report.checks)")
    let shown = try presentation.shown().claims
    #expect(shown == report.certificate?.claims)
    #expect(shown["number"] == "湘A0042" && shown["category"] == "low-voltage")
    #expect(shown["scope"] == nil && shown["holders"] == nil && shown["identifier"] == nil)
    let text = String(decoding: bytes, as: UTF8.self)
    for disclosure in copy.disclosures {
      let isShown = try ["number", "category"].contains(disclosure.content().name)
      #expect(text.contains(disclosure.text) == isShown)
    }
  }

  @Test("only the copy's own key signs")
  func foreignKey() throws {
    let scenario = try PresentationScenario(registry)
    let request = try PresentationRequest(parsing: try scenario.request.bytes())
    let copy = try UnverifiedCertificate(
      parsing: try scenario.certificate.bytes(), keyBinding: .refused)
    #expect(throws: CertificatesError(.notPresentable, "")) {
      try Presentation(of: copy, selection: []).sign(
        .init(answering: request, at: 0), with: try P256PrivateKey.generate())
    }
  }

  @Test("of sets the first that the copy can show is selected, with all on the way")
  func selecting() throws {
    var scenario = try PresentationScenario(registry)
    _ = try scenario.change("second_set")
    let query = try PresentationRequest(parsing: try scenario.request.bytes()).terms.query
    let copy = try UnverifiedCertificate(
      parsing: try scenario.certificate.bytes(), keyBinding: .refused)
    let names = try query.selection(from: copy).map { try copy.disclosures[$0].content().name }
    #expect(names == ["number"])
    let whole = try ClaimQuery(types: query.types, claims: [.init("holders")])
    #expect(try whole.selection(from: copy).count == 3)
    let absent = try ClaimQuery(types: query.types, claims: [.init("remark")])
    #expect(throws: CertificatesError(.claimMissing, "")) { try absent.selection(from: copy) }
  }

  @Test("no reason repeats a claim, a name or a code of the holder")
  func noPersonalData() throws {
    for change in ["other_value", "claim_withheld", "claim_more", "empty_list", "child_alone"] {
      var scenario = try PresentationScenario(registry)
      _ = try scenario.change(change)
      let text = "\(try scenario.report().checks)"
      for value in ["刘一", "1101051949", "湘A0042", "low-voltage"] {
        #expect(!text.contains(value), "\(change)")
      }
    }
  }
}
