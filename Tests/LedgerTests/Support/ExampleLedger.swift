import Cryptography
import Encoding
import Ledger

/// The three entries that every example of the specification uses, made by code: the department
/// whose thread is public, a private thread with the key 00…1f, and a clock at 2026.
enum ExampleLedger {
  static let department = ThreadKey(publicDepartment: "11440300MB2C92113X")
  static let origin = "kanhe.example/ledger"
  static let seed = (0..<32).map { UInt8($0) }

  static func privateThread() throws -> ThreadKey { try ThreadKey(bytes: seed) }

  static func entries() throws -> [Entry] {
    let header = Base64URL.encode(
      Array(#"{"alg":"ES256","kid":"example","typ":"kanhe-event+jwt"}"#.utf8))
    var entries: [Entry] = []
    for number in 0..<3 {
      let payload = Base64URL.encode(Array(#"{"kind":"example","n":\#(number)}"#.utf8))
      let signature = Base64URL.encode([UInt8](repeating: UInt8(number), count: 64))
      var tags = [department.tag(UInt64(number + 1))]
      if number > 0 { tags.append(try privateThread().tag(UInt64(number))) }
      entries.append(
        try Entry(
          event: Array("\(header).\(payload).\(signature)".utf8),
          index: LeafIndex(UInt64(number)), previous: entries.last?.leafHash ?? .zero,
          received: Timestamp(milliseconds: 1_767_225_600_000 + Int64(number) * 1500),
          tags: tags))
    }
    return entries
  }

  static func signer() throws -> NoteSigner {
    try NoteSigner(name: origin, key: Ed25519PrivateKey(seed: SecretBytes(copying: seed)))
  }

  static func ledger() throws -> MemoryLedger {
    let entries = try entries()
    return MemoryLedger(count: 3, batch: 3) { entries[$0].bytes }
  }

  /// A ledger of any size with small entries, and its signed checkpoint.
  static func ledger(count: Int) throws -> (MemoryLedger, VerifiedCheckpoint) {
    let ledger = MemoryLedger(count: count) { Array("entry \($0)".utf8) }
    var tree = TileTree(reader: ledger, size: TreeSize(UInt64(count)))
    let head = TreeHead(size: tree.size, root: try tree.root())
    return (ledger, try VerifiedCheckpoint(signing: head, with: signer()))
  }
}
