import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

// One certificate: its row, its records, its copies, and what its entries say.
extension VaultCheck {
  mutating func checkCertificate(
    _ row: CertificateRow, _ reader: CertificateReader
  ) throws(RegistryError) {
    let label = "certificate \(row.id)"
    guard let stored = try reader.stored(row) else {
      throw RegistryError(.damagedVault, "its entry is beyond the ledger")
    }
    if try vault.text(of: row.type) != stored.typeCode {
      add(.certificates, "\(label): its type is another")
    }
    let records = try vault.records(certificate: row.id)
    for _ in records { countRecord() }
    let shares = try MatterReader(ledger: registry.ledger, vault: vault, cipher: cipher)
      .entries(ofCertificate: row.id)
    let entries = (records.map(\.entry) + shares).sorted()
    if records.first?.entry != row.entry || entries.last != row.changed
      || entries.count != Int(clamping: row.count)
    {
      add(.certificates, "\(label): its entries are not those of its records")
    }
    for subject in row.subjects {
      let listed = try vault.certificates(
        after: row.id - 1, limit: 1, type: nil, subject: subject
      ).first
      if listed?.id != row.id { add(.certificates, "\(label): a subject does not hold it") }
    }
    var isErased = false
    for record in records {
      if record.matter != 0 {
        throw RegistryError(.damagedVault, "a record of it is of a matter too")
      }
      if try reader.event(at: record.entry).event.kind == .certificateErased { isErased = true }
    }
    if row.secret.isEmpty != isErased {
      add(.certificates, "\(label): its keys are gone and it was not erased, or the reverse")
    }
    // Erased: nothing more can be opened, and nothing more is there.
    if row.secret.isEmpty { return try checkCopies(row, stored.state, ended: []) }
    let endedDigests = try checkRecords(row, stored, records, reader)
    try checkThread(row, entries, reader)
    let view = try reader.view(stored)
    let ended = zip(view.copies, row.copies).filter { endedDigests.contains($0.0.digest) }
    try checkCopies(row, stored.state, ended: Set(ended.map(\.1)))
    try checkContent(row, view, stored)
  }

  /// Its tag in every entry about it, shares too, with the numbers from 1 on.
  private mutating func checkThread(
    _ row: CertificateRow, _ entries: [Int64], _ reader: CertificateReader
  ) throws(RegistryError) {
    let key = try Writer.keys(of: row, cipher).key
    for (offset, index) in entries.enumerated() {
      let (entry, event) = try reader.event(at: index)
      let tags = entry.tags.dropFirst(RuleSet.departments(of: event).count)
      // A share's tags are of a person, a certificate and a case.
      let isShare = MatterRow.Kind.after(event.kind) != nil
      if (isShare ? tags.dropFirst().first : tags.last) != key.tag(UInt64(offset + 1)) {
        add(.certificates, "certificate \(row.id): entry \(index) has another tag")
      }
    }
  }

  /// Openings and state, entry by entry; returns the digests of copies that ended alone.
  private mutating func checkRecords(
    _ row: CertificateRow, _ stored: StoredCertificate, _ records: [RecordRow],
    _ reader: CertificateReader
  ) throws(RegistryError) -> Set<Digest> {
    var ended: Set<Digest> = []
    let keys = try Writer.keys(of: row, cipher)
    for (offset, record) in records.enumerated() {
      let plain = try cipher.open(
        record.disclosures, for: .disclosures(row.id), under: keys.contentKey)
      let disclosures = try RecordText.disclosures(plain)
      try compare(disclosures, with: record.entry, reader)
      if offset == 0 { try checkIssue(row, stored, disclosures) }
      for disclosure in disclosures where disclosure.name == "ended" {
        ended.formUnion(
          (disclosure.value.arrayValue ?? []).compactMap(\.stringValue)
            .compactMap(Digest.init(canonicalText:)))
      }
    }
    if let last = try reader.history(of: row).last?.state, last != stored.state {
      add(.certificates, "certificate \(row.id): its state is not that of its last entry")
    }
    return ended
  }

  /// Identifier and subjects as they were signed.
  private mutating func checkIssue(
    _ row: CertificateRow, _ stored: StoredCertificate, _ disclosures: [EventDisclosure]
  ) throws(RegistryError) {
    var values: [String: JSONValue] = [:]
    for disclosure in disclosures { values[disclosure.name] = disclosure.value }
    if values["certificate"]?["identifier"]?.stringValue != stored.identifier.text {
      add(.certificates, "certificate \(row.id): its identifier is another")
    }
    let count = (1...16).prefix { values["subject_\($0)"] != nil }.count
    if count != row.subjects.count {
      add(.certificates, "certificate \(row.id): it names another number of subjects")
    }
    for (position, id) in row.subjects.enumerated() {
      guard let subject = try vault.subject(id) else {
        throw RegistryError(.damagedVault, "a subject that it names is missing")
      }
      let (key, code) = try Writer.open(subject, cipher)
      let signed = values["subject_\(position + 1)"]
      if signed?["thread"]?.stringValue != key.commitment.base64url
        || signed?["code"]?.stringValue != code.code
        || signed?["code_type"]?.stringValue != code.type
      {
        add(.certificates, "certificate \(row.id): subject \(position + 1) is another")
      }
    }
  }

  private mutating func checkCopies(
    _ row: CertificateRow, _ state: CertificateState, ended: Set<Int64>
  ) throws(RegistryError) {
    for id in row.copies {
      guard let copy = try vault.copy(id) else {
        throw RegistryError(.damagedVault, "a copy that it names is missing")
      }
      if copy.certificate != row.id {
        add(.certificates, "certificate \(row.id): copy \(id) is another's")
      }
      if copy.state != (ended.contains(id) ? CertificateState.other : state).statusValue {
        add(.certificates, "certificate \(row.id): copy \(id) has another state")
      }
      guard let list = list(of: id), id & (StatusListRow.capacity - 1) < list.next else {
        add(.statusLists, "copy \(id): its place was never given out")
        continue
      }
    }
  }

  /// What was issued: lookups, days and places as the row has them.
  private mutating func checkContent(
    _ row: CertificateRow, _ view: CertificateView, _ stored: StoredCertificate
  ) throws(RegistryError) {
    let label = "certificate \(row.id)"
    guard let claims = view.claims, let number = claims["number"]?.stringValue else {
      throw RegistryError(.damagedVault, "its claims cannot be read")
    }
    if row.number != cipher.lookup("number", [stored.typeCode, number]) {
      add(.certificates, "\(label): the lookup of its number is another")
    }
    if row.uniqueness != (try uniqueness(claims, stored)) {
      add(.certificates, "\(label): the lookup of its unique values is another")
    }
    var until: Int64?
    if let text = claims["valid_until"]?.stringValue {
      do { until = Int64(try Day(parsing: text).number) } catch {
        throw RegistryError(.damagedVault, "its last day is none", cause: error)
      }
    }
    if row.until != until { add(.certificates, "\(label): its last day is another") }
    if view.copies.count != row.copies.count {
      add(.certificates, "\(label): it has another number of copies")
    }
    for (copy, id) in zip(view.copies, row.copies) {
      guard let list = list(of: id) else { continue }
      let index = try place(of: id, in: list)
      if copy.status.uri != list.uri || Int64(copy.status.index) != index {
        add(.statusLists, "copy \(id): it was signed for another place")
      }
    }
  }

  private func uniqueness(
    _ claims: JSONObject, _ stored: StoredCertificate
  ) throws(RegistryError) -> Int64? {
    let code: TypeCode
    do throws(CertificatesError) { code = try TypeCode(stored.typeCode) } catch {
      throw RegistryError(.damagedVault, "its type has no code", cause: error)
    }
    let type = try registry.typeFile(code, version: stored.typeVersion)
    return Uniqueness(type).lookup(of: claims, cipher)
  }

  private func place(of copy: Int64, in list: StatusListRow) throws(RegistryError) -> Int64 {
    let key = try cipher.open(list.secret, for: .statusList(list.id))
    do throws(CryptographyError) {
      let permutation = try FeistelPermutation(
        key: SecretBytes(copying: key), domain: UInt64(StatusListRow.capacity))
      return Int64(permutation(UInt64(copy & (StatusListRow.capacity - 1))))
    } catch {
      throw RegistryError(error)
    }
  }
}
