import Certificates
import Cryptography
import Encoding
import Ledger

extension Judge {
  /// The first entry: its own keys must form the hierarchy, and lead to the pinned root.
  mutating func judgeOpened(facts: inout FactOverlay) throws(RulesError) {
    require(context.index.value == 0, .openedTwice)
    require(try facts.ledger() == nil, .openedTwice)
    require(event.integer("rules") == RuleSet.version, .rulesVersion)
    require(isVerifierKey(event.text("ledger_key"), origin: event.audience), .ledgerKey)
    let host = event.text("host") ?? ""
    require(DepartmentURI(event.issuer)?.host == host, .issuerMismatch)
    guard let root = parsed("root"), let authority = parsed("authority"),
      let listSigner = parsed("list_signer"), let registrar = parsed("registrar")
    else {
      broken.insert(.openedKeys)
      return
    }
    if let pinned = context.pinnedRoot { require(root.sha256 == pinned, .openedKeys) }
    require(registrar.sha256 == event.keyID, .openedKeys)
    let path: TrustPath
    do { path = try TrustPath(root: root, authorities: [authority]) } catch {
      broken.insert(.openedKeys)
      return
    }
    let seconds = context.received.seconds
    require(path.admits(authority, .authority, at: seconds), .openedKeys)
    require(path.admits(listSigner, .listSigner, at: seconds), .openedKeys)
    require(
      path.admits(registrar, use: .act, uri: event.issuer, at: seconds), .openedKeys)
  }

  func parsed(_ member: String) -> Identity? {
    guard let der = event.der(member) else { return nil }
    do { return try Identity(der: der) } catch { return nil }
  }

  /// The identities that the event states; a broken one breaks `identity-path`.
  private mutating func statedIdentities() -> [StatedIdentity] {
    var stated: [StatedIdentity] = []
    for value in event.clear["identities"]?.arrayValue ?? [] {
      guard let use = value["use"]?.stringValue.flatMap(IdentityUse.init(rawValue:)),
        let text = value["der"]?.stringValue
      else { continue }
      do {
        stated.append(
          StatedIdentity(use: use, identity: try Identity(der: try Base64.decode(text))))
      } catch {
        broken.insert(.identityPath)
      }
    }
    return stated
  }

  private mutating func judgeIdentities(
    _ stated: [StatedIdentity], uri: String, facts: inout FactOverlay
  ) throws(RulesError) {
    guard let path = try facts.trustPath() else {
      broken.insert(.notOpened)
      return
    }
    var seen: Set<Digest> = []
    for one in stated {
      require(
        path.admits(one.identity, use: one.use, uri: uri, at: context.received.seconds),
        .identityPath)
      // A key that acted under one name must not come back under another.
      require(seen.insert(one.identity.sha256).inserted, .identityKnown)
      require(
        try facts.identityFact(one.identity.sha256) == nil || isFirstRegistrar, .identityKnown)
    }
  }

  /// The registrar's identity of the first entry is enrolled once more, with its department.
  private var isFirstRegistrar: Bool {
    event.kind == .departmentEnrolled && event.text("department") == event.issuerCode
  }

  mutating func judgeEnrolled(facts: inout FactOverlay) throws(RulesError) {
    guard let ledger = try facts.ledger(), let code = event.text("department") else { return }
    require(try facts.department(code) == nil, .departmentExists)
    let uri = ledger.uri(of: code)
    require(event.text("uri") == uri, .departmentURI)
    let isRegistry = event.text("level") == DepartmentLevel.registry.rawValue
    require(isRegistry == (code == ledger.registrar), .signerRole)
    let stated = statedIdentities()
    require(stated.contains { $0.use == .act }, .identityPath)
    try judgeIdentities(stated, uri: uri, facts: &facts)
  }

  /// A successor answers for the retired one from now on; so it must be able to.
  mutating func judgeRetired(facts: inout FactOverlay) throws(RulesError) {
    let department = try requireDepartment(facts: &facts)
    require(department?.level != .registry, .signerRole)
    guard let successor = event.text("successor") else { return }
    guard let fact = try facts.department(successor) else {
      broken.insert(.departmentUnknown)
      return
    }
    require(
      fact.retiredAt == nil && successor != event.text("department"), .departmentRetired)
  }

  mutating func judgeAdded(facts: inout FactOverlay) throws(RulesError) {
    guard let department = try requireDepartment(facts: &facts) else { return }
    let stated = statedIdentities()
    try judgeIdentities(stated, uri: department.uri, facts: &facts)
    for keyID in retired {
      guard let fact = try facts.identityFact(keyID), fact.department == event.text("department")
      else {
        broken.insert(.identityUnknown)
        continue
      }
      require(fact.state == .active, .identityState)
    }
    try judgeRequest(stated, department, facts: &facts)
  }

  /// The key ids that the event retires.
  var retired: [Digest] {
    (event.clear["retires"]?.arrayValue ?? []).compactMap(\.stringValue)
      .compactMap(Digest.init(canonicalText:))
  }

  /// A further identity is asked for by the department itself: the request is signed by one of its
  /// acting identities in force, and names exactly the keys that were certified. Only a department
  /// that has none left, all lost or run out, gets identities on the registrar's word alone.
  private mutating func judgeRequest(
    _ stated: [StatedIdentity], _ department: DepartmentFact, facts: inout FactOverlay
  ) throws(RulesError) {
    guard let text = event.text("request") else {
      require(try !canAct(department, facts: &facts), .identityRequest)
      return
    }
    guard let request = IdentityRequestToken(text),
      let fact = try facts.identityFact(request.keyID), fact.use == .act, fact.state == .active,
      fact.department == event.text("department"),
      let key = try facts.identity(request.keyID)?.publicKey, request.isSigned(by: key)
    else {
      broken.insert(.identityRequest)
      return
    }
    require(request.audience == event.audience, .identityRequest)
    require(
      request.keys == Set(stated.compactMap { $0.identity.publicKey?.thumbprint }),
      .identityRequest)
  }

  private func canAct(
    _ department: DepartmentFact, facts: inout FactOverlay
  ) throws(RulesError) -> Bool {
    for keyID in department.identities {
      guard let fact = try facts.identityFact(keyID), fact.use == .act, fact.state == .active,
        let identity = try facts.identity(keyID)
      else { continue }
      if context.received.seconds < identity.notAfter { return true }
    }
    return false
  }

  mutating func judgeRevoked(facts: inout FactOverlay) throws(RulesError) {
    _ = try requireDepartment(facts: &facts)
    guard let keyID = event.digest("identity"), let fact = try facts.identityFact(keyID),
      fact.department == event.text("department")
    else {
      broken.insert(.identityUnknown)
      return
    }
    guard let since = event.integer("since") else {
      // Retired: it signs no more, and what it signed stays good.
      return require(fact.state == .active, .identityState)
    }
    // What is compromised can turn out to have been so earlier, never later.
    require(fact.state != .compromised || since < (fact.at ?? 0), .identityState)
    require(since <= context.received.seconds, .identityState)
  }
}
