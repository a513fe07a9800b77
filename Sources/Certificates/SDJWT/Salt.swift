import Cryptography
import Encoding

/// The random part of a disclosure: 16 bytes from a secure generator, as 22 characters.
///
/// A salt is never derived from a claim or a counter: claims such as a gender are protected by it
/// alone. Spec: RFC 9901 §4.2.1, §9.3.
public struct Salt: Sendable, Hashable {
  /// The number of random bytes.
  public static let byteCount = 16
  /// The bytes.
  let bytes: ArraySlice<UInt8>

  /// A salt of exactly 16 bytes; fewer or more are a programmer's mistake.
  public init(_ bytes: ArraySlice<UInt8>) {
    precondition(bytes.count == Salt.byteCount, "a salt has 16 bytes")
    self.bytes = bytes
  }

  /// A fresh salt. Throws `cryptography`.
  public init(from random: some RandomSource) throws(CertificatesError) {
    do {
      self.init(try random.bytes(Salt.byteCount)[...])
    } catch {
      throw CertificatesError(error, in: "salt")
    }
  }
}

/// Salts and decoys from one draw of randomness: one call for a whole token.
public struct SaltPool: Sendable {
  private let bytes: [UInt8]
  private var position = 0

  /// Draws enough for so many salts and decoys. Throws `cryptography`.
  public init(
    salts: Int, decoys: Int = 0, from random: some RandomSource
  ) throws(CertificatesError) {
    do {
      bytes = try random.bytes(salts * Salt.byteCount + decoys * Digest.byteCount)
    } catch {
      throw CertificatesError(error, in: "salt")
    }
  }

  /// The next salt; asking for more than was drawn is a programmer's mistake.
  public mutating func salt() -> Salt {
    defer { position += Salt.byteCount }
    return Salt(bytes[position..<(position + Salt.byteCount)])
  }

  /// The next decoy: the hash of 32 random bytes (RFC 9901 §4.2.7).
  public mutating func decoy() -> Digest {
    defer { position += Digest.byteCount }
    return SHA256.hash(bytes[position..<(position + Digest.byteCount)])
  }
}
