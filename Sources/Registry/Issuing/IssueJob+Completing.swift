import Ledger
import Rules

extension IssueJob {
  /// At most so many certificates are read back at once.
  private static let readCount = 256

  func deliver(
    _ issued: [IssuedCertificate], _ checkpoint: VerifiedCheckpoint
  ) throws(RegistryError) {
    guard !issued.isEmpty else { return }
    try registry.makeDeliveries(of: issued, checkpoint, maker) { piece throws(RegistryError) in
      try output.write(piece)
    }
    try output.synchronize()
  }

  /// Writes the deliveries that an earlier run, or another process, left out.
  ///
  /// Nothing is written to an output that holds deliveries of another job: `outputForeign`.
  mutating func complete() throws(RegistryError) {
    // The output was opened after the record was read: another process may have gone on between.
    if let stored = try IssueJob.stored(id, registry.vault, builder.cipher) { record = stored }
    let missing = try missingCertificates()
    let checkpoint = try registry.write { writer throws(RegistryError) in try writer.checkpoint() }
    for start in stride(from: 0, to: missing.count, by: IssueJob.readCount) {
      let end = min(start + IssueJob.readCount, missing.count)
      var issued: [IssuedCertificate] = []
      for index in start..<end {
        if let row = try registry.vault.certificate(missing[index]),
          let one = try IssuedCertificate.load(row, registry, builder.cipher)
        {
          issued.append(one)
        }
      }
      try deliver(issued, checkpoint)
    }
  }

  /// The job's certificates whose deliveries the output lacks, having seen that all it has are of
  /// this job.
  private mutating func missingCertificates() throws(RegistryError) -> PieceList<Int64> {
    var missing = PieceList<Int64>()
    var foundCount = 0
    report.overCount = 0
    try forEachCertificate { job, row throws(RegistryError) in
      guard let issued = try IssuedCertificate.load(row, job.registry, job.builder.cipher) else {
        // Erased: its deliveries may be there, and nobody can tell any more.
        foundCount += row.copies.count
        return
      }
      if CertificateState(number: row.state)?.coarse != .valid { job.report.overCount += 1 }
      // A shared job comes here a second time.
      let isKnown = job.report.identifiers.contains(issued.identifier)
      if job.report.identifiers.count < 16, !isKnown {
        job.report.identifiers.append(issued.identifier)
      }
      let count = issued.copies.indices.count { index in
        job.output.has(
          name: DeliveryMaker.name(issued.identifier, copy: index), copy: issued.copies[index])
      }
      foundCount += count
      if count < issued.copies.count { missing.append(row.id) }
    }
    guard output.knownCount <= foundCount else {
      throw RegistryError(
        .outputForeign, "the file holds deliveries of another job; give another --out",
        at: order.target.path)
    }
    return missing
  }

  private mutating func forEachCertificate(
    _ body: (inout IssueJob, CertificateRow) throws(RegistryError) -> Void
  ) throws(RegistryError) {
    guard let certificates = record.certificates else { return }
    var from = certificates.lowerBound
    while from <= certificates.upperBound {
      let ranges = try BatchRange.ranges(registry.vault, from: from, limit: 64)
      for range in ranges where range.batch == id {
        var after = range.first - 1
        while after < range.last {
          let rows = try registry.vault.certificates(
            after: after, limit: IssueJob.readCount, type: nil, subject: nil
          ).filter { $0.id <= range.last }
          guard let last = rows.last else { break }
          after = last.id
          for row in rows { try body(&self, row) }
        }
      }
      guard let last = ranges.last?.last else { return }
      from = last + 1
    }
  }
}
