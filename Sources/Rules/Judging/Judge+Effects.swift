import Cryptography
import Encoding
import Ledger

extension Judge {
  /// Puts the effect of a faultless event into the facts.
  func apply(to facts: inout FactOverlay) throws(RulesError) {
    switch event.kind {
    case .ledgerOpened: applyOpened(to: &facts)
    case .ledgerRuled, .ledgerRekeyed: try applyLedger(to: &facts)
    case .ledgerMapped: try applyMapped(to: &facts)
    case .departmentEnrolled: try applyEnrolled(to: &facts)
    case .departmentRetired: try applyRetired(to: &facts)
    case .identityAdded:
      try applyAdded(to: &facts)
    case .identityRevoked:
      if let keyID = event.digest("identity") {
        let since = event.integer("since")
        try set(
          keyID, since == nil ? .retired : .compromised, at: since ?? context.received.seconds,
          facts: &facts)
      }
    case .typePublished: applyPublished(to: &facts)
    case .typeWithdrawn:
      if var type, let code = event.text("type"), let version = event.integer("version") {
        type.isWithdrawn = true
        facts.set(.typeVersion(code, Int(version)), .typeVersion(type))
      }
    case .trustPublished:
      if let fact = publication("size", "digest") { facts.set(.trust, .trust(fact)) }
    case .statusPublished:
      if let fact = publication("lists", "root"), let code = event.issuerCode {
        facts.set(.status(code), .status(fact))
      }
    case .registryAdmitted: applyAdmitted(to: &facts)
    default: try applySharing(to: &facts)
    }
  }

  private func publication(_ size: String, _ digest: String) -> PublicationFact? {
    guard let sequence = event.integer("sequence"), let size = event.integer(size),
      let digest = event.digest(digest)
    else { return nil }
    return PublicationFact(sequence: sequence, size: size, digest: digest)
  }

  private func applyOpened(to facts: inout FactOverlay) {
    guard let name = event.text("name"), let uri = DepartmentURI(event.issuer),
      let root = event.der("root"), let authority = event.der("authority"),
      let listSigner = event.der("list_signer"), let registrar = event.der("registrar"),
      let vkey = event.text("ledger_key"), let rules = event.integer("rules")
    else { return }
    facts.set(
      .ledger,
      .ledger(
        LedgerFact(
          name: name, origin: event.audience, host: uri.host, registrar: uri.code, root: root,
          authorities: [authority], listSigners: [listSigner], rules: rules,
          keys: [LedgerKeyRange(from: 0, vkey: vkey)])))
    // In force at once: the registrar enrols its own department with the next entry.
    facts.set(
      .identity(event.keyID),
      .identity(
        IdentityFact(
          department: uri.code, use: .act, der: registrar, from: context.received.seconds,
          state: .active)))
  }

  private func applyLedger(to facts: inout FactOverlay) throws(RulesError) {
    guard var ledger = try facts.ledger() else { return }
    if let rules = event.integer("rules") { ledger.rules = rules }
    if let vkey = event.text("ledger_key") {
      // The new key signs every tree that holds this entry.
      ledger.keys.append(LedgerKeyRange(from: context.index.value + 1, vkey: vkey))
    }
    if let authority = event.der("authority") { ledger.authorities.append(authority) }
    if let listSigner = event.der("list_signer") { ledger.listSigners.append(listSigner) }
    facts.set(.ledger, .ledger(ledger))
  }

  private func applyEnrolled(to facts: inout FactOverlay) throws(RulesError) {
    guard let code = event.text("department"), let name = event.text("name"),
      let uri = event.text("uri"),
      let level = event.text("level").flatMap(DepartmentLevel.init(rawValue:))
    else { return }
    let keyIDs = addIdentities(of: code, to: &facts)
    facts.set(
      .department(code),
      .department(
        DepartmentFact(
          name: name, englishName: event.text("name_en"), uri: uri, level: level,
          entry: context.index.value, identities: keyIDs)))
  }

  /// Adds the stated identities as active; returns their key ids.
  private func addIdentities(of code: String, to facts: inout FactOverlay) -> [Digest] {
    var keyIDs: [Digest] = []
    for value in event.clear["identities"]?.arrayValue ?? [] {
      guard let use = value["use"]?.stringValue.flatMap(IdentityUse.init(rawValue:)),
        let text = value["der"]?.stringValue
      else { continue }
      do {
        let der = try Base64.decode(text)
        let keyID = SHA256.hash(der)
        keyIDs.append(keyID)
        facts.set(
          .identity(keyID),
          .identity(
            IdentityFact(
              department: code, use: use, der: der, from: context.received.seconds,
              state: .active)))
      } catch {
        // The form of the member was checked: every `der` is base64.
        continue
      }
    }
    return keyIDs
  }

  private func applyRetired(to facts: inout FactOverlay) throws(RulesError) {
    guard let code = event.text("department"), var department = try facts.department(code) else {
      return
    }
    department.retiredAt = context.received.seconds
    department.successor = event.text("successor")
    facts.set(.department(code), .department(department))
    for keyID in department.identities {
      if try facts.identityFact(keyID)?.state == .active {
        try set(keyID, .retired, at: context.received.seconds, facts: &facts)
      }
    }
  }

  private func applyAdded(to facts: inout FactOverlay) throws(RulesError) {
    guard let code = event.text("department"), var department = try facts.department(code) else {
      return
    }
    for keyID in retired {
      try set(keyID, .retired, at: context.received.seconds, facts: &facts)
    }
    department.identities += addIdentities(of: code, to: &facts)
    // A renamed department gets new identities with the new name.
    if let name = event.text("name") {
      department.name = name
      department.englishName = event.text("name_en")
    }
    facts.set(.department(code), .department(department))
  }

  private func set(
    _ keyID: Digest, _ state: IdentityFact.State, at seconds: Int64?, facts: inout FactOverlay
  ) throws(RulesError) {
    guard var identity = try facts.identityFact(keyID) else { return }
    identity.state = state
    identity.at = seconds
    facts.set(.identity(keyID), .identity(identity))
  }

  private func applyPublished(to facts: inout FactOverlay) {
    guard let code = event.text("type"), let version = event.integer("version"),
      let digest = event.digest("digest"), let material = event.text("material"),
      let subjects = event.integer("subjects"), let copies = event.integer("copies")
    else { return }
    let fact = TypeVersionFact(
      digest: digest, material: material,
      issuers: (event.clear["issuers"]?.arrayValue ?? []).compactMap(\.stringValue),
      subjects: Int(subjects), copies: Int(copies), duties: event.clear["duties"] ?? .array([]),
      entry: context.index.value, isWithdrawn: false)
    facts.set(.type(code), .type(TypeFact(version: Int(version))))
    facts.set(.typeVersion(code, Int(version)), .typeVersion(fact))
  }

  private func applyAdmitted(to facts: inout FactOverlay) {
    guard let registry = event.clear["registry"], let origin = registry["origin"]?.stringValue,
      let name = registry["name"]?.stringValue, let text = registry["root"]?.stringValue
    else { return }
    do {
      facts.set(
        .registry(origin),
        .registry(
          RegistryFact(
            name: name, root: try Base64.decode(text),
            types: (event.clear["types"]?.arrayValue ?? []).compactMap(\.stringValue))))
    } catch {
      // The form of the member was checked: the root is base64.
      return
    }
  }
}
