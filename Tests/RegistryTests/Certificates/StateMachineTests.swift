import Certificates
import Registry
import Rules
import Testing

@Suite struct StateMachineTests {
  /// Every pair of states and what the standards say of the step.
  @Test(arguments: CertificateState.allCases)
  func `a step is taken, passed over or impossible`(from: CertificateState) throws {
    for target in CertificateState.allCases where target != .replaced {
      let reason = target == .other ? "moved" : nil
      let verdict = try StateStep(to: target, reason: reason).verdict(from: from)
      let expected: StateStep.Verdict =
        switch (from, target) {
        case _ where from == target: .isThere
        case (.inForce, _), (.suspended, _): .changes
        default: .impossible
        }
      #expect(verdict == expected, "\(from) to \(target)")
    }
  }

  @Test func `a step that needs a reason or has a bad one is no step`() throws {
    #expect(StateStep.objection(to: .other, reason: nil)?.code == .missing)
    #expect(StateStep.objection(to: .revoked, reason: "")?.code == .length)
    let long = String(repeating: "长", count: StateStep.reasonLengthMax + 1)
    #expect(StateStep.objection(to: .revoked, reason: long)?.code == .length)
    #expect(StateStep.objection(to: .revoked, reason: "a\u{202E}b")?.code == .unpermittedCharacter)
    #expect(StateStep.objection(to: .replaced, reason: nil)?.code == .enum)
    #expect(throws: RegistryError(.invalidRequest, "")) { try StateStep(to: .other) }
  }

  @Test func `a certificate is suspended, reinstated and ended for good`() throws {
    let city = try TestCity()
    let card = try #require(try city.issueCards(1).first)
    #expect(try city.step(card, to: .suspended, reason: "调查") == nil)
    #expect(try city.view(card)?.certificate.state == .suspended)
    #expect(try city.step(card, to: .inForce) == nil)
    #expect(try city.step(card, to: .suspended) == nil)
    #expect(try city.step(card, to: .transferred) == nil)
    for state in [CertificateState.inForce, .suspended, .revoked, .other] {
      #expect(try city.step(card, to: state, reason: "x") == "state_step")
    }
    let view = try #require(try city.view(card))
    #expect(
      view.history.map(\.state) == [.inForce, .suspended, .inForce, .suspended, .transferred])
    #expect(view.history.map(\.reason) == [nil, "调查", nil, nil, nil])
    #expect(
      view.history.map(\.kind) == [
        .certificateIssued, .certificateSuspended, .certificateReinstated, .certificateSuspended,
        .certificateRevoked,
      ])
    #expect(view.history.map(\.coarse) == [.valid, .suspended, .valid, .suspended, .ended])
  }

  @Test(arguments: StateStep.endings)
  func `every ending is reached from force and keeps its exact name`(
    state: CertificateState
  ) throws {
    let city = try TestCity()
    let card = try #require(try city.issueCards(1).first)
    #expect(try city.step(card, to: state, reason: "because") == nil)
    let view = try #require(try city.view(card))
    #expect(view.certificate.state == state)
    #expect(view.history.last?.reason == "because")
    #expect(view.history.last?.kind == .certificateRevoked)
  }

  @Test func `only the issuer can, and only what was issued`() throws {
    let city = try TestCity()
    let card = try #require(try city.issueCards(1).first)
    #expect(try city.step(card, to: .revoked, by: TestCity.civil) == "not_issuer")
    let other = try CertificateIdentifier.make(
      type: try TypeCode(TestCity.card), issuer: try USCC(TestCity.police), serial: "1",
      version: 1)
    #expect(try city.step(other, to: .revoked) == "not_found")
    #expect(try city.step(try card.next(), to: .revoked) == "not_found")
    #expect(try city.view(card)?.certificate.state == .inForce)
    // Nothing of a refusal that was known before is in the ledger.
    let registry = try city.base.open(writing: false)
    #expect(try registry.certificates().history(of: #require(try city.row(card))).count == 1)
    try registry.close()
  }
}
