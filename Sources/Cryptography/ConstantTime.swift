internal import COpenSSL

/// Operations whose time does not depend on the secrets they touch.
public enum ConstantTime {
  /// Whether two byte strings are equal; only their lengths show in the time taken.
  public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    if left.isEmpty { return true }
    return unsafe left.withUnsafeBytes { first in
      unsafe right.withUnsafeBytes { second in
        unsafe CRYPTO_memcmp(first.baseAddress, second.baseAddress, first.count) == 0
      }
    }
  }

  /// Whether two digests are equal.
  public static func equal(_ left: Digest, _ right: Digest) -> Bool {
    let (a, b) = (left.words, right.words)
    return (a.0 ^ b.0) | (a.1 ^ b.1) | (a.2 ^ b.2) | (a.3 ^ b.3) == 0
  }

  /// Overwrites `bytes` with zeros in a way the compiler keeps.
  ///
  /// Wipes this array's storage only; copies made earlier are the caller's care.
  public static func wipe(_ bytes: inout [UInt8]) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe OPENSSL_cleanse(buffer.baseAddress, buffer.count)
    }
  }
}
