import Cryptography
import Encoding

/// The leaf hashes of a small tree in their order, as a text: each 43 characters of base64url and a
/// line end.
///
/// Spec: status.md, "Publishing".
public struct LeafList: Sendable, Equatable {
  /// The most leaves.
  public static let countMax = 1 << 18
  /// The bytes of each line.
  public static let lineByteCount = 44
  /// The most bytes of the text.
  public static let byteCountMax = countMax * lineByteCount

  /// The hashes.
  public let leaves: [Digest]

  /// A list of hashes. Throws `sizeOutOfRange` for more than may be.
  public init(_ leaves: [Digest]) throws(LedgerError) {
    guard leaves.count <= LeafList.countMax else {
      throw LedgerError(
        .sizeOutOfRange, "a list has at most \(LeafList.countMax) leaves, this \(leaves.count)")
    }
    self.leaves = leaves
  }

  /// Reads a text in its one form. Throws `invalidProof`.
  public init(parsing text: [UInt8]) throws(LedgerError) {
    let (count, rest) = text.count.quotientAndRemainder(dividingBy: LeafList.lineByteCount)
    guard rest == 0, count <= LeafList.countMax else { throw LeafList.fault }
    var leaves: [Digest] = []
    leaves.reserveCapacity(count)
    for start in stride(from: 0, to: text.count, by: LeafList.lineByteCount) {
      let end = start + LeafList.lineByteCount - 1
      guard text[end] == UInt8(ascii: "\n"),
        let leaf = Digest(canonicalText: String(decoding: text[start..<end], as: UTF8.self))
      else { throw LeafList.fault }
      leaves.append(leaf)
    }
    self.leaves = leaves
  }

  private static var fault: LedgerError {
    LedgerError(
      .invalidProof,
      "a list of leaves has one hash of 43 characters on each line; get a new export")
  }

  /// The text.
  public var bytes: [UInt8] {
    leaves.flatMap { Array($0.base64url.utf8) + [UInt8(ascii: "\n")] }
  }

  /// The RFC 6962 root.
  public var root: Digest {
    var tree = CompactRange()
    for leaf in leaves { tree.append(leaf) }
    return tree.root
  }
}
