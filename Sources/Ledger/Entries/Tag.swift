import Cryptography
import Encoding

/// The mark of one entry in one thread: 32 bytes that say nothing without the thread's key.
///
/// Spec: threads.md, "Tags".
public struct Tag: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The 32 bytes.
  public let digest: Digest

  /// A tag that was computed or drawn at random.
  public init(_ digest: Digest) { self.digest = digest }

  /// The tag of a use: of a presentation that a department took, by the signing input of its key
  /// binding. A signature is malleable: with it, one presentation would have several tags.
  public init(useOf signingInput: some Sequence<UInt8>) {
    digest = SHA256.hash(Array("kanhe-use-v1\u{0}".utf8) + Array(signingInput))
  }

  /// A tag from 32 bytes; throws `invalidTag`.
  public init(bytes: some RandomAccessCollection<UInt8>) throws(LedgerError) {
    do {
      digest = try Digest(bytes: bytes)
    } catch {
      throw LedgerError(.invalidTag, "a tag has 32 bytes", cause: error)
    }
  }

  /// A tag from its 43 base64url characters; throws `invalidTag`.
  public init(text: some StringProtocol) throws(LedgerError) {
    let characters = Array(text.utf8)
    guard characters.count == DigestText.characterCount,
      let digest = DigestText.read(characters.span, at: 0)
    else { throw LedgerError(.invalidTag, "a tag is 43 characters of canonical base64url") }
    self.digest = digest
  }

  /// The 43 base64url characters.
  public var text: String { digest.base64url }

  /// Orders by the bytes.
  public static func < (left: Tag, right: Tag) -> Bool { left.digest < right.digest }

  /// The same as `text`.
  public var description: String { text }
}
