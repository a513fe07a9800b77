import Encoding

/// The identities from an event's signer up to the root, which is left out; encoded once for all
/// receipts of the same signer.
///
/// Nothing in it is believed: the path must lead to the root that the reader pinned.
public struct SignerPath: Sendable, Hashable {
  /// The most identities of a path.
  public static let countMax = 4
  /// The most bytes of one identity.
  public static let byteCountMax = 8192

  /// DER, the signer first, then the authority.
  public let identities: [[UInt8]]
  /// The canonical JSON array of their standard base64.
  let text: [UInt8]

  /// A path; throws `malformedReceipt` for none, or for more or longer identities than are read.
  public init(_ identities: [[UInt8]]) throws(RulesError) {
    guard (1...SignerPath.countMax).contains(identities.count),
      identities.allSatisfy({ (1...SignerPath.byteCountMax).contains($0.count) })
    else {
      throw RulesError(
        .malformedReceipt,
        "a receipt has one to four identities of at most \(SignerPath.byteCountMax) bytes",
        at: "identities")
    }
    self.identities = identities
    var writer = JSONWriter(reservingCapacity: 2048)
    writer.raw("[")
    for (position, identity) in identities.enumerated() {
      if position > 0 { writer.raw(",") }
      writer.string(plain: Array(Base64.encode(identity).utf8))
    }
    writer.raw("]")
    text = writer.bytes
  }

  /// Compares the identities.
  public static func == (left: SignerPath, right: SignerPath) -> Bool {
    left.identities == right.identities
  }

  /// Hashes the identities.
  public func hash(into hasher: inout Hasher) { hasher.combine(identities) }
}
