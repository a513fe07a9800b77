import Certificates
import Encoding
import Ledger
import Rules

/// Which certificates a listing wants; nil members let all pass.
public struct CertificateSearch: Sendable {
  /// The type's code.
  public var type: String?
  /// The exact states; empty for any.
  public var states: Set<CertificateState> = []
  /// The certificate's number (证照编号).
  public var number: String?
  /// Whom it names.
  public var holder: HolderCode?
  /// The first day of issue, UTC.
  public var from: Day?
  /// The last day of issue, UTC.
  public var through: Day?
  /// The job that issued it.
  public var batch: BatchID?
  /// Goes on after this certificate.
  public var after: CertificateIdentifier?

  /// A search that finds all.
  public init() {}
}

extension CertificateReader {
  /// Rows read from the vault at a time: memory does not grow with the number found.
  private static let pageCount = 500

  /// Gives every certificate that fits, newest first, until `body` says false.
  ///
  /// Throws `notFound` when `after` is no certificate of this registry.
  public func forEach(
    _ search: CertificateSearch, _ body: (StoredCertificate) throws(RegistryError) -> Bool
  ) throws(RegistryError) {
    guard let filter = try filter(search) else { return }
    var before: Int64?
    if let after = search.after {
      guard let last = try find(after) else {
        throw RegistryError(.notFound, "no such certificate to go on after")
      }
      before = last.row.id
    }
    if let number = search.number {
      return try forEach(number: number, before: before, search, filter, body)
    }
    while true {
      let rows = try vault.newestCertificates(
        before: before, limit: CertificateReader.pageCount, filter)
      for row in rows {
        if let stored = try stored(row), try fits(stored, search), !(try body(stored)) { return }
      }
      guard rows.count == CertificateReader.pageCount, let last = rows.last else { return }
      before = last.id
    }
  }

  /// Certificates of a number: found by lookup, then compared in full.
  private func forEach(
    number: String, before: Int64?, _ search: CertificateSearch, _ filter: CertificateFilter,
    _ body: (StoredCertificate) throws(RegistryError) -> Bool
  ) throws(RegistryError) {
    var codes: [String] = []
    if let type = search.type { codes = [type] } else { codes = try typeCodes() }
    let lookups = codes.map { cipher.lookup("number", [$0, number]) }
    var rows: [CertificateRow] = []
    for row in try vault.certificates(lookups: lookups, in: .number) {
      if let before, row.id >= before { continue }
      if filter.fits(row) { rows.append(row) }
    }
    for row in rows.sorted(by: { $0.id > $1.id }) {
      guard let stored = try stored(row), try fits(stored, search),
        try claims(of: row)?["number"]?.stringValue == number
      else { continue }
      if !(try body(stored)) { return }
    }
  }

  /// The job that issued a certificate; nil where there was none.
  public func batch(of certificate: StoredCertificate) throws(RegistryError) -> BatchID? {
    let id = certificate.row.id
    let range = try BatchRange.ranges(vault, from: id, limit: 1).first
    return range.flatMap { $0.first <= id ? $0.batch : nil }
  }

  /// What the vault's filter cannot tell. The state once more: a row may bear that of a batch
  /// which is not durable.
  private func fits(
    _ certificate: StoredCertificate, _ search: CertificateSearch
  ) throws(RegistryError) -> Bool {
    guard search.states.isEmpty || search.states.contains(certificate.state) else { return false }
    guard let wanted = search.batch else { return true }
    return try batch(of: certificate) == wanted
  }

  /// The search in the vault's numbers; nil when nothing can fit.
  private func filter(_ search: CertificateSearch) throws(RegistryError) -> CertificateFilter? {
    var filter = CertificateFilter()
    if let type = search.type {
      guard let number = try vault.number(of: type) else { return nil }
      filter.type = number
    }
    if let holder = search.holder {
      guard let id = try subject(holder) else { return nil }
      filter.subject = id
    }
    filter.states = search.states.map(\.number).sorted()
    if let batch = search.batch {
      guard let ids = try BatchMembers.ids(batch, in: vault) else { return nil }
      filter.ids = ids
    }
    if search.from != nil || search.through != nil {
      let first = try search.from.map { day throws(RegistryError) in
        try firstEntry(at: Timestamp(day))
      }
      let end = try search.through.map { day throws(RegistryError) in
        try firstEntry(at: Timestamp(day.adding(days: 1)))
      }
      let range = (first ?? 0)..<max(first ?? 0, end ?? Int64(clamping: size.value))
      if range.isEmpty { return nil }
      filter.entries = range
      let ids = try ids(issuedBy: range)
      filter.ids = filter.ids.map { $0.clamped(to: ids) } ?? ids
    }
    return filter
  }

  /// The id of the subject with a code.
  func subject(_ holder: HolderCode) throws(RegistryError) -> Int64? {
    let lookup = cipher.lookup("subject", [holder.type, holder.code])
    for row in try vault.subjects(lookups: [lookup]) {
      if try Writer.open(row, cipher).1 == holder { return row.id }
    }
    return nil
  }

  private func typeCodes() throws(RegistryError) -> [String] {
    var codes: [String] = []
    while let text = try vault.text(of: Int64(codes.count + 1)) { codes.append(text) }
    return codes
  }

  /// The first entry received at or after a time; the size where there is none.
  private func firstEntry(at time: Timestamp) throws(RegistryError) -> Int64 {
    try partition(0..<Int64(clamping: size.value)) { index throws(RegistryError) in
      try entry(at: index).received < time
    }
  }

  /// The ids of certificates that entries may have issued: ids and entries grow together, batch by
  /// batch, so the bounds are loosened by one batch and the rows' own entries decide.
  private func ids(issuedBy entries: Range<Int64>) throws(RegistryError) -> ClosedRange<Int64> {
    let all = 0..<(try vault.highestIDs().certificate + 1)
    let first = try partition(all) { id throws(RegistryError) in
      guard let row = try vault.certificates(after: id, limit: 1, type: nil, subject: nil).first
      else { return false }
      return row.entry < entries.lowerBound
    }
    let end = try partition(all) { id throws(RegistryError) in
      guard let row = try vault.certificates(after: id, limit: 1, type: nil, subject: nil).first
      else { return false }
      return row.entry < entries.upperBound
    }
    let slack = Int64(4 * StateJob.batchCount)
    return max(0, first - slack)...(end + slack)
  }

  /// The first number of a range for which `isBelow` is false; its end if there is none.
  private func partition(
    _ range: Range<Int64>, _ isBelow: (Int64) throws(RegistryError) -> Bool
  ) throws(RegistryError) -> Int64 {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if try isBelow(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension CertificateFilter {
  fileprivate func fits(_ row: CertificateRow) -> Bool {
    (type ?? row.type) == row.type && (subject.map(row.subjects.contains) ?? true)
      && (states.isEmpty || states.contains(row.state))
      && (entries?.contains(row.entry) ?? true)
  }
}
