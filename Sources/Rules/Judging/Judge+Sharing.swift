import Cryptography
import Encoding

// Requests and what follows from them. Spec: rules.md, "Codes"; grant.md.
extension Judge {
  /// The longest time to answer, in seconds.
  private static let answerSecondsMax: Int64 = 366 * 86_400

  /// The rules of grants, sharing, cases and evidence.
  mutating func judgeSharing(facts: inout FactOverlay) throws(RulesError) {
    switch event.kind {
    case .grantGiven: try judgeGrant(facts: &facts)
    case .grantWithdrawn: try judgeWithdrawal(facts: &facts)
    case .shareRequested: try judgeShareRequest(facts: &facts)
    case .shareRefused:
      requireCodes("reason")
      _ = try answeredRequest(facts: &facts)
    case .shareReleased: try judgeRelease(facts: &facts)
    case .shareAcknowledged: try judgeAcknowledgement(facts: &facts)
    case .shareDisputed: try judgeDispute(facts: &facts)
    case .shareSettled: try judgeSettlement(facts: &facts)
    case .caseDecided: requireCodes("purpose")
    case .useAccepted, .useRefused: try judgeUse(facts: &facts)
    case .evidenceDisclosed:
      if event.clear.contains("department") { try requireDepartment(facts: &facts) }
    default: break
    }
  }

  /// The event that a member names, if it can be one of this ledger.
  func named(_ member: String, facts: inout FactOverlay) throws(RulesError) -> EventName? {
    guard let name = EventName(named: member, in: event),
      let issuer = event.clear[member]?["iss"]?.stringValue,
      let uri = try facts.ledger()?.uri(of: name.department), uri.hasSameBytes(as: issuer)
    else { return nil }
    return name
  }

  /// What stands in the clear for everyone to count is a code, never a sentence or a number of
  /// somebody.
  mutating func requireCodes(_ members: String...) {
    for member in members { require(CodeCheck.isCode(event.text(member) ?? ""), .purpose) }
  }

  var claims: [String] { (event.clear["claims"]?.arrayValue ?? []).compactMap(\.stringValue) }

  /// Whether every claim stands in a list; byte by byte, as the claims are named in certificates.
  static func covers(_ list: [String], _ claims: [String]) -> Bool {
    claims.allSatisfy { claim in list.contains { $0.hasSameBytes(as: claim) } }
  }

  /// Whether the signer is a department, or answers for it.
  private func speaks(for code: String, facts: inout FactOverlay) throws(RulesError) -> Bool {
    guard let signer = event.issuerCode else { return false }
    return try facts.answers(signer, for: code)
  }

  /// Whether the newest version of a type lists a department, or one for which it answers.
  private func issues(
    _ code: String, _ type: TypeVersionFact, facts: inout FactOverlay
  ) throws(RulesError) -> Bool {
    if type.lists(code) { return true }
    for issuer in type.issuers where try facts.answers(code, for: issuer) { return true }
    return false
  }

  private mutating func judgeShareRequest(facts: inout FactOverlay) throws(RulesError) {
    requireCodes("purpose", "officer_role")
    require(Set(claims).count == claims.count, .shareClaims)
    let time = (event.integer("answer_by") ?? 0) - context.received.seconds
    require(time > 0 && time <= Judge.answerSecondsMax, .answerTime)
    try requireDepartment("provider", facts: &facts)
    let provider = event.text("provider") ?? ""
    require(provider != event.issuerCode, .shareProvider)
    guard let type = try facts.newest(event.text("type") ?? "") else {
      broken.insert(.typeUnknown)
      return
    }
    require(event.text("material") == type.material, .typeUnknown)
    require(try issues(provider, type, facts: &facts), .shareProvider)
    let isDuty = event.text("mode") == ShareMode.duty.rawValue
    guard event.clear.contains("citation") == isDuty, event.clear.contains("grant") != isDuty else {
      broken.insert(.shareBasis)
      return
    }
    if isDuty {
      judgeDuty(type, under: event.text("citation") ?? "")
    } else {
      try judgeGrantUse(facts: &facts)
    }
  }

  /// A duty is one row of the type: this department, for this purpose, under this law, or under any
  /// where none is named.
  mutating func judgeDuty(_ type: TypeVersionFact, under citation: String?) {
    let purpose = event.text("purpose") ?? ""
    let rows = type.duties(of: event.issuerCode ?? "").filter {
      $0.purpose == purpose && (citation.map($0.rests(on:)) ?? true)
    }
    guard !rows.isEmpty else {
      broken.insert(.dutyUnknown)
      return
    }
    let isCovered = rows.contains { Judge.covers($0.claims, claims) }
    require(isCovered, .dutyClaims)
  }

  /// The request that an answer names, with what every answer needs.
  private mutating func answeredRequest(
    facts: inout FactOverlay
  ) throws(RulesError) -> RequestFact? {
    guard let name = try named("request", facts: &facts), let request = try facts.request(name)
    else {
      broken.insert(.requestUnknown)
      return nil
    }
    require(request.state == .open, .requestAnswered)
    require(try speaks(for: request.provider, facts: &facts), .signerRole)
    require(event.text("requester") == name.department, .shareRequester)
    return request
  }

  private mutating func judgeRelease(facts: inout FactOverlay) throws(RulesError) {
    guard let request = try answeredRequest(facts: &facts) else { return }
    require(
      Set(claims).count == claims.count && Judge.covers(request.claims, claims), .shareClaims)
    require(try isReceiver(facts: &facts), .receiver)
    guard let name = request.grant, let grant = try facts.grant(name) else { return }
    require(grant.withdrawnAt == nil, .grantWithdrawn)
    require(grant.terms.period.contains(context.received.seconds), .grantPeriod)
  }

  /// Whether the material was enclosed for an identity that opens for the requester now.
  private func isReceiver(facts: inout FactOverlay) throws(RulesError) -> Bool {
    guard let keyID = event.digest("receiver"), let fact = try facts.identityFact(keyID),
      let identity = try facts.identity(keyID)
    else { return false }
    let seconds = context.received.seconds
    return fact.department == event.text("requester") && fact.use == .open
      && fact.state == .active && identity.notBefore <= seconds && seconds < identity.notAfter
  }

  /// The release that an event of its requester names.
  private mutating func namedRelease(
    facts: inout FactOverlay
  ) throws(RulesError) -> ReleaseFact? {
    guard let name = try named("release", facts: &facts), let release = try facts.release(name)
    else {
      broken.insert(.releaseUnknown)
      return nil
    }
    // What was enclosed for a department nobody else has opened.
    require(event.issuerCode == release.requester, .signerRole)
    require(event.text("provider") == name.department, .shareProvider)
    return release
  }

  private mutating func judgeAcknowledgement(facts: inout FactOverlay) throws(RulesError) {
    guard let release = try namedRelease(facts: &facts) else { return }
    require(event.digest("enclosed") == release.enclosed, .enclosed)
    require(!release.isAcknowledged, .releaseAcknowledged)
  }

  private mutating func judgeDispute(facts: inout FactOverlay) throws(RulesError) {
    try requireDepartment("issuer", facts: &facts)
    guard let release = try namedRelease(facts: &facts) else { return }
    require(release.isAcknowledged, .releaseUnacknowledged)
    require(release.dispute != .open, .disputeOpen)
    guard let type = try facts.newest(release.type) else { return }
    require(try issues(event.text("issuer") ?? "", type, facts: &facts), .typeIssuer)
  }

  private mutating func judgeSettlement(facts: inout FactOverlay) throws(RulesError) {
    guard let name = try named("dispute", facts: &facts), let dispute = try facts.dispute(name)
    else {
      broken.insert(.disputeUnknown)
      return
    }
    require(!dispute.isSettled, .disputeSettled)
    require(try speaks(for: dispute.issuer, facts: &facts), .signerRole)
    require(event.text("requester") == name.department, .shareRequester)
  }
}

extension FactOverlay {
  /// The newest version of a type.
  mutating func newest(_ code: String) throws(RulesError) -> TypeVersionFact? {
    guard let newest = try type(code)?.version else { return nil }
    return try type(code, version: newest)
  }
}
