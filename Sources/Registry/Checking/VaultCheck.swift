import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Opens everything that a vault keeps and holds it against the ledger.
struct VaultCheck {
  let vault: any Vault
  let cipher: VaultCipher
  let registry: OpenRegistry
  private(set) var report: CheckReport
  private(set) var found = VaultCensus()
  /// Status lists by id.
  private var lists: [Int64: StatusListRow] = [:]
  /// How many releases nobody has acknowledged.
  private(set) var waitingCount = 0
  /// How many presentations were accepted.
  private(set) var usesCount = 0

  static let pageCount = 256

  init(registry: OpenRegistry, cipher: VaultCipher, report: CheckReport) {
    self.registry = registry
    self.cipher = cipher
    self.report = report
    vault = registry.vault
  }

  mutating func add(_ name: CheckReport.Name, _ text: String) { report.add(name, text) }

  /// Notes a damaged row and goes on with the next; other errors end the check.
  mutating func attempt(
    _ name: CheckReport.Name, _ row: String,
    _ body: (inout VaultCheck) throws(RegistryError) -> Void
  ) throws(RegistryError) {
    do throws(RegistryError) {
      try body(&self)
    } catch {
      guard [.damagedVault, .damagedLedger, .notFound].contains(error.code) else { throw error }
      add(name, "\(row): \(error.message)")
    }
  }

  mutating func run() throws(RegistryError) {
    for name in [CheckReport.Name.certificates, .subjects, .matters, .statusLists, .items] {
      report.begin(name)
    }
    try attempt(.statusLists, "status lists") { check throws(RegistryError) in
      try check.checkLists()
    }
    try attempt(.certificates, "certificates") { check throws(RegistryError) in
      try check.checkCertificates()
    }
    try attempt(.subjects, "subjects") { check throws(RegistryError) in
      try check.checkSubjects()
    }
    try attempt(.matters, "matters") { check throws(RegistryError) in try check.checkMatters() }
    try attempt(.certificates, "records") { check throws(RegistryError) in
      try check.checkOtherRecords()
    }
    try attempt(.items, "items") { check throws(RegistryError) in try check.checkItems() }
    let census = try vault.census()
    found.spaces = census.spaces
    for space in census.spaces where !VaultCheck.spaces.contains(space) {
      add(.items, "there are items of a kind that nobody reads")
    }
    found.settings = ["instance"]
    // A registry that was closed has nothing pending; one that is open elsewhere may.
    if census.settings == ["instance", "pending"] {
      found.settings = census.settings
      found.undoRows = census.undoRows
    }
    if census != found {
      add(
        .census, "a table of the vault has rows that belong to nothing, or too few, or is damaged")
    }
  }

  private mutating func checkLists() throws(RegistryError) {
    for list in try vault.statusLists() {
      lists[list.id] = list
      try attempt(.statusLists, "list \(list.id)") { check throws(RegistryError) in
        _ = try check.cipher.open(list.secret, for: .statusList(list.id))
        do { _ = try StatusListName.parse(list.uri) } catch {
          check.add(.statusLists, "list \(list.id): its address is none")
        }
        if !(0...StatusListRow.capacity).contains(list.next) {
          check.add(.statusLists, "list \(list.id): its counter is beyond the list")
        }
      }
    }
  }

  private mutating func checkCertificates() throws(RegistryError) {
    let reader = try makeReader()
    let highest = try vault.highestIDs().certificate
    var id: Int64 = 0
    while id < highest {
      id += 1
      let number = id
      try attempt(.certificates, "certificate \(id)") { check throws(RegistryError) in
        guard let row = try check.vault.certificate(number) else {
          throw RegistryError(.damagedVault, "its row is missing")
        }
        check.found.certificates += 1
        check.found.holdings += Int64(Set(row.subjects).count)
        check.found.copies += Int64(row.copies.count)
        try check.checkCertificate(row, reader)
      }
    }
  }

  /// A reader of the snapshot that is there now: one for each walk.
  func makeReader() throws(RegistryError) -> CertificateReader {
    try CertificateReader(ledger: registry.ledger, vault: vault, cipher: cipher)
  }

  mutating func countRecord() { found.records += 1 }

  mutating func countMatter() { found.matters += 1 }

  mutating func countRecordOfMatter() { found.matterRecords += 1 }

  mutating func countWaiting() { waitingCount += 1 }

  func list(of copy: Int64) -> StatusListRow? { lists[copy >> 20] }

  // MARK: Subjects

  private mutating func checkSubjects() throws(RegistryError) {
    let highest = try vault.highestIDs().subject
    var id: Int64 = 0
    while id < highest {
      id += 1
      let number = id
      try attempt(.subjects, "subject \(id)") { check throws(RegistryError) in
        try check.checkSubject(number)
      }
    }
  }

  private mutating func checkSubject(_ id: Int64) throws(RegistryError) {
    // An act that was refused leaves its new subject's number unused. Whoever names a subject that
    // is not there is found with its own row.
    guard let row = try vault.subject(id) else { return }
    found.subjects += 1
    let (key, code) = try Writer.open(row, cipher)
    if row.lookup != cipher.lookup("subject", [code.type, code.code]) {
      add(.subjects, "subject \(id): its lookup is another")
    }
    var places = try placesInMatters(of: id, code)
    var after: Int64 = 0
    while true {
      let page = try vault.certificates(
        after: after, limit: VaultCheck.pageCount, type: nil, subject: id)
      for certificate in page {
        guard let position = certificate.subjects.firstIndex(of: id) else {
          add(.subjects, "subject \(id): certificate \(certificate.id) does not name it")
          continue
        }
        for record in try vault.records(certificate: certificate.id) {
          places.append((record.entry, position))
        }
      }
      guard page.count == VaultCheck.pageCount, let last = page.last else { break }
      after = last.id
    }
    if places.map(\.entry).min() != row.entry {
      add(.subjects, "subject \(id): its first entry is another")
    }
    if places.count != Int(clamping: row.count) {
      add(.subjects, "subject \(id): its count is not that of its entries")
    }
    let reader = try makeReader()
    for (offset, place) in places.sorted(by: { $0.entry < $1.entry }).enumerated() {
      let (entry, event) = try reader.event(at: place.entry)
      let start = RuleSet.departments(of: event).count + place.position
      guard start < entry.tags.count, entry.tags[start] == key.tag(UInt64(offset + 1)) else {
        add(.subjects, "subject \(id): entry \(place.entry) has another tag")
        continue
      }
    }
  }

  /// The entries of matters in the thread of a person or a case, and where their tags stand.
  private func placesInMatters(
    of id: Int64, _ code: HolderCode
  ) throws(RegistryError) -> [(entry: Int64, position: Int)] {
    let isCase = code.type == HolderCode.caseType
    var filter = MatterFilter()
    if isCase { filter.caseThread = id } else { filter.subject = id }
    var places: [(entry: Int64, position: Int)] = []
    let reader = try MatterReader(ledger: registry.ledger, vault: vault, cipher: cipher)
    try reader.forEach(filter) { matter throws(RegistryError) in
      for record in try vault.records(matter: matter.id) {
        places.append((record.entry, isCase ? 2 : 0))
      }
      return true
    }
    return places
  }

  // MARK: What is about no certificate

  private mutating func checkOtherRecords() throws(RegistryError) {
    let reader = try makeReader()
    var next: Int64 = 0
    while true {
      let page = try vault.records(from: next, limit: VaultCheck.pageCount)
      for record in page where record.certificate <= 0 && record.matter == 0 {
        found.otherRecords += 1
        try attempt(.certificates, "record \(record.entry)") { check throws(RegistryError) in
          if record.certificate < 0 || record.content != nil {
            throw RegistryError(.damagedVault, "it is of no certificate, and has content")
          }
          let plain = try check.cipher.open(record.disclosures, for: .disclosures(0))
          let event = try check.compare(
            try RecordText.disclosures(plain), with: record.entry, reader)
          if event.kind == .useAccepted { check.usesCount += 1 }
        }
      }
      guard page.count == VaultCheck.pageCount, let last = page.last else { return }
      next = last.entry + 1
    }
  }

  /// The openings are those of the entry's event, which is given back: all, and no other.
  @discardableResult
  func compare(
    _ disclosures: [EventDisclosure], with entry: Int64, _ reader: CertificateReader
  ) throws(RegistryError) -> Event {
    let (_, event) = try reader.event(at: entry)
    guard Set(disclosures.map(\.digest)) == Set(event.digests),
      disclosures.count == event.digests.count
    else { throw RegistryError(.damagedVault, "its openings are not those of its entry") }
    return event
  }
}
