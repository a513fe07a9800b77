import Encoding
import Ledger
import Rules

extension MatterReader {
  /// The share in which an act stands, and that act; nil where no such act entered.
  public func share(
    _ name: ActName, host: String
  ) throws(RegistryError) -> (share: Share, act: ShareAct)? {
    guard let (record, row) = try find(name, host: host), row.kind == .share else { return nil }
    let share = try share(row)
    guard record.entry != row.entry else {
      return (
        share,
        ShareAct(
          entry: share.entry, event: share.request,
          disclosures: try disclosures(record, of: row))
      )
    }
    return (share, try act(record, of: row))
  }

  /// What a row is; throws `damagedVault` when it is no share.
  public func share(_ row: MatterRow) throws(RegistryError) -> Share {
    let (entry, event) = try certificates.event(at: row.entry)
    return try Share(row, entry, event)
  }

  /// Every act of a share, oldest first, with what each opened.
  public func acts(of share: Share) throws(RegistryError) -> [ShareAct] {
    var acts: [ShareAct] = []
    for record in try records(of: share.row) { acts.append(try act(record, of: share.row)) }
    return acts
  }

  /// What a request opened.
  func requested(_ share: Share) throws(RegistryError) -> ShareAct {
    guard let record = try vault.record(of: share.row.entry), record.matter == share.row.id else {
      throw RegistryError(.damagedVault, "a request has no record", at: "record")
    }
    return ShareAct(
      entry: share.entry, event: share.request,
      disclosures: try disclosures(record, of: share.row))
  }

  /// The release of a share; nil while there is none.
  func release(of share: Share) throws(RegistryError) -> ShareAct? {
    guard share.state != .open, share.state != .refused else { return nil }
    return try acts(of: share).first { $0.event.kind == .shareReleased }
  }

  /// The acknowledgement of a share's release; nil while there is none.
  func acknowledgement(
    of share: Share, _ release: ShareAct
  ) throws(RegistryError) -> SharedAct? {
    guard [.acknowledged, .disputed, .settled].contains(share.state),
      let known = try acts(of: share).first(where: { $0.event.kind == .shareAcknowledged })
    else { return nil }
    return SharedAct(known, of: share, about: release.name)
  }

  /// Gives what was decided about a share's person in its case, for whatever purpose, newest
  /// first, until `body` says false. A later decision stands beside an earlier one, as after an
  /// appeal.
  func forEachDecision(
    of share: Share, _ body: (MatterRow, ShareAct) throws(RegistryError) -> Bool
  ) throws(RegistryError) {
    var filter = MatterFilter()
    filter.kind = .decision
    filter.subject = share.row.subject
    filter.caseThread = share.row.caseThread
    try forEach(filter) { row throws(RegistryError) in
      guard let durable = try durable(row) else { return true }
      guard let record = try records(of: durable).first else {
        throw RegistryError(.damagedVault, "a decision has no record", at: "record")
      }
      return try body(durable, try act(record, of: durable))
    }
  }

  /// The record of an act with its matter; nil if no such act entered, or it is of none.
  func find(
    _ name: ActName, host: String
  ) throws(RegistryError) -> (record: RecordRow, matter: MatterRow)? {
    switch name {
    case .event(let name):
      let uri = DepartmentURI(host: host, code: name.department).text
      return try find(EventID(issuer: uri, number: name.number))
    case .entry(let index):
      guard index.value < size.value, let record = try vault.record(of: Int64(index.value)),
        record.matter > 0, let row = try vault.matter(record.matter), let matter = try durable(row)
      else { return nil }
      return (record, matter)
    }
  }

  private func act(_ record: RecordRow, of row: MatterRow) throws(RegistryError) -> ShareAct {
    let (entry, event) = try certificates.event(at: record.entry)
    return ShareAct(
      entry: entry, event: event, disclosures: try disclosures(record, of: row))
  }
}
