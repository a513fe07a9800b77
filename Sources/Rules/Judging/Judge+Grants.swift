// Grants, and a request's use of one. Spec: grant.md.
extension Judge {
  mutating func judgeGrant(facts: inout FactOverlay) throws(RulesError) {
    try requireDepartment("requester", facts: &facts)
    guard let terms = GrantTerms(event.clear) else { return }
    // What has run out when it is lodged can only mislead.
    require(terms.isSound && terms.period.until > context.received.seconds, .grantTerms)
    for type in terms.types { require(try facts.type(type) != nil, .typeUnknown) }
  }

  mutating func judgeWithdrawal(facts: inout FactOverlay) throws(RulesError) {
    guard let name = try named("grant", facts: &facts), let grant = try facts.grant(name) else {
      broken.insert(.grantUnknown)
      return
    }
    require(event.text("requester") == grant.terms.requester, .grantRequester)
    require(grant.withdrawnAt == nil, .grantWithdrawn)
  }

  /// A request that rests on a grant is one of those that the holder allowed.
  mutating func judgeGrantUse(facts: inout FactOverlay) throws(RulesError) {
    guard let name = try named("grant", facts: &facts), let grant = try facts.grant(name) else {
      broken.insert(.grantUnknown)
      return
    }
    let terms = grant.terms
    let seconds = context.received.seconds
    require(event.issuerCode == terms.requester, .grantRequester)
    require(terms.types.contains(event.text("type") ?? ""), .grantType)
    require(Judge.covers(terms.claims, claims), .grantClaims)
    require(event.text("purpose") == terms.purpose, .grantPurpose)
    require(grant.withdrawnAt == nil, .grantWithdrawn)
    require(terms.period.contains(seconds), .grantPeriod)
    require(!grant.isUsedUp(at: seconds), .grantFrequency)
  }
}
