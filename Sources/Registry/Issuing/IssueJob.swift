import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// One run over a file of rows: takes the job up where it stands and brings it to its end.
struct IssueJob {
  /// About so many bytes of rows are in memory and in one append, and at least one row.
  private static let batchBytes = 8 << 20

  let registry: OpenRegistry
  let order: IssueOrder
  let watch: IssueWatch
  let builder: CertificateBuilder
  let maker: DeliveryMaker
  let id: BatchID
  private let indices: StatusIndices
  var record: BatchRecord
  let output: any DeliveryOutput
  var report: IssueReport
  private var permutation: FeistelPermutation.Remembering?
  /// Whether another process has decided positions of this job meanwhile.
  var isShared = false

  init(
    _ registry: OpenRegistry, _ order: IssueOrder, _ watch: IssueWatch
  ) throws(RegistryError) {
    self.registry = registry
    self.order = order
    self.watch = watch
    builder = try registry.certificateBuilder(order.type, department: order.department)
    maker = try registry.deliveryMaker(builder.act)
    indices = StatusIndices(
      department: builder.issuer, type: order.type.code, host: registry.settings.host)
    let reference = TypeReference(code: order.type.code.text, version: order.type.version)
    id = BatchID(
      builder.cipher, department: order.department, type: reference, file: order.claims.digest,
      form: order.form,
      holderKeys: order.holderKeys.map { $0.map { SHA256.hash(JWK.canonicalBytes($0)) } })
    let stored = try IssueJob.stored(id, registry.vault, builder.cipher)
    guard stored.map({ $0.rowCount == order.claims.rowCount }) ?? true else {
      throw RegistryError(.damagedVault, "the record of the batch has another number of rows")
    }
    // A file that cannot be written is noticed before anything is signed.
    output = try order.target.open(isResuming: stored != nil)
    let orderKey = try builder.cipher.randomBytes(32)
    record =
      stored
      ?? BatchRecord(
        department: order.department, type: reference, orderKey: orderKey,
        rowCount: order.claims.rowCount)
    report = IssueReport(batch: id, record: record)
    report.isResumed = stored != nil
  }

  /// Runs to the end, or until it is stopped.
  mutating func run() throws(RegistryError) -> IssueReport {
    permutation = try makePermutation()
    if report.isResumed { try complete() }
    // Refused by an earlier run: what was in the way may be gone.
    let judgesAgain = record.isComplete && record.refusedCount > 0
    while !record.isComplete {
      guard !watch.shouldStop() else {
        report.isInterrupted = true
        break
      }
      try issueBatch()
      watch.progress(record.doneCount, record.rowCount)
    }
    if judgesAgain { try judgeAgain() }
    if isShared {
      // What the other process issued is not in this one's output.
      try output.refresh()
      try complete()
    }
    try output.finish()
    var result = IssueReport(batch: id, record: record)
    result.issuedCount = report.issuedCount
    result.copyCount = report.copyCount
    result.isResumed = report.isResumed
    result.isInterrupted = report.isInterrupted
    result.identifiers = report.identifiers
    result.overCount = report.overCount
    result.replaced = report.replaced
    result.checkpoint = try registry.write { writer throws(RegistryError) in
      try writer.checkpoint()
    }
    return result
  }

  private func makePermutation() throws(RegistryError) -> FeistelPermutation.Remembering? {
    guard record.rowCount > 1 else { return nil }
    do throws(CryptographyError) {
      return FeistelPermutation.Remembering(
        try FeistelPermutation(
          key: SecretBytes(copying: record.orderKey), domain: UInt64(record.rowCount)))
    } catch {
      throw RegistryError(error)
    }
  }

  private mutating func row(at position: Int) -> Int {
    Int(permutation?(UInt64(position)) ?? UInt64(position))
  }

  // MARK: One batch

  private mutating func issueBatch() throws(RegistryError) {
    let start = record.doneCount
    let rows = nextRows()
    let claims = order.claims
    let read = try Parallel.map(rows) { index throws(RegistryError) in try claims.row(index) }
    let after = try registry.write { writer throws(RegistryError) -> Decision? in
      // The same command may run in another process: whoever has the lock decides a position.
      if let stored = try IssueJob.stored(id, writer.vault, writer.cipher),
        stored.doneCount != start
      {
        record = stored
        return nil
      }
      var decided = DecidedRows(record, id, start: start)
      decided.record.doneCount += read.count
      return try decide(read, decided, writer)
    }
    guard let after else {
      isShared = true
      return
    }
    try take(after)
  }

  /// Counts what became durable and hands it out.
  mutating func take(_ after: Decision) throws(RegistryError) {
    record = after.record
    report.issuedCount += after.issued.count
    report.copyCount += after.issued.reduce(0) { $0 + $1.copies.count }
    report.identifiers += after.issued.prefix(16 - report.identifiers.count).map(\.identifier)
    report.replaced += after.replaced.prefix(FaultList.countMax - report.replaced.count)
    // Durable: the certificates. A crash now leaves deliveries to `complete` of the next run.
    try deliver(after.issued, after.checkpoint)
  }

  private mutating func nextRows() -> [Int] {
    var rows: [Int] = []
    var byteCount = 0
    var position = record.doneCount
    while position < record.rowCount, rows.count < watch.batchCount {
      let index = row(at: position)
      byteCount += Int(order.claims.places[index].count)
      if !rows.isEmpty, byteCount > IssueJob.batchBytes { break }
      rows.append(index)
      position += 1
    }
    return rows
  }

  /// What became of one batch; all of it is durable.
  struct Decision {
    let record: BatchRecord
    let issued: [IssuedCertificate]
    let replaced: [ReplacedCertificate]
    let checkpoint: VerifiedCheckpoint
  }

  /// Refuses what is not unique or replaces nothing, issues the rest, and notes both.
  func decide(
    _ rows: [ClaimRow], _ turn: DecidedRows, _ writer: Writer
  ) throws(RegistryError) -> Decision {
    try requireSeal(writer)
    let replacement = try makeReplacement(rows, writer)
    let orders = rows.enumerated().map { position, row in
      CertificateOrder(
        claims: row.claims,
        holderKeys: order.holderKeys.isEmpty ? row.holderKeys : order.holderKeys,
        previous: replacement?.predecessor(position))
    }
    var decided = turn
    let admitted = try admit(rows, orders, replacement, &decided, writer)
    let built = try builder.build(
      try builder.prepare(admitted.map { orders[$0] }, indices, writer))
    var proposals = built.map(\.proposal)
    if let replacement {
      proposals = try replacement.proposals(built, of: admitted, by: builder.act, writer)
    }
    func outcomes(_ all: [Outcome]) -> [Outcome] {
      replacement == nil ? all : Replacement.outcomes(all)
    }
    let result = try writer.append(proposals) { all throws(RegistryError) in
      let outcomes = outcomes(all)
      for (outcome, (position, one)) in zip(outcomes, zip(admitted, built)) {
        IssueJob.note(outcome, rows[position], one, &decided)
      }
      return try changes(decided, built, outcomes, writer.cipher)
    }
    if result.outcomes.allSatisfy({ $0.entry == nil }) {
      for (outcome, (position, one)) in zip(outcomes(result.outcomes), zip(admitted, built)) {
        IssueJob.note(outcome, rows[position], one, &decided)
      }
      // Nothing entered: the decision alone is kept, and nothing can take it back.
      try writer.vault.put(try decided.items(writer.cipher))
    }
    var issued: [IssuedCertificate] = []
    for (outcome, one) in zip(outcomes(result.outcomes), built) {
      if let entry = outcome.entry { issued.append(try one.issued(entry)) }
    }
    return Decision(
      record: decided.record, issued: issued,
      replaced: replacement?.replaced(built, of: admitted, result.outcomes) ?? [],
      checkpoint: result.checkpoint)
  }

  /// A job holds its keys for hours. What a retired seal signs and the ledger dates later, no
  /// verifier believes.
  private func requireSeal(_ writer: Writer) throws(RegistryError) {
    if case .identity(let fact)? = try writer.fact(.identity(builder.seal.identity.sha256)),
      fact.state == .active
    {
      return
    }
    throw RegistryError(
      .unknownIdentity,
      "the seal that this job signs with is no longer in force; run the same command again, and "
        + "it goes on with the newer one", at: builder.issuer.text)
  }

  private func makeReplacement(
    _ rows: [ClaimRow], _ writer: Writer
  ) throws(RegistryError) -> Replacement? {
    guard order.isReplacement else { return nil }
    return try Replacement(of: rows, single: order.previous, builder, writer)
  }

  /// The positions of the rows that may be issued; the others are refused.
  private func admit(
    _ rows: [ClaimRow], _ orders: [CertificateOrder], _ replacement: Replacement?,
    _ decided: inout DecidedRows, _ writer: Writer
  ) throws(RegistryError) -> [Int] {
    let uniqueness = Uniqueness(order.type)
    let taken = try uniqueness.taken(orders, builder, writer)
    var admitted: [Int] = []
    for (position, row) in rows.enumerated() {
      if let refusal = replacement?.refusal(position) {
        decided.refuse(
          BatchRecord.Refusal(
            line: row.line, column: Replacement.column, code: refusal.rawValue))
      } else if let owner = taken[position] {
        decided.refuse(
          BatchRecord.Refusal(
            line: row.line, column: uniqueness.column, code: IssueFault.notUniqueCode,
            certificate: try ownIdentifier(owner, writer)))
      } else {
        admitted.append(position)
      }
    }
    return admitted
  }

  /// The identifier of a certificate that this department issued; nil for another's.
  private func ownIdentifier(
    _ row: CertificateRow, _ writer: Writer
  ) throws(RegistryError) -> String? {
    let reader = try CertificateReader(
      ledger: writer.ledger, vault: writer.vault, cipher: writer.cipher)
    guard let found = try reader.stored(row), found.issuerCode == builder.issuer.text else {
      return nil
    }
    return found.identifier.text
  }

  private static func note(
    _ outcome: Outcome, _ row: ClaimRow, _ one: BuiltCertificate, _ decided: inout DecidedRows
  ) {
    if let entry = outcome.entry {
      decided.record.note(
        entry: Int64(clamping: entry.index.value), certificate: one.id, copies: one.copies.count)
    } else if case .refused(let codes) = outcome {
      decided.refuse(
        BatchRecord.Refusal(
          line: row.line, column: nil, code: codes.map(\.rawValue).joined(separator: " ")))
    }
  }

  private func changes(
    _ decided: DecidedRows, _ built: [BuiltCertificate], _ outcomes: [Outcome],
    _ cipher: VaultCipher
  ) throws(RegistryError) -> [VaultChange] {
    var changes = try decided.items(cipher).map {
      VaultChange.putItem(space: $0.space, key: $0.key, value: $0.value)
    }
    let entered = zip(built, outcomes).filter { $0.1.entry != nil }.map(\.0.id)
    if let first = entered.min(), let last = entered.max() {
      changes.append(BatchRange(first: first, last: last, batch: id).change)
    }
    return changes
  }

  static func stored(
    _ id: BatchID, _ vault: any Vault, _ cipher: VaultCipher
  ) throws(RegistryError) -> BatchRecord? {
    guard let item = try vault.item(BatchRecord.space, id.bytes) else { return nil }
    return try BatchRecord(item, cipher)
  }
}
