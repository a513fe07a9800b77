import Ledger

/// One change of the vault that enters with an event.
///
/// The writer fills in what it alone knows: the entry's index and the numbers in threads.
public enum VaultChange: Sendable {
  /// A new certificate; its `entry`, `changed` and `count` are set by the writer.
  indirect case insertCertificate(CertificateRow)
  /// Another state, and with it that of copies.
  case setState(certificate: Int64, state: Int64)
  /// The published bits of one copy; one that ended (1) stays as it is.
  case setCopyState(copy: Int64, state: UInt8)
  /// A copy of a certificate that enters now or has entered; listed in the certificate's row too
  /// when the certificate is an earlier one.
  case insertCopy(CopyRow, listed: Bool)
  /// The openings of the event, and what was issued with it; both sealed. Of a certificate or of a
  /// matter, or of neither.
  case insertRecord(
    certificate: Int64, matter: Int64 = 0, disclosures: [UInt8], content: [UInt8]?)
  /// A new matter; its `entry` and `changed` become the event's entry.
  indirect case insertMatter(MatterRow)
  /// Another state of a matter, and with it its certificate where that is known only now; its
  /// `changed` becomes the event's entry.
  case setMatter(id: Int64, state: Int64, certificate: Int64? = nil)
  /// Forgets the keys of a certificate; its content goes when the ledger is durable.
  case erase(certificate: Int64)
  /// Writes or, with nil, deletes an item.
  case putItem(space: String, key: [UInt8], value: [UInt8]?)
}

/// Everything one append writes into the vault, in one transaction.
public struct VaultBatch: Sendable {
  /// The entries [first, end) of the append.
  public var first: LeafIndex
  /// One past the last entry.
  public var end: LeafIndex
  /// Subjects seen for the first time, with the count after the batch, in the order of their ids.
  public var newSubjects: [(entry: Int64, row: SubjectRow)] = []
  /// Known subjects and the count after the batch.
  public var subjectCounts: [(id: Int64, count: UInt64)] = []
  /// Certificates (new ones too) and count and last entry after the batch.
  public var certificateCounts: [(id: Int64, count: UInt64, changed: Int64)] = []
  /// The events' changes, in the order of the entries.
  public var changes: [(entry: Int64, change: VaultChange)] = []

  /// An empty batch for the entries [first, end).
  public init(first: LeafIndex, end: LeafIndex) {
    self.first = first
    self.end = end
  }

  /// Whether there is nothing to write.
  public var isEmpty: Bool {
    newSubjects.isEmpty && subjectCounts.isEmpty && certificateCounts.isEmpty && changes.isEmpty
  }
}
