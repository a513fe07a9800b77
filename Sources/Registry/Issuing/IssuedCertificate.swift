import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// The copies of a certificate that one entry made, with what their deliveries are made from.
public final class IssuedCertificate: Sendable {
  /// The identifier's text.
  public let identifier: String
  /// The id of its row.
  public let id: Int64
  /// The entry that issued it, or made further copies of it.
  public let entry: Entry
  /// The combined form of each copy.
  public let copies: [[UInt8]]
  /// For each copy the number of its subject, from 1, ascending.
  let numbers: [Int]
  /// How many copies the certificate had before.
  let earlierCount: Int
  /// All openings of the event.
  let disclosures: [EventDisclosure]
  let thread: Openings.Place
  /// Thread and number of the subject of each copy.
  let subjects: [Openings.Place]

  init(
    identifier: String, id: Int64, entry: Entry, copies: [[UInt8]],
    numbers: [Int], earlierCount: Int, disclosures: [EventDisclosure], thread: Openings.Place,
    subjects: [Openings.Place]
  ) {
    self.identifier = identifier
    self.id = id
    self.entry = entry
    self.copies = copies
    self.numbers = numbers
    self.earlierCount = earlierCount
    self.disclosures = disclosures
    self.thread = thread
    self.subjects = subjects
  }

  /// The numbers of the subjects to whom the opened copies of an event belong, ascending.
  static func numbers(_ disclosures: [EventDisclosure]) -> [Int] {
    let names = Set(disclosures.map(\.name))
    return (1...16).filter { names.contains("copy_\($0)") }
  }

  /// The number that an entry has in a thread, found by its tag.
  ///
  /// `from`: a number in the thread before the entry; the search goes up from there.
  static func place(
    _ key: ThreadKey, in entry: Entry, from count: UInt64
  ) throws(RegistryError) -> Openings.Place {
    for number in (count + 1)...(count + searchCountMax) where entry.tags.contains(key.tag(number))
    {
      return Openings.Place(key: key, number: number)
    }
    throw RegistryError(.damagedVault, "a thread does not lead to its entry")
  }

  private static let searchCountMax: UInt64 = 1 << 20

  /// Reads back what was issued first; nil when its content was erased.
  static func load(
    _ row: CertificateRow, _ registry: OpenRegistry, _ cipher: VaultCipher
  ) throws(RegistryError) -> IssuedCertificate? {
    guard !row.secret.isEmpty else { return nil }
    guard let record = try registry.vault.records(certificate: row.id).first,
      record.entry == row.entry
    else { throw RegistryError(.damagedVault, "a certificate has no record of its issue") }
    return try load(record, of: row, earlierCount: 0, registry, cipher)
  }

  /// Reads back what an entry issued, or which copies it made.
  static func load(
    _ record: RecordRow, of row: CertificateRow, earlierCount: Int, _ registry: OpenRegistry,
    _ cipher: VaultCipher
  ) throws(RegistryError) -> IssuedCertificate {
    let keys = try Writer.keys(of: row, cipher)
    guard let content = record.content else {
      throw RegistryError(.damagedVault, "a record has no content", at: "record")
    }
    let copies = try IssuedContent.copies(
      try cipher.open(content, for: .content(row.id), under: keys.contentKey),
      in: registry.vault)
    let disclosures = try RecordText.disclosures(
      try cipher.open(
        record.disclosures, for: .disclosures(row.id), under: keys.contentKey))
    let numbers = numbers(disclosures)
    guard
      let identifier = disclosures.first(where: { $0.name == "certificate" })?
        .value["identifier"]?.stringValue, numbers.count == copies.count
    else { throw RegistryError(.damagedVault, "the record of an issue names no certificate") }
    let entry: Entry
    do throws(LedgerError) {
      entry = try Entry(
        parsing: try registry.ledger.entries(from: LeafIndex(UInt64(record.entry)), count: 1)[0])
    } catch {
      throw RegistryError(error)
    }
    var places: [Openings.Place] = []
    for number in numbers {
      guard number <= row.subjects.count,
        let subject = try registry.vault.subject(row.subjects[number - 1])
      else {
        throw RegistryError(.damagedVault, "a certificate names a subject that is not there")
      }
      let (key, _) = try Writer.open(subject, cipher)
      places.append(try place(key, in: entry, from: 0))
    }
    return IssuedCertificate(
      identifier: identifier, id: row.id, entry: entry, copies: copies, numbers: numbers,
      earlierCount: earlierCount, disclosures: disclosures,
      thread: try place(keys.key, in: entry, from: 0), subjects: places)
  }

  /// The claims that a certificate's first copy discloses at the top, by name.
  static func claims(
    of row: CertificateRow, _ vault: any Vault, _ cipher: VaultCipher
  ) throws(RegistryError) -> [String: JSONValue] {
    let keys = try Writer.keys(of: row, cipher)
    guard let content = try vault.records(certificate: row.id).first?.content else { return [:] }
    let copies = try IssuedContent.copies(
      try cipher.open(content, for: .content(row.id), under: keys.contentKey), in: vault)
    guard let copy = copies.first else { return [:] }
    var claims: [String: JSONValue] = [:]
    do throws(CertificatesError) {
      for disclosure in try UnverifiedSDJWT(parsing: copy, keyBinding: .refused).disclosures {
        let content = try disclosure.content()
        if let name = content.name { claims[name] = content.value }
      }
    } catch {
      throw RegistryError(.damagedVault, "a certificate in the vault cannot be read", cause: error)
    }
    return claims
  }
}
