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

  /// Adds a digest.
  public mutating func append(_ digest: Digest) { digests.append(digest) }

  /// The digests in order.
  public var sorted: [Digest] { digests.sorted() }

  /// Appends the JSON array.
  public func write(to writer: inout JSONWriter) {
    writer.raw("[")
    for (index, digest) in digests.sorted().enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(plain: digest.base64URLBytes)
    }
    writer.raw("]")
  }
}

extension Digest {
  /// 43 ASCII characters of base64url.
  package var base64URLBytes: [UInt8] {
    withBytes { (span: Span<UInt8>) in Array(Base64URL.encode(span).utf8) }
  }

  /// The digest that 43 characters of canonical base64url spell, or nil. Faster than reading by
  /// way of the general initialiser, which is generic: a certificate has a score of digests.
  init?(base64URL text: String) {
    guard text.utf8.count == 43 else { return nil }
    let bytes: [UInt8]
    do {
      bytes = try Base64URL.decode(bytes: Array(text.utf8))
    } catch {
      return nil
    }
    func word(_ start: Int) -> UInt64 {
      var word: UInt64 = 0
      for position in start..<(start + 8) { word = word << 8 | UInt64(bytes[position]) }
      return word
    }
    self.init(word(0), word(8), word(16), word(24))
  }
}
