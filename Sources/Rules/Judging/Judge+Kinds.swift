import Certificates
import Cryptography
import Encoding
import Ledger

extension Judge {
  /// The rules of the event's own kind.
  mutating func judgeKind(facts: inout FactOverlay) throws(RulesError) {
    switch event.kind {
    case .ledgerOpened: try judgeOpened(facts: &facts)
    case .ledgerRuled: require(event.integer("rules") == RuleSet.version, .rulesVersion)
    case .ledgerRekeyed: try judgeRekeyed(facts: &facts)
    case .ledgerMapped: try judgeMapped(facts: &facts)
    case .departmentEnrolled: try judgeEnrolled(facts: &facts)
    case .departmentRetired: try judgeRetired(facts: &facts)
    case .identityAdded: try judgeAdded(facts: &facts)
    case .identityRevoked: try judgeRevoked(facts: &facts)
    case .typePublished: try judgePublished(facts: &facts)
    case .typeWithdrawn: requireType(allowingWithdrawn: false)
    case .trustPublished:
      try judgePublication(.trust, facts: &facts)
      require((event.integer("size") ?? 0) <= Int64(context.index.value), .publishedSize)
    case .statusPublished:
      try judgePublication(.status(event.issuerCode ?? ""), facts: &facts)
    case .registryAdmitted: judgeAdmitted()
    case .actRefused: try judgeRefusal(facts: &facts)
    case .certificateIssued: requireType(allowingWithdrawn: false)
    // A further copy is no new certificate: what was issued under the type goes on.
    case .certificateCopied: requireType(allowingWithdrawn: true)
    case _ where event.kind.isCertificateStep:
      requireType(allowingWithdrawn: true)
      judgeStep()
      if event.kind == .certificateReplaced { judgeFollowing() }
    default: try judgeSharing(facts: &facts)
    }
  }

  private mutating func judgeRekeyed(facts: inout FactOverlay) throws(RulesError) {
    require(event.clear.count > 0, .member)
    if let vkey = event.text("ledger_key") {
      require(isVerifierKey(vkey, origin: try facts.ledger()?.origin), .ledgerKey)
    }
    guard let path = try facts.trustPath() else { return }
    for (member, purpose) in [
      ("authority", IdentityPurpose.authority), ("list_signer", .listSigner),
    ]
    where event.clear.contains(member) {
      let identity = parsed(member)
      require(
        identity.map { path.admits($0, purpose, at: context.received.seconds) } ?? false,
        .identityPath)
    }
  }

  /// The root of another registry; an empty list of types ends an admission.
  private mutating func judgeAdmitted() {
    guard let registry = event.clear["registry"] else { return }
    // Nobody else speaks for this registry's host.
    let host = registry["origin"]?.stringValue.map(RegistryNames.host(ofOrigin:))
    require(host != DepartmentURI(event.issuer)?.host, .audience)
    do {
      let der = try Base64.decode(registry["root"]?.stringValue ?? "")
      _ = try PathValidator(root: try Identity(der: der))
    } catch {
      broken.insert(.identityPath)
    }
  }

  private mutating func judgeRefusal(facts: inout FactOverlay) throws(RulesError) {
    require(try facts.department(event.text("who") ?? "") != nil, .departmentUnknown)
    let codes = (event.clear["codes"]?.arrayValue ?? []).compactMap(\.stringValue)
    require(
      codes.allSatisfy { RuleCode(rawValue: $0) != nil } && Set(codes).count == codes.count,
      .member)
  }

  func isVerifierKey(_ text: String?, origin: String?) -> Bool {
    guard let text, let origin else { return false }
    do { return try VerifierKey(parsing: text).name == origin } catch { return false }
  }

  /// The department that a member names, if it is enrolled; one that was retired is broken.
  @discardableResult
  mutating func requireDepartment(
    _ member: String = "department", facts: inout FactOverlay
  ) throws(RulesError) -> DepartmentFact? {
    guard let department = try facts.department(event.text(member) ?? "") else {
      broken.insert(.departmentUnknown)
      return nil
    }
    require(department.retiredAt == nil, .departmentRetired)
    return department
  }

  private mutating func requireType(allowingWithdrawn: Bool) {
    guard let type else {
      broken.insert(.typeUnknown)
      return
    }
    require(allowingWithdrawn || !type.isWithdrawn, .typeWithdrawn)
    if event.kind.shape.signer == .issuer { require(type.material == "certificate", .typeUnknown) }
  }

  private mutating func judgePublished(facts: inout FactOverlay) throws(RulesError) {
    let newest = try facts.type(event.text("type") ?? "")?.version ?? 0
    require(event.integer("version") == Int64(newest) + 1, .typeVersion)
    let issuers = event.clear["issuers"]?.arrayValue ?? []
    let codes = issuers.compactMap(\.stringValue)
    require(
      codes == ["*"] || codes.allSatisfy(CodeCheck.isDepartment) && Set(codes).count == codes.count,
      .typeDefinition)
    require(
      (event.integer("copies") ?? 0) <= (event.integer("subjects") ?? 0), .typeDefinition)
  }

  private mutating func judgePublication(
    _ key: FactKey, facts: inout FactOverlay
  ) throws(RulesError) {
    var last: Int64 = 0
    switch try facts.fact(key) {
    case .trust(let fact), .status(let fact): last = fact.sequence
    default: break
    }
    require((event.integer("sequence") ?? 0) > last, .sequence)
  }

  /// A certificate ends by replacement only together with the issue of the one in its place.
  private mutating func judgeFollowing() {
    switch context.following {
    case .unread: return
    case .end: broken.insert(.replacementAlone)
    case .event(let next, let received):
      require(
        event.isReplaced(with: next) && received == context.received, .replacementAlone)
    }
  }

  /// The coarse step; which certificate it is about, only the disclosed layer knows.
  private mutating func judgeStep() {
    guard let from = event.text("from").flatMap(CoarseState.init(rawValue:)),
      let to = event.text("to").flatMap(CoarseState.init(rawValue:))
    else { return }
    let isAllowed =
      switch event.kind {
      case .certificateSuspended: from == .valid && to == .suspended
      case .certificateReinstated: from == .suspended && to == .valid
      case .certificateRevoked, .certificateReplaced: from != .ended && to == .ended
      case .certificateErased: from == .ended && to == .ended
      default: from == to
      }
    require(isAllowed, .stateStep)
  }
}

extension Event {
  /// Whether an event that enters right after a `certificate.replaced` can be its other half.
  package func isReplaced(with next: Event) -> Bool {
    kind == .certificateReplaced && next.kind == .certificateIssued
      && next.issuer.utf8.elementsEqual(issuer.utf8) && next.text("type") == text("type")
  }

  /// A clear member's DER; nil if it is absent or no base64.
  package func der(_ name: String) -> [UInt8]? {
    guard let text = text(name) else { return nil }
    do { return try Base64.decode(text) } catch { return nil }
  }
}
