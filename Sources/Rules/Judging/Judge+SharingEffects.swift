import Cryptography

// What faultless events of sharing change. Spec: rules.md, "Facts".
extension Judge {
  func applySharing(to facts: inout FactOverlay) throws(RulesError) {
    guard let department = event.issuerCode else { return }
    let name = EventName(number: event.id.number, department: facts.kept(department))
    switch event.kind {
    case .grantGiven:
      guard let terms = GrantTerms(event.clear) else { return }
      facts.set(.grant(name), .grant(GrantFact(terms: terms)))
    case .grantWithdrawn:
      guard let name = try named("grant", facts: &facts), var grant = try facts.grant(name) else {
        return
      }
      grant.withdrawnAt = context.received.seconds
      facts.set(.grant(name), .grant(grant))
    case .shareRequested: try applyRequest(name, to: &facts)
    case .shareRefused, .shareReleased: try applyAnswer(name, to: &facts)
    case .shareAcknowledged:
      guard let release = try named("release", facts: &facts) else { return }
      try change(release, to: &facts) { $0.isAcknowledged = true }
    case .shareDisputed:
      guard let release = try named("release", facts: &facts), let issuer = event.text("issuer")
      else { return }
      facts.set(.dispute(name), .dispute(DisputeFact(issuer: issuer, release: release)))
      try change(release, to: &facts) { $0.dispute = .open }
    case .shareSettled:
      guard let name = try named("dispute", facts: &facts), var dispute = try facts.dispute(name)
      else { return }
      dispute.isSettled = true
      facts.set(.dispute(name), .dispute(dispute))
      try change(dispute.release, to: &facts) { $0.dispute = .settled }
    default: break
    }
  }

  /// A request that entered counts as a use of its grant, whatever is answered.
  private func applyRequest(
    _ name: EventName, to facts: inout FactOverlay
  ) throws(RulesError) {
    guard let provider = event.text("provider"), let type = event.text("type"),
      let material = event.text("material"), let answerBy = event.integer("answer_by"),
      let mode = event.text("mode").flatMap(ShareMode.init(rawValue:))
    else { return }
    let grantName = try named("grant", facts: &facts).map {
      EventName(number: $0.number, department: facts.kept($0.department))
    }
    facts.set(
      .request(name),
      .request(
        RequestFact(
          provider: facts.kept(provider), type: facts.kept(type), material: facts.kept(material),
          claims: claims.map { facts.kept($0) }, mode: mode, grant: grantName,
          answerBy: answerBy)))
    guard let grantName, var grant = try facts.grant(grantName) else { return }
    grant.use(at: context.received.seconds)
    facts.set(.grant(grantName), .grant(grant))
  }

  private func applyAnswer(_ name: EventName, to facts: inout FactOverlay) throws(RulesError) {
    guard let asked = try named("request", facts: &facts), var request = try facts.request(asked)
    else { return }
    request.state = event.kind == .shareRefused ? .refused : .released
    facts.set(.request(asked), .request(request))
    guard event.kind == .shareReleased, let enclosed = event.digest("enclosed") else { return }
    facts.set(
      .release(name),
      .release(
        ReleaseFact(requester: facts.kept(asked.department), type: request.type, enclosed: enclosed)
      ))
  }

  private func change(
    _ name: EventName, to facts: inout FactOverlay, _ change: (inout ReleaseFact) -> Void
  ) throws(RulesError) {
    guard var release = try facts.release(name) else { return }
    change(&release)
    facts.set(.release(name), .release(release))
  }
}
