import Ledger

/// The registry's private store: a port.
///
/// An implementation keeps these promises:
/// - what `apply` and every other mutating method wrote is durable when the method returns;
/// - `apply` is all or nothing, and `undo(from:)` takes back the last `apply` exactly, until the
///   next `apply` or `settle`;
/// - reads see the newest committed state of this process and of others;
/// - a damaged row gives `damagedVault` naming the table, never a trap.
///
/// A vault holds sealed bytes: sealing and lookups are the registry's work (`VaultCipher`). It is
/// used by one writer at a time, which holds the registry's lock; readers may be many.
public protocol Vault: AnyObject, Sendable {
  /// The instance id that stands in this file.
  func instance() throws(RegistryError) -> [UInt8]

  /// Replaces the instance id: for `registry recover` only.
  func setInstance(_ instance: [UInt8]) throws(RegistryError)

  // MARK: Reading

  /// The highest ids in use: what comes next is one more.
  func highestIDs() throws(RegistryError) -> VaultIDs

  /// Subjects that have one of the lookups, in any order.
  func subjects(lookups: [Int64]) throws(RegistryError) -> [SubjectRow]

  /// The subject with this id.
  func subject(_ id: Int64) throws(RegistryError) -> SubjectRow?

  /// The certificate with this id.
  func certificate(_ id: Int64) throws(RegistryError) -> CertificateRow?

  /// Version `version` of the certificate whose first version is `base`.
  func certificate(base: Int64, version: Int64) throws(RegistryError) -> CertificateRow?

  /// Certificates that have one of the lookups as their number or their uniqueness.
  func certificates(
    lookups: [Int64], in column: LookupColumn
  ) throws(RegistryError) -> [CertificateRow]

  /// At most `limit` certificates after id `after`, in the order of their ids, of a type and of a
  /// subject where given.
  func certificates(
    after: Int64, limit: Int, type: Int64?, subject: Int64?
  ) throws(RegistryError) -> [CertificateRow]

  /// At most `limit` certificates with an id below `before` (nil: any) that fit a filter, newest
  /// first.
  func newestCertificates(
    before: Int64?, limit: Int, _ filter: CertificateFilter
  ) throws(RegistryError) -> [CertificateRow]

  /// The openings of the entries from `first` on, at most `limit`, in the order of the entries.
  func records(from first: Int64, limit: Int) throws(RegistryError) -> [RecordRow]

  /// The openings of the entries about one certificate, in the order of the entries.
  func records(certificate: Int64) throws(RegistryError) -> [RecordRow]

  /// The openings of the entries of one matter, in the order of the entries.
  func records(matter: Int64) throws(RegistryError) -> [RecordRow]

  /// The openings of an entry.
  func record(of entry: Int64) throws(RegistryError) -> RecordRow?

  /// The matter with this id.
  func matter(_ id: Int64) throws(RegistryError) -> MatterRow?

  /// Grants that have this lookup.
  func matters(lookup: Int64) throws(RegistryError) -> [MatterRow]

  /// At most `limit` matters with an id below `before` (nil: any) that fit a filter, newest first.
  func matters(
    before: Int64?, limit: Int, _ filter: MatterFilter
  ) throws(RegistryError) -> [MatterRow]

  /// The number of a text, if it has one.
  func number(of text: String) throws(RegistryError) -> Int64?

  /// The text of a number.
  func text(of number: Int64) throws(RegistryError) -> String?

  /// All status lists, in the order of their ids.
  func statusLists() throws(RegistryError) -> [StatusListRow]

  /// Copies of a list whose state is not 0, in the order of their counters.
  func changedCopies(list: Int64) throws(RegistryError) -> [CopyRow]

  /// One copy.
  func copy(_ id: Int64) throws(RegistryError) -> CopyRow?

  /// One item.
  func item(_ space: String, _ key: [UInt8]) throws(RegistryError) -> ItemRow?

  /// At most `limit` items of a space after a key, in the order of the keys.
  func items(
    _ space: String, after key: [UInt8]?, limit: Int
  ) throws(RegistryError) -> [ItemRow]

  /// Counts the rows of every table; reads them all.
  func census() throws(RegistryError) -> VaultCensus

  // MARK: Writing with an append

  /// Writes one batch, durably; nothing when it throws.
  func apply(_ batch: VaultBatch) throws(RegistryError)

  /// Takes back the pending batch if it starts at or beyond `size`; true if there was one.
  func undo(from size: TreeSize) throws(RegistryError) -> Bool

  /// Empties the undo tables and deletes the content of erased certificates: call it only when
  /// the ledger's part of the batch is durable.
  func settle() throws(RegistryError)

  // MARK: Writing outside an append

  /// The number of a text, made if it has none.
  func makeNumber(of text: String) throws(RegistryError) -> Int64

  /// The status list with this address, made with `secret` if there is none.
  func makeStatusList(
    uri: String, secret: (Int64) throws(RegistryError) -> [UInt8]
  ) throws(RegistryError) -> StatusListRow

  /// Raises the list's counter and returns the counters now reserved: never given out again. Fewer
  /// than `count` when the list ends; empty when it is full.
  func reserve(list: Int64, count: Int64) throws(RegistryError) -> Range<Int64>

  /// Writes or, with nil, deletes items outside an append.
  func put(_ items: [(space: String, key: [UInt8], value: [UInt8]?)]) throws(RegistryError)

  /// Makes everything durable in the main file and closes it; the vault cannot be used after.
  func close() throws(RegistryError)
}

/// The highest ids in use in a vault, 0 for none.
public struct VaultIDs: Sendable, Equatable {
  /// Of subjects.
  public var subject: Int64
  /// Of certificates.
  public var certificate: Int64
  /// Of matters.
  public var matter: Int64

  /// Joins them.
  public init(subject: Int64, certificate: Int64, matter: Int64) {
    self.subject = subject
    self.certificate = certificate
    self.matter = matter
  }
}

/// Which lookup of a certificate is meant.
public enum LookupColumn: Sendable {
  /// Type and number.
  case number
  /// The `unique` values of the type.
  case uniqueness
}
