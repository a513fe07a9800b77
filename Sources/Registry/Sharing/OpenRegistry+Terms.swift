import Certificates
import Encoding
import Ledger
import Rules

extension OpenRegistry {
  /// Fills in what follows from the type's duties or from the grant.
  ///
  /// What is stated is never changed: whether it is allowed, the rules judge, and a refusal is
  /// recorded. Throws `unknownType`; `notFound` where no such grant was lodged; `invalidRequest`
  /// where something is left out that does not follow; `damagedLedger`.
  public func terms(
    _ stated: StatedTerms, by requester: String
  ) throws(RegistryError) -> RequestTerms {
    let type = try type(stated.type, version: nil).fact
    let basis: RequestTerms.Basis
    let claims: [String]
    let purpose: String
    if let named = stated.grant {
      let name = try grantName(named)
      let terms = try readFacts { facts throws(RulesError) in try facts.grant(name)?.terms }
      guard terms != nil || (stated.purpose != nil && stated.claims != nil) else {
        throw OpenRegistry.noGrant(named)
      }
      basis = .grant(name)
      purpose = try Self.required(stated.purpose ?? terms?.purpose, "--purpose")
      claims = try Self.required(stated.claims ?? terms?.claims, "--claims")
    } else {
      purpose = try Self.required(stated.purpose, "--purpose")
      (basis, claims) = try duty(of: type, for: purpose, stated, by: requester)
    }
    return RequestTerms(
      provider: try provider(stated.provider, of: type), type: stated.type,
      material: type.material, claims: claims, purpose: purpose, basis: basis,
      officerRole: stated.officerRole, answerBy: stated.answerBy)
  }

  /// The law and the claims: what is stated, and for the rest the one row of the department for
  /// the purpose.
  private func duty(
    of type: TypeVersionFact, for purpose: String, _ stated: StatedTerms, by requester: String
  ) throws(RegistryError) -> (RequestTerms.Basis, [String]) {
    if let citation = stated.citation, let claims = stated.claims {
      return (.duty(citation: citation), claims)
    }
    let own = type.duties(of: requester)
    let rows = own.filter { row in
      row.purpose == purpose && (stated.citation.map(row.rests(on:)) ?? true)
    }
    guard rows.count == 1 else {
      throw RegistryError(
        .invalidRequest, OpenRegistry.noDuty(own, for: purpose, rows: rows.count),
        at: stated.type.text)
    }
    return (.duty(citation: rows[0].citation), stated.claims ?? rows[0].claims)
  }

  private static func noDuty(
    _ own: [DutyRow], for purpose: String, rows: Int
  ) -> String {
    guard rows == 0 else {
      return "the type has \(rows) duties of this department for the purpose; say with --citation "
        + "and --claims which one is meant"
    }
    let laws = own.filter { $0.purpose == purpose }.map(\.citation)
    guard laws.isEmpty else {
      return "the type gives this department that purpose under another law: "
        + laws.joined(separator: "; ")
    }
    let purposes = Set(own.map(\.purpose)).sorted()
    return purposes.isEmpty
      ? "the type gives this department no duty; ask with a holder's grant, or ask the type's "
        + "definer for a new version"
      : "the type gives this department no such duty, but for: \(purposes.joined(separator: ", "))"
  }

  private static func required<Value>(
    _ value: Value?, _ option: String
  ) throws(RegistryError) -> Value {
    if let value { return value }
    throw RegistryError(
      .invalidRequest, "\(option) is left out, and does not follow from the rest")
  }

  /// The department to ask: the one stated, else the type's only issuer or who answers for it.
  private func provider(
    _ stated: String?, of type: TypeVersionFact
  ) throws(RegistryError) -> String {
    if let stated { return stated }
    guard type.issuers.count == 1, type.issuers[0] != "*" else {
      throw RegistryError(
        .invalidRequest,
        "the type has \(type.issuers.count) issuers; say with --to which one is asked")
    }
    return try readFacts { facts throws(RulesError) in
      try facts.answering(for: type.issuers[0])
    }
  }

  /// The event of a grant that is named by it or by its entry; throws `notFound`.
  private func grantName(_ name: ActName) throws(RegistryError) -> EventName {
    switch name {
    case .event(let name): return name
    case .entry(let index):
      // From the ledger alone: whoever only checks input has no key of the vault.
      guard let event = try event(at: index), event.kind == .grantGiven,
        let name = EventName(of: event)
      else { throw OpenRegistry.noGrant(.entry(index)) }
      return name
    }
  }

  private static func noGrant(_ name: ActName) -> RegistryError {
    RegistryError(
      .notFound, "there is no such grant; 'kanhe grant list' shows those there are",
      at: name.text)
  }

  private func event(at index: LeafIndex) throws(RegistryError) -> Event? {
    do {
      guard index.value < (try ledger.size()).value else { return nil }
      let bytes = try ledger.entries(from: index, count: 1)
      guard let bytes = bytes.first else { return nil }
      return try Event(parsing: try Entry(parsing: bytes).event)
    } catch let error as LedgerError {
      throw RegistryError(error)
    } catch {
      throw RegistryError(
        .damagedLedger, "an entry cannot be read", cause: error, at: "entry \(index.value)")
    }
  }
}
