internal import COpenSSL
import Encoding

/// An Ed25519 public key (RFC 8032): checkpoints and cosignatures.
public struct Ed25519PublicKey: Sendable, Hashable, CustomStringConvertible {
  /// The 32 bytes of the key.
  public let rawBytes: [UInt8]
  private let handle: KeyHandle

  /// From 32 raw bytes; throws `invalidKey`.
  public init(rawBytes: [UInt8]) throws(CryptographyError) {
    guard rawBytes.count == 32 else {
      throw CryptographyError(.invalidKey, "an Ed25519 key has 32 bytes, not \(rawBytes.count)")
    }
    self.rawBytes = rawBytes
    let key = try unsafe OpenSSL.make(
      "EVP_PKEY_new_raw_public_key", code: .invalidKey, "no Ed25519 key"
    ) { unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, rawBytes, rawBytes.count) }
    handle = unsafe KeyHandle(owning: key)
  }

  /// Whether the 64 bytes of `signature` are this key's over `message`.
  public func verify(signature: [UInt8], message: [UInt8]) -> Bool {
    guard signature.count == 64, let context = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(context) }
    let result = unsafe handle.withPointer { key in
      unsafe EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, key, nil) == 1
        && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
    if !result { ERR_clear_error() }
    return result
  }

  /// The key in hexadecimal.
  public var description: String { "Ed25519 \(Hex.encode(rawBytes))" }

  /// Whether both are the same, byte for byte.
  public static func == (left: Ed25519PublicKey, right: Ed25519PublicKey) -> Bool {
    left.rawBytes == right.rawBytes
  }

  /// Feeds what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(rawBytes)
  }
}
