/// How dear it is to try a passphrase on a key file.
public enum KeyCost: String, Sendable, Hashable, Comparable {
  /// PBKDF2-HMAC-SHA-256 with 2,048 rounds: for tests and demonstrations.
  case test
  /// scrypt with N = 2^14, r = 8, p = 1: 16 MiB and about 70 ms for each try, the most that
  /// libcrypto's PKCS#8 functions do.
  case production

  /// Whether a try is cheaper on the left.
  public static func < (left: KeyCost, right: KeyCost) -> Bool {
    left == .test && right == .production
  }

  static let scryptN: UInt64 = 1 << 14
  static let scryptR: UInt64 = 8
  static let scryptP: UInt64 = 1
  static let testRounds: Int32 = 2048
}
