internal import COpenSSL
import Encoding

/// A P-256 public key: verifies ES256 signatures (RFC 7518 §3.4) and DER ones (X.509, CMS).
///
/// Making one costs a tenth of a verification and checks that the point is on the curve; keep keys
/// that are used again. Safe to use from many threads at once.
public struct P256PublicKey: Sendable, Hashable, CustomStringConvertible {
  /// The fixed DER before the point in a SubjectPublicKeyInfo (RFC 5480 §2).
  static let spkiPrefix: [UInt8] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
  ]

  /// The uncompressed point: 0x04 ‖ x ‖ y, 65 bytes.
  public let x963: [UInt8]
  /// Shared by all copies of the value.
  private let key: VerificationKey

  /// From an uncompressed point of 65 bytes; throws `invalidKey`.
  public init(x963: [UInt8]) throws(CryptographyError) {
    guard x963.count == 65, x963[0] == 0x04 else {
      throw CryptographyError(
        .invalidKey, "a P-256 key is an uncompressed point of 65 bytes beginning with 4")
    }
    self.x963 = x963
    key = try VerificationKey(point: x963)
  }

  /// From its coordinates, 32 bytes each (the decoded `x` and `y` of a JWK); throws `invalidKey`.
  public init(x: [UInt8], y: [UInt8]) throws(CryptographyError) {
    guard x.count == 32, y.count == 32 else {
      throw CryptographyError(
        .invalidKey, "a coordinate of a P-256 key has exactly 32 bytes; do not strip zeros")
    }
    try self.init(x963: [0x04] + x + y)
  }

  /// From a SubjectPublicKeyInfo in DER: named curve and uncompressed point only, the one form of
  /// 91 bytes; throws `invalidKey`.
  public init(spkiDER: [UInt8]) throws(CryptographyError) {
    guard spkiDER.count == 91, spkiDER.starts(with: P256PublicKey.spkiPrefix) else {
      throw CryptographyError(
        .invalidKey, "no P-256 key as named curve with uncompressed point; make a P-256 key")
    }
    try self.init(x963: Array(spkiDER[26...]))
  }

  /// The first coordinate, 32 bytes.
  public var x: [UInt8] { Array(x963[1..<33]) }

  /// The second coordinate, 32 bytes.
  public var y: [UInt8] { Array(x963[33..<65]) }

  /// SubjectPublicKeyInfo, 91 bytes of DER.
  public var spkiDER: [UInt8] { P256PublicKey.spkiPrefix + x963 }

  /// The required members of the JWK, in canonical order, all strings.
  public var jwkMembers: [(name: String, value: String)] {
    [
      ("crv", "P-256"), ("kty", "EC"), ("x", Base64URL.encode(x)),
      ("y", Base64URL.encode(y)),
    ]
  }

  /// The JWK thumbprint (RFC 7638): SHA-256 over the required members in order.
  public var thumbprint: Digest {
    let members = jwkMembers.map { "\"\($0.name)\":\"\($0.value)\"" }.joined(separator: ",")
    return SHA256.hash("{\(members)}")
  }

  /// Whether `signature`, 64 raw bytes r ‖ s, is this key's over `message`.
  ///
  /// Any other length, and any r or s outside 1…n−1, is no signature. ECDSA is malleable: (r, n−s)
  /// verifies too, so nothing may be identified by its signature.
  public func verify(signature: [UInt8], message: [UInt8]) -> Bool {
    verify(signature: signature, digest: SHA256.hash(message))
  }

  /// Whether `signature`, 64 raw bytes, is this key's over the message with this SHA-256 digest.
  public func verify(signature: [UInt8], digest: Digest) -> Bool {
    guard let der = ECDSASignature.der(raw: signature) else { return false }
    return verify(checkedDER: der, digest)
  }

  /// The other signature, 64 raw bytes, that verifies wherever one does: (r, n−s) for (r, s). Nil
  /// for what is no signature.
  public static func twin(of signature: [UInt8]) -> [UInt8]? { ECDSASignature.twin(raw: signature) }

  /// Whether a DER signature is this key's over `message`; only the canonical form counts.
  public func verifyDER(signature: [UInt8], message: [UInt8]) -> Bool {
    guard ECDSASignature.raw(der: signature[...]) != nil else { return false }
    return verify(checkedDER: signature, SHA256.hash(message))
  }

  private func verify(checkedDER der: [UInt8], _ digest: Digest) -> Bool {
    do throws(CryptographyError) {
      return try unsafe key.withContext { context throws(CryptographyError) in
        let result = unsafe der.withUnsafeBufferPointer { der in
          unsafe digest.withUnsafeBytes { digest in
            unsafe EVP_PKEY_verify(
              context, der.baseAddress, der.count,
              digest.baseAddress?.assumingMemoryBound(to: UInt8.self), digest.count)
          }
        }
        if result != 1 { ERR_clear_error() }
        return result == 1
      }
    } catch {
      // No context could be made (memory): what cannot be checked is not accepted.
      return false
    }
  }

  /// Lends a key of this point that nobody uses again: what it is given to may keep it.
  func withHandle<Result>(
    _ body: (OpaquePointer) throws(CryptographyError) -> Result
  ) throws(CryptographyError) -> Result {
    try unsafe KeyHandle.p256(point: x963, scalar: nil).withPointer(body)
  }

  /// The thumbprint in base64url.
  public var description: String { "P-256 \(thumbprint.base64url)" }

  /// Whether both are the same, byte for byte.
  public static func == (left: P256PublicKey, right: P256PublicKey) -> Bool {
    left.x963 == right.x963
  }

  /// Feeds what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(x963)
  }
}
