import Cryptography
import Encoding
import Ledger
import Rules

// One matter: its row and its records, and what its entries say.
extension VaultCheck {
  mutating func checkMatters() throws(RegistryError) {
    let reader = try MatterReader(ledger: registry.ledger, vault: vault, cipher: cipher)
    try reader.forEach(MatterFilter()) { row throws(RegistryError) in
      countMatter()
      try attempt(.matters, "matter \(row.id)") { check throws(RegistryError) in
        try check.checkMatter(row)
      }
      return true
    }
  }

  private mutating func checkMatter(_ row: MatterRow) throws(RegistryError) {
    let label = "matter \(row.id)"
    let keys = try Writer.keys(of: row, cipher)
    let records = try vault.records(matter: row.id)
    for _ in records { countRecordOfMatter() }
    guard let first = records.first, let last = records.last else {
      throw RegistryError(.damagedVault, "it has no entry")
    }
    if first.entry != row.entry || last.entry != row.changed {
      add(.matters, "\(label): its entries are not those of its records")
    }
    let reader = try makeReader()
    let begun = try reader.event(at: first.entry).event
    let start = MatterRow.Kind.after(begun.kind)
    let end = MatterRow.Kind.after(try reader.event(at: last.entry).event.kind)
    if start?.kind != row.kind || end?.kind != row.kind || end?.state != row.state {
      add(.matters, "\(label): its kind or state is not that of its entries")
    }
    var opened: JSONObject?
    var certificate: JSONValue?
    for record in records {
      if record.certificate != 0 || record.content != nil {
        throw RegistryError(.damagedVault, "a record of it is of a certificate, or has content")
      }
      let disclosures = try keys.disclosures(record, cipher)
      try compare(disclosures, with: record.entry, reader)
      var values = JSONObject()
      for disclosure in disclosures { _ = values.append(disclosure.name, disclosure.value) }
      if opened == nil { opened = values }
      certificate = values["certificate"] ?? certificate
    }
    try checkDepartments(row, begun)
    try checkThreads(row, opened ?? JSONObject(), certificate, of: begun)
    try checkLookup(row, opened?["grant"])
    if row.kind == .share, row.state == ShareState.released.number { countWaiting() }
  }

  private mutating func checkDepartments(
    _ row: MatterRow, _ begun: Event
  ) throws(RegistryError) {
    let other: String? =
      switch row.kind {
      case .share: begun.text("provider")
      case .grant: begun.text("requester")
      case .decision: nil
      case .evidence: begun.text("department")
      }
    let named = row.other == 0 ? nil : try vault.text(of: row.other)
    if row.other != 0, named == nil {
      throw RegistryError(.damagedVault, "its other department has no name")
    }
    if try vault.text(of: row.department) != begun.issuerCode || named != other {
      add(.matters, "matter \(row.id): its departments are not those of its entries")
    }
  }

  /// Subject, certificate and case as its entries open them.
  private mutating func checkThreads(
    _ row: MatterRow, _ opened: JSONObject, _ certificate: JSONValue?, of begun: Event
  ) throws(RegistryError) {
    let label = "matter \(row.id)"
    let subject = try value(ofSubject: row.subject)
    if subject != opened["subject_1"] { add(.matters, "\(label): its subject is another") }
    if row.caseThread == 0 {
      if opened["case"] != nil { add(.matters, "\(label): its case is another") }
    } else {
      let (key, code) = try threadAndCode(ofSubject: row.caseThread)
      let reference = opened["case"]?["reference"]?.stringValue ?? ""
      if try !isCase(code, reference, of: row, by: begun.issuerCode ?? "")
        || opened["case"]?["thread"]?.stringValue != key.commitment.base64url
      {
        add(.matters, "\(label): its case is another")
      }
    }
    if try !isCertificate(row.certificate, certificate) {
      add(.matters, "\(label): its certificate is another")
    }
  }

  /// Whether a row's code is that of a case of the department; who answers for a retired one
  /// decides its cases.
  private func isCase(
    _ code: HolderCode, _ reference: String, of row: MatterRow, by department: String
  ) throws(RegistryError) -> Bool {
    if code == HolderCode.ofCase(reference, of: department) { return true }
    guard row.kind == .decision else { return false }
    return try registry.answered(by: department).contains {
      code == HolderCode.ofCase(reference, of: $0)
    }
  }

  /// What opens a subject: its code and thread; nil for none.
  private func value(ofSubject id: Int64) throws(RegistryError) -> JSONValue? {
    if id == 0 { return nil }
    let (key, code) = try threadAndCode(ofSubject: id)
    return code.value(in: key)
  }

  private func threadAndCode(
    ofSubject id: Int64
  ) throws(RegistryError) -> (ThreadKey, HolderCode) {
    guard let row = try vault.subject(id) else {
      throw RegistryError(.damagedVault, "a subject or case that it names is missing")
    }
    return try Writer.open(row, cipher)
  }

  /// Whether an opened certificate is the one with this id; once its keys are erased, by its
  /// identifier alone.
  private func isCertificate(
    _ id: Int64, _ opened: JSONValue?
  ) throws(RegistryError) -> Bool {
    guard id != 0, let opened else { return id == 0 && opened == nil }
    let reader = try makeReader()
    guard let row = try vault.certificate(id), let stored = try reader.stored(row) else {
      throw RegistryError(.damagedVault, "a certificate that it names is missing")
    }
    if opened["identifier"]?.stringValue != stored.identifier.text { return false }
    if row.secret.isEmpty { return true }
    let key = try Writer.keys(of: row, cipher).key
    return opened["thread"]?.stringValue == key.commitment.base64url
  }

  private mutating func checkLookup(
    _ row: MatterRow, _ opened: JSONValue?
  ) throws(RegistryError) {
    var lookup: Int64 = 0
    if let text = opened?.stringValue {
      do throws(RulesError) {
        lookup = cipher.lookup(grant: try Grant(parsing: text).number)
      } catch {
        throw RegistryError(.damagedVault, "its grant cannot be read", cause: error)
      }
    }
    if row.lookup != lookup { add(.matters, "matter \(row.id): its lookup is another") }
  }

  // MARK: Outbox

  /// What waits is what was released: the same bytes, for each release that nobody acknowledged.
  mutating func checkOutbox() throws(RegistryError) {
    var found = 0
    // One at a time: each may have megabytes.
    try forEachItem(of: Outbox.space, pageCount: 1) { check, item throws(RegistryError) in
      found += 1
      try check.checkWaiting(item)
    }
    if found != waitingCount {
      add(.items, "material that was released is missing, or waits for nobody")
    }
  }

  private func checkWaiting(_ item: ItemRow) throws(RegistryError) {
    let ids = RecordText.integers(item.key) ?? []
    guard ids.count == 1, let row = try vault.matter(ids[0]), row.kind == .share,
      row.state == ShareState.released.number
    else { throw RegistryError(.damagedVault, "it is of no release") }
    let reader = try makeReader()
    guard item.entry == row.changed,
      try reader.event(at: row.changed).event.digest("enclosed") == SHA256.hash(item.value)
    else { throw RegistryError(.damagedVault, "it is not what was released") }
  }
}
