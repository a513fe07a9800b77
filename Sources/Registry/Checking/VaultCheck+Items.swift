import Cryptography
import Rules

extension VaultCheck {
  /// Every space in which items are kept.
  static let spaces: Set<String> = [
    BatchRange.space, BatchRecord.space, IssuedContent.headerSpace, Outbox.space,
    RefusedLines.space, RefusedShareAct.space, UseItem.space, QueuedUse.space,
    RefusedUse.space, "erased",
    "refusal", "refusal-dropped", "refusal-rate",
  ]

  /// Opens every item that is sealed, holds headers against their keys, and the refused lines and
  /// the certificates of jobs against their records.
  mutating func checkItems() throws(RegistryError) {
    try forEachItem(of: "refusal") { check, item throws(RegistryError) in
      _ = try check.cipher.open(item.value, for: .item(item.space, key: item.key))
    }
    try forEachItem(of: RefusedShareAct.space) { check, item throws(RegistryError) in
      _ = try RefusedShareAct(item, check.cipher)
      guard let share = RecordText.integers(Array(item.key.prefix(8)))?.first,
        try check.vault.matter(share)?.kind == .share
      else { throw RegistryError(.damagedVault, "it names a share that is not there") }
    }
    try forEachItem(of: IssuedContent.headerSpace) { _, item throws(RegistryError) in
      try IssuedContent.check(item)
      if item.entry != -1 {
        throw RegistryError(.damagedVault, "it names an entry, and belongs to none")
      }
    }
    var certificates = try certificatesOfJobs()
    var expected = 0
    try forEachItem(of: BatchRecord.space) { check, item throws(RegistryError) in
      expected += try check.checkBatch(item, &certificates)
    }
    if !certificates.isEmpty {
      add(.items, "certificates are said to be of a job that is not there")
    }
    var found = 0
    try forEachItem(of: RefusedLines.space) { _, _ in found += 1 }
    if found != expected { add(.items, "refused lines are kept of a job that is not there") }
    try checkOutbox()
    try checkUses()
    try checkAnswers(QueuedUse.space, [.useAccepted, .useRefused])
    try checkAnswers(RefusedUse.space, [.useRefused])
  }

  /// Each accepted answer is kept with its request, and no other.
  private mutating func checkUses() throws(RegistryError) {
    var found = 0
    let reader = try makeReader()
    try forEachItem(of: UseItem.space) { check, item throws(RegistryError) in
      found += 1
      let use = try UseItem(item)
      try check.require(
        [.useAccepted], of: item, by: reader,
        opening: [("request", use.request), ("presentation", use.presentation)])
    }
    if found != usesCount { add(.items, "answers that were accepted are not kept, or too many") }
  }

  /// Each use that waited, or was refused at a counter, stands with the answer of its entry.
  private mutating func checkAnswers(
    _ space: String, _ kinds: Set<EventKind>
  ) throws(RegistryError) {
    let reader = try makeReader()
    try forEachItem(of: space) { check, item throws(RegistryError) in
      let presentation: Digest
      do throws(CryptographyError) { presentation = try Digest(bytes: item.value) } catch {
        throw RegistryError(.damagedVault, "a use that waited cannot be read", cause: error)
      }
      try check.require(
        kinds, of: item, by: reader, opening: [("presentation", presentation)])
    }
  }

  /// The entry of an item is of a use, and its record opens these digests.
  private func require(
    _ kinds: Set<EventKind>, of item: ItemRow, by reader: CertificateReader,
    opening digests: [(name: String, digest: Digest)]
  ) throws(RegistryError) {
    guard kinds.contains(try reader.event(at: item.entry).event.kind),
      let record = try vault.records(from: item.entry, limit: 1).first,
      record.entry == item.entry, record.certificate == 0, record.matter == 0
    else { throw RegistryError(.damagedVault, "its entry is of no such use") }
    let plain = try cipher.open(record.disclosures, for: .disclosures(0))
    let opened = try RecordText.disclosures(plain)
    for (name, digest) in digests
    where !opened.contains(where: { $0.name == name && $0.value == .string(digest.base64url) }) {
      throw RegistryError(.damagedVault, "it is not what its entry opens")
    }
  }

  /// The certificates that the ranges give to each job.
  private mutating func certificatesOfJobs() throws(RegistryError) -> [BatchID: JobCertificates] {
    var found: [BatchID: JobCertificates] = [:]
    var end: Int64 = -1
    try forEachItem(of: BatchRange.space) { check, item throws(RegistryError) in
      let range = try BatchRange(item)
      if range.first <= end {
        check.add(.items, "two appends are said to have brought certificate \(range.first)")
        return
      }
      end = range.last
      found[range.batch, default: JobCertificates()].add(range)
    }
    return found
  }

  /// A job's record, its certificates and the lines of it that were refused; returns how many
  /// items hold those.
  private mutating func checkBatch(
    _ item: ItemRow, _ certificates: inout [BatchID: JobCertificates]
  ) throws(RegistryError) -> Int {
    let record = try BatchRecord(item, cipher)
    guard let batch = BatchID(bytes: item.key) else {
      throw RegistryError(.damagedVault, "its key is that of no job")
    }
    let issued = certificates.removeValue(forKey: batch) ?? JobCertificates()
    if issued.count != record.issuedCount || issued.bounds != record.certificates {
      add(.items, "job \(batch): its certificates are not those of its record")
    }
    var itemCount = 0
    var lineCount = 0
    var lines: Set<Int> = []
    var key: [UInt8]?
    while let refused = try RefusedLines.next(of: batch, after: key, vault, cipher) {
      key = refused.key
      itemCount += 1
      lineCount += refused.lines.count
      lines.formUnion(refused.lines)
    }
    if lineCount != record.refusedCount || lines.count != lineCount
      || !record.refusals.allSatisfy({ lines.contains($0.line) })
    {
      add(.items, "job \(batch): the refused lines are not those of its record")
    }
    return itemCount
  }

  /// Goes through all items of a space, page by page.
  mutating func forEachItem(
    of space: String, pageCount: Int = VaultCheck.pageCount,
    _ body: (inout VaultCheck, ItemRow) throws(RegistryError) -> Void
  ) throws(RegistryError) {
    var after: [UInt8]?
    while true {
      let page = try vault.items(space, after: after, limit: pageCount)
      for item in page {
        try attempt(.items, "item of \(space)") { check throws(RegistryError) in
          try body(&check, item)
        }
      }
      guard page.count == pageCount, let last = page.last else { return }
      after = last.key
    }
  }
}

/// How many certificates the ranges give to a job, and the first and last of them.
private struct JobCertificates {
  private(set) var count = 0
  private(set) var bounds: ClosedRange<Int64>?

  mutating func add(_ range: BatchRange) {
    count += Int(range.last - range.first) + 1
    let first = min(bounds?.lowerBound ?? range.first, range.first)
    bounds = first...max(bounds?.upperBound ?? range.last, range.last)
  }
}
