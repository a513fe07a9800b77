import Encoding
import Ledger
import Rules

extension Writer {
  /// The refusal of an act, which says of the rules that it breaks what exactly is at fault.
  ///
  /// Nothing is told but what stands in the clear, in ledger or act, and what the actor named.
  func refusal(
    _ codes: [RuleCode], of event: Event, _ draft: ShareDraft
  ) -> ShareRefusal {
    var texts: [String] = []
    for code in codes {
      let fault: String?
      // What entered beside it is durable and must be told of: the words of the rule will do.
      do throws(RulesError) { fault = try self.fault(code, event, draft) } catch { fault = nil }
      texts.append(fault.map { $0 + (code.remedy.map { ": \($0)" } ?? "") } ?? code.explanation)
    }
    return ShareRefusal(codes, texts, line: draft.line, act: draft.share?.name.name)
  }

  /// What is at fault, where the text of the rule leaves it open.
  private func fault(
    _ code: RuleCode, _ event: Event, _ draft: ShareDraft
  ) throws(RulesError) -> String? {
    switch code {
    case .signerRole: return try roleFault(event, draft)
    case _ where event.kind != .shareRequested: return nil
    case .shareProvider, .departmentRetired, .departmentUnknown:
      return try providerFault(code, event)
    case .dutyUnknown, .dutyClaims, .shareClaims: return try dutyFault(code, event)
    case .grantRequester, .grantType, .grantClaims, .grantPurpose:
      return try grantFault(code, event)
    case .grantHolder:
      return draft.sharing.grant == nil ? nil : "the grant is not of the person asked about"
    case .answerTime:
      return event.integer("answer_by") ?? 0 > now.seconds
        ? "the time to answer is more than 366 days away" : "the time to answer is over already"
    default: return nil
    }
  }

  private func roleFault(_ event: Event, _ draft: ShareDraft) throws(RulesError) -> String? {
    guard let share = draft.share else { return nil }
    switch event.kind {
    case .shareRefused: return "\(share.provider) was asked: only it, or who answers for it, can"
    case .shareDisputed: return "\(share.requester) has the release: only it can"
    case .shareSettled:
      guard let name = EventName(named: "dispute", in: event),
        let issuer = try facts.dispute(name)?.issuer
      else { return nil }
      return "\(issuer) settles the dispute: only it, or who answers for it, can"
    default: return nil
    }
  }

  /// Which department was asked, and who might be.
  private func providerFault(_ code: RuleCode, _ event: Event) throws(RulesError) -> String? {
    let asked = event.text("provider") ?? ""
    switch code {
    case .departmentUnknown: return "there is no department \(asked)"
    case .departmentRetired:
      guard try facts.department(asked)?.retiredAt != nil else { return nil }
      return "\(asked) was retired, and \(try facts.answering(for: asked)) answers for it"
    case _ where asked == event.issuerCode: return "\(asked) is the requester itself: ask another"
    default:
      var issuers: [String] = []
      for issuer in try type(of: event)?.issuers ?? [] where issuer != "*" {
        issuers.append(try facts.answering(for: issuer))
      }
      return "\(asked) was asked, and does not issue the type: ask "
        + issuers.joined(separator: " or ")
    }
  }

  private func dutyFault(_ code: RuleCode, _ event: Event) throws(RulesError) -> String? {
    let claims = event.claims
    let purpose = event.text("purpose") ?? ""
    let own = (try type(of: event)?.duties(of: event.issuerCode ?? "") ?? []).filter {
      $0.purpose == purpose
    }
    switch code {
    case .shareClaims:
      let twice = Set(claims.filter { claim in claims.count { $0 == claim } > 1 }).sorted()
      return twice.isEmpty ? nil : "asked for twice: \(twice.joined(separator: ", "))"
    case .dutyUnknown:
      guard !own.isEmpty else { return "the type gives the department no duty for \(purpose)" }
      let laws = own.map(\.citation).joined(separator: " or ")
      return "the type gives the department a duty for \(purpose) under \(laws) only"
    default:
      let citation = event.text("citation") ?? ""
      let rows = own.filter { $0.rests(on: citation) }
      return Self.outside("the duty", rows.flatMap(\.claims), claims)
    }
  }

  private func grantFault(_ code: RuleCode, _ event: Event) throws(RulesError) -> String? {
    guard let name = EventName(named: "grant", in: event), let terms = try facts.grant(name)?.terms
    else { return nil }
    switch code {
    case .grantRequester: return "the grant is for \(terms.requester)"
    case .grantType: return "the grant is for \(terms.types.joined(separator: ", "))"
    case .grantPurpose: return "the grant is for the purpose \(terms.purpose)"
    default: return Self.outside("the grant", terms.claims, event.claims)
    }
  }

  private static func outside(_ what: String, _ allowed: [String], _ claims: [String]) -> String? {
    let others = claims.filter { !allowed.contains($0) }
    return others.isEmpty ? nil : "outside \(what): \(others.joined(separator: ", "))"
  }

  private func type(of event: Event) throws(RulesError) -> TypeVersionFact? {
    let code = event.text("type") ?? ""
    guard let newest = try facts.type(code)?.version else { return nil }
    return try facts.type(code, version: newest)
  }
}
