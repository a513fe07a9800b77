/// A person or body that certificates name, and its thread.
///
/// Spec: registry-on-disk.md, "vault.sqlite".
public struct SubjectRow: Sendable, Equatable {
  /// The row's id, from 1, in the order of arrival.
  public let id: Int64
  /// Truncated HMAC of code type and code; not unique.
  public let lookup: Int64
  /// The highest number given out in the subject's thread.
  public var count: UInt64
  /// Sealed thread key, code type and code.
  public let secret: [UInt8]
  /// The first entry that names it; set by the vault.
  public var entry: Int64 = 0

  /// Makes a row.
  public init(id: Int64, lookup: Int64, count: UInt64, secret: [UInt8]) {
    self.id = id
    self.lookup = lookup
    self.count = count
    self.secret = secret
  }
}

/// One certificate: one version of one identifier.
///
/// Spec: registry-on-disk.md, "vault.sqlite".
public struct CertificateRow: Sendable, Equatable {
  /// The row's id, from 1, in the order of arrival.
  public let id: Int64
  /// The id of the first version, which the identifier's serial encrypts.
  public let base: Int64
  /// The version, from 1.
  public let version: Int64
  /// The entry that issued it; set by the writer.
  public var entry: Int64
  /// The last entry about it; set by the writer.
  public var changed: Int64
  /// The highest number given out in its thread; set by the writer.
  public var count: UInt64
  /// The small number of its type (see `Vault.number(of:)`).
  public let type: Int64
  /// Its exact state, as the issuing code numbers them.
  public var state: Int64
  /// Lookup of type and number.
  public let number: Int64
  /// Lookup of the `unique` values when those are more than the number.
  public let uniqueness: Int64?
  /// Last day of validity in days since 1970, if it ends.
  public let until: Int64?
  /// The subjects' ids, in the order of the certificate.
  public let subjects: [Int64]
  /// The copies' ids: list · 2^20 + counter.
  public var copies: [Int64]
  /// Sealed content key and thread key; empty once erased.
  public var secret: [UInt8]

  /// Makes a row for a certificate that has not entered yet.
  public init(
    id: Int64, base: Int64, version: Int64, type: Int64, state: Int64, number: Int64,
    uniqueness: Int64?, until: Int64?, subjects: [Int64], copies: [Int64], secret: [UInt8]
  ) {
    self.id = id
    self.base = base
    self.version = version
    self.entry = 0
    self.changed = 0
    self.count = 0
    self.type = type
    self.state = state
    self.number = number
    self.uniqueness = uniqueness
    self.until = until
    self.subjects = subjects
    self.copies = copies
    self.secret = secret
  }
}

/// One copy of a certificate: one status index.
public struct CopyRow: Sendable, Equatable {
  /// List · 2^20 + counter.
  public let id: Int64
  /// The certificate's row id.
  public let certificate: Int64
  /// The two bits that the status list publishes.
  public var state: UInt8

  /// Makes a row.
  public init(id: Int64, certificate: Int64, state: UInt8) {
    self.id = id
    self.certificate = certificate
    self.state = state
  }
}

/// The openings of one entry and what was issued with it.
public struct RecordRow: Sendable, Equatable {
  /// The entry's index.
  public let entry: Int64
  /// The certificate concerned; 0 for none.
  public let certificate: Int64
  /// The matter concerned; 0 for none.
  public let matter: Int64
  /// Sealed disclosures.
  public let disclosures: [UInt8]
  /// Sealed content: claims and copies; absent when nothing was issued, or erased.
  public let content: [UInt8]?

  /// Makes a row.
  public init(
    entry: Int64, certificate: Int64, matter: Int64 = 0, disclosures: [UInt8], content: [UInt8]?
  ) {
    self.entry = entry
    self.certificate = certificate
    self.matter = matter
    self.disclosures = disclosures
    self.content = content
  }
}

/// A status list: 2^20 indices of one department, type and quarter.
public struct StatusListRow: Sendable, Equatable {
  /// The row's id, from 1.
  public let id: Int64
  /// The address that copies carry.
  public let uri: String
  /// Counters below are given out or burnt.
  public let next: Int64
  /// Sealed permutation key.
  public let secret: [UInt8]

  /// The number of indices of a list.
  public static let capacity: Int64 = 1 << 20

  /// Makes a row.
  public init(id: Int64, uri: String, next: Int64, secret: [UInt8]) {
    self.id = id
    self.uri = uri
    self.next = next
    self.secret = secret
  }
}

/// One of the things that are few: a bulk job, a waiting refusal, material to be fetched.
public struct ItemRow: Sendable, Equatable {
  /// What kind of thing.
  public let space: String
  /// Its key within the space.
  public let key: [UInt8]
  /// The entry that wrote it, or −1 for one written outside an append.
  public let entry: Int64
  /// Its value.
  public let value: [UInt8]

  /// Makes a row.
  public init(space: String, key: [UInt8], entry: Int64, value: [UInt8]) {
    self.space = space
    self.key = key
    self.entry = entry
    self.value = value
  }
}
