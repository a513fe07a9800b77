import Cryptography
import Encoding
import Ledger
import Rules

extension MatterReader {
  /// Gives every grant that fits, newest first, as of a time in seconds, until `body` says false.
  public func forEachGrant(
    _ search: GrantSearch, at seconds: Int64,
    _ body: (StoredGrant) throws(RegistryError) -> Bool
  ) throws(RegistryError) {
    var filter = MatterFilter()
    filter.kind = .grant
    if let requester = search.requester {
      guard let number = try vault.number(of: requester) else { return }
      filter.other = number
    }
    if let holder = search.holder {
      guard let id = try certificates.subject(holder) else { return }
      filter.subject = id
    }
    try forEach(filter) { row throws(RegistryError) in
      guard let durable = try durable(row) else { return true }
      let grant = try stored(durable)
      if let state = search.state, grant.state(at: seconds) != state { return true }
      return try body(grant)
    }
  }

  /// The grant that an event is about, which may be named by the index of its entry; nil for any
  /// other event.
  public func grant(
    _ name: ActName, host: String
  ) throws(RegistryError) -> StoredGrant? {
    guard let matter = try find(name, host: host)?.matter, matter.kind == .grant else {
      return nil
    }
    return try stored(matter)
  }

  /// The grant with the number that its holder gave it.
  func grant(number: Digest) throws(RegistryError) -> StoredGrant? {
    for row in try vault.matters(lookup: cipher.lookup(grant: number)) {
      // Another number with the same lookup is no hit: it is compared in full.
      if let durable = try durable(row), durable.kind == .grant {
        let grant = try stored(durable)
        if grant.grant.number == number { return grant }
      }
    }
    return nil
  }

  /// Where a grant's withdrawal entered, if it is this very token.
  func withdrawal(
    _ withdrawal: GrantWithdrawal, of grant: StoredGrant
  ) throws(RegistryError) -> LeafIndex? {
    guard grant.row.state == GrantState.withdrawn.rawValue else { return nil }
    for record in try records(of: grant.row)
    where try disclosures(record, of: grant.row).contains(where: {
      $0.name == "withdrawal" && $0.value.stringValue == withdrawal.text
    }) {
      return LeafIndex(UInt64(record.entry))
    }
    return nil
  }

  /// What a row is; throws `damagedVault` when it is no grant.
  private func stored(_ row: MatterRow) throws(RegistryError) -> StoredGrant {
    guard let record = try vault.record(of: row.entry), record.matter == row.id else {
      throw RegistryError(.damagedVault, "a grant has no record", at: "record")
    }
    let (entry, event) = try certificates.event(at: row.entry)
    let disclosures = try disclosures(record, of: row)
    func value(_ name: String) -> JSONValue? { disclosures.first { $0.name == name }?.value }
    guard event.kind == .grantGiven, let code = event.issuerCode, let subject = value("subject_1"),
      let text = value("grant")?.stringValue
    else {
      throw RegistryError(
        .damagedVault, "a grant's row names an entry that lodged none", at: "matter")
    }
    do throws(RulesError) {
      return StoredGrant(
        row: row, entry: entry, event: event,
        name: EventName(number: event.id.number, department: code),
        grant: try Grant(parsing: text), subject: subject, disclosures: disclosures)
    } catch {
      throw RegistryError(.damagedVault, "a grant cannot be read", cause: error, at: "record")
    }
  }

  /// All entries about a grant, oldest first: lodged, each request that rests on it, withdrawn.
  public func history(of grant: StoredGrant) throws(RegistryError) -> [GrantEvent] {
    var events: [GrantEvent] = []
    for record in try records(of: grant.row) { events.append(try event(at: record.entry).0) }
    var filter = MatterFilter()
    filter.kind = .share
    filter.department = grant.row.other
    filter.subject = grant.row.subject
    let name = grant.event.id.value
    try forEach(filter) { row throws(RegistryError) in
      guard try durable(row) != nil else { return true }
      let (found, event) = try self.event(at: row.entry)
      if event.clear["grant"] == name { events.append(found) }
      return true
    }
    return events.sorted { $0.index < $1.index }
  }

  /// How often grants of one requester and person were used: each of their shares is read once.
  func uses(of requester: Int64, _ person: Int64) throws(RegistryError) -> [EventName: Int] {
    var filter = MatterFilter()
    filter.kind = .share
    filter.department = requester
    filter.subject = person
    var uses: [EventName: Int] = [:]
    try forEach(filter) { row throws(RegistryError) in
      guard try durable(row) != nil else { return true }
      let event = try certificates.event(at: row.entry).event
      if let grant = EventName(named: "grant", in: event) {
        uses[grant, default: 0] += 1
      }
      return true
    }
    return uses
  }

  private func event(at index: Int64) throws(RegistryError) -> (GrantEvent, Event) {
    let (entry, event) = try certificates.event(at: index)
    return (
      GrantEvent(
        index: entry.index, received: entry.received, kind: event.kind,
        department: event.issuerCode ?? ""), event
    )
  }
}
