import Cryptography
import Rules

/// A matter's key as a proposal needs it; a new one is valid until the next append of the same
/// writer.
public struct MatterHandle: Sendable {
  /// The id of its row.
  public let id: Int64
  /// Seals the openings of its entries.
  let contentKey: SecretBytes
  /// The key sealed: the row's `secret`.
  public let secret: [UInt8]

  /// What keeps the openings of an event of the matter. Many may be sealed at once.
  public func record(
    _ disclosures: [EventDisclosure], _ cipher: VaultCipher
  ) throws(RegistryError) -> VaultChange {
    .insertRecord(
      certificate: 0, matter: id,
      disclosures: try cipher.seal(
        RecordText.bytes(disclosures), for: .matterDisclosures(id), under: contentKey),
      content: nil)
  }

  /// Reads what `record` sealed; throws `damagedVault`.
  func disclosures(
    _ record: RecordRow, _ cipher: VaultCipher
  ) throws(RegistryError) -> [EventDisclosure] {
    try RecordText.disclosures(
      try cipher.open(record.disclosures, for: .matterDisclosures(id), under: contentKey))
  }
}

extension Writer {
  private static let keyByteCount = 32

  /// A row id and a fresh key for a matter that shall enter.
  public func newMatter() throws(RegistryError) -> MatterHandle {
    threads.highest.matter += 1
    let id = threads.highest.matter
    let key = try cipher.randomBytes(Writer.keyByteCount)
    return MatterHandle(
      id: id, contentKey: SecretBytes(copying: key),
      secret: try cipher.seal(key, for: .matter(id)))
  }

  /// The key of a matter that entered.
  public func matter(_ row: MatterRow) throws(RegistryError) -> MatterHandle {
    try Writer.keys(of: row, cipher)
  }

  /// The key of a matter that entered.
  static func keys(
    of row: MatterRow, _ cipher: VaultCipher
  ) throws(RegistryError) -> MatterHandle {
    let key = try cipher.open(row.secret, for: .matter(row.id))
    guard key.count == keyByteCount else {
      throw RegistryError(.damagedVault, "a matter's key has another length", at: "matter")
    }
    return MatterHandle(
      id: row.id, contentKey: SecretBytes(copying: key), secret: row.secret)
  }

  /// A reader of matters as they are after the last append.
  public func matters() throws(RegistryError) -> MatterReader {
    try MatterReader(ledger: ledger, vault: vault, cipher: cipher)
  }
}
