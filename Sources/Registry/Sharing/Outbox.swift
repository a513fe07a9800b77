/// Material that was released and is not acknowledged: the enclosed bytes exactly, already
/// encrypted to the receiver, so that a crash hands out the same bytes again.
///
/// Spec: registry-on-disk.md, "Matters".
public enum Outbox {
  static let space = "outbox"

  /// Keeps the bytes with the release's entry.
  public static func put(_ enclosed: [UInt8], of matter: Int64) -> VaultChange {
    .putItem(space: space, key: RecordText.bytes([matter]), value: enclosed)
  }

  /// Forgets them with the acknowledgement's entry.
  public static func remove(_ matter: Int64) -> VaultChange {
    .putItem(space: space, key: RecordText.bytes([matter]), value: nil)
  }

  /// The bytes of a matter; nil if none wait. A batch on its way may have written them: hand out
  /// what belongs to a durable entry only.
  public static func enclosed(
    of matter: Int64, in vault: any Vault
  ) throws(RegistryError) -> [UInt8]? {
    try vault.item(space, RecordText.bytes([matter]))?.value
  }
}
