import Cryptography

/// The key of a thread: whoever has it finds every entry of the thread, and nobody else any.
///
/// The keys of departments are public; those of subjects, certificates and cases are drawn at
/// random, kept in the vault and erasable. The description shows no byte of the key.
/// Spec: threads.md, "Threads".
public struct ThreadKey: Sendable, Hashable, CustomStringConvertible {
  private static let tagLabel: [UInt8] = Array("kanhe-tag-v1".utf8) + [0]
  private static let publicLabel: [UInt8] = Array("kanhe-public-thread-v1".utf8) + [0]

  private let key: Digest
  private let code: HMACSHA256

  /// A key of 32 bytes.
  public init(_ key: Digest) {
    self.key = key
    code = HMACSHA256(key: key)
  }

  /// A key from 32 bytes; throws `invalidThreadKey`.
  public init(bytes: some RandomAccessCollection<UInt8>) throws(LedgerError) {
    do {
      self.init(try Digest(bytes: bytes))
    } catch {
      throw LedgerError(.invalidThreadKey, "a thread key has 32 bytes", cause: error)
    }
  }

  /// A key from 32 bytes; throws `invalidThreadKey`.
  public init(bytes: [UInt8]) throws(LedgerError) {
    do {
      self.init(try Digest(bytes: bytes))
    } catch {
      throw LedgerError(.invalidThreadKey, "a thread key has 32 bytes", cause: error)
    }
  }

  /// A key from its 43 base64url characters; throws `invalidThreadKey`.
  public init(text: some StringProtocol) throws(LedgerError) {
    let characters = Array(text.utf8)
    guard characters.count == DigestText.characterCount,
      let key = DigestText.read(characters.span, at: 0)
    else {
      throw LedgerError(
        .invalidThreadKey, "a thread key is 43 characters of canonical base64url")
    }
    self.init(key)
  }

  /// The public key of a department's thread, from its 18-character code.
  public init(publicDepartment code: some StringProtocol) {
    var hash = SHA256()
    hash.update(ThreadKey.publicLabel)
    hash.update(Array("department:".utf8))
    hash.update(Array(code.utf8))
    self.init(hash.finish())
  }

  /// A new private key.
  public static func random(
    from source: some RandomSource
  ) throws(CryptographyError) -> ThreadKey {
    ThreadKey(try Digest(bytes: try source.bytes(Digest.byteCount)))
  }

  /// The tag of the thread's `number`-th entry, counted from 1.
  public func tag(_ number: UInt64) -> Tag {
    Tag(code.authenticate(ThreadKey.tagLabel, number))
  }

  /// SHA-256 of the key: names the thread in a disclosure without giving it away.
  public var commitment: Digest { SHA256.hash(key) }

  /// The key itself: 32 bytes. Only for the vault and for those entitled to the thread.
  public var secretBytes: [UInt8] { key.bytes }

  /// The key itself, as 43 base64url characters. Only for delivery files.
  public var secretText: String { key.base64url }

  /// Compares the keys.
  public static func == (left: ThreadKey, right: ThreadKey) -> Bool { left.key == right.key }

  /// Hashes the key.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// Names the type only.
  public var description: String { "ThreadKey" }
}
