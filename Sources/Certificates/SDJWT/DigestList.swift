import Cryptography
import Encoding

/// The `_sd` array of one object: digests in ascending order, so that order tells nothing.
///
/// Digests are compared as numbers of 32 bytes, not as text.
public struct DigestList: Sendable {
  private var digests: [Digest] = []

  /// An empty list.
  public init() {}

  /// The number of digests.
  public var count: Int { digests.count }

  /// An empty list with room for so many.
  init(roomFor count: Int) { digests.reserveCapacity(count) }

  /// Adds a digest.
  public mutating func append(_ digest: Digest) { digests.append(digest) }

  /// The digests in order.
  public var sorted: [Digest] { digests.sorted() }

  /// Appends the JSON array.
  public func write(to writer: inout JSONWriter) {
    writer.raw("[")
    for (index, digest) in digests.sorted().enumerated() {
      if index > 0 { writer.raw(",") }
      digest.withBytes { writer.string(base64URL: $0) }
    }
    writer.raw("]")
  }
}
