import Cryptography

/// The header that all tokens of one seal share: a third of a copy, kept once in the vault.
struct TokenHeader: Sendable {
  /// The encoded header, ASCII, without the point after it.
  let text: [UInt8]
  /// SHA-256 of the text: the key of its item.
  let digest: Digest

  init(_ text: [UInt8]) {
    self.text = text
    digest = SHA256.hash(text)
  }
}

/// The plain form of what was issued with an entry.
///
/// Spec: registry-on-disk.md, "Content".
enum IssuedContent {
  /// The space of the items that hold headers.
  static let headerSpace = "header"

  /// SHA-256 of the header, then each copy from the point after its header on, and 0x0A.
  static func bytes(_ copies: [[UInt8]], _ header: TokenHeader) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(copies.reduce(Digest.byteCount) { $0 + $1.count + 1 })
    header.digest.append(to: &bytes)
    for copy in copies {
      bytes.append(contentsOf: copy[header.text.count...])
      bytes.append(0x0A)
    }
    return bytes
  }

  /// The combined forms; throws `damagedVault` when the header is missing or another.
  static func copies(
    _ bytes: [UInt8], in vault: any Vault
  ) throws(RegistryError) -> [[UInt8]] {
    guard bytes.count > Digest.byteCount else {
      throw RegistryError(.damagedVault, "a certificate's content is too short", at: "record")
    }
    guard let item = try vault.item(headerSpace, Array(bytes[..<Digest.byteCount])) else {
      throw RegistryError(
        .damagedVault, "the header of a certificate's token is missing; restore a backup",
        at: "item")
    }
    try check(item)
    return bytes[Digest.byteCount...].split(separator: 0x0A).map { item.value + $0 }
  }

  /// Makes the header durable before anything is issued that names it.
  static func keep(_ header: TokenHeader, in vault: any Vault) throws(RegistryError) {
    if let item = try vault.item(headerSpace, header.digest.bytes) { return try check(item) }
    try vault.put([(headerSpace, header.digest.bytes, header.text)])
  }

  /// An item is the header that its key names; throws `damagedVault`.
  static func check(_ item: ItemRow) throws(RegistryError) {
    guard SHA256.hash(item.value).bytes == item.key else {
      throw RegistryError(
        .damagedVault, "the header of a certificate's token was changed; restore a backup",
        at: "item")
    }
  }
}
