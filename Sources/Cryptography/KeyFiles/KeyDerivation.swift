/// How an encrypted PKCS#8 key derives its key from the passphrase, read without deriving.
///
/// RFC 8018 §A.4 (PBES2), RFC 7914 §7.1 (scrypt).
struct KeyDerivation {
  private enum Kind {
    case scrypt(n: UInt64, r: UInt64, p: UInt64)
    case pbkdf2(rounds: UInt64)
  }

  private static let pbes2: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D]
  private static let pbkdf2: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C]
  private static let scrypt: [UInt8] = [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x04, 0x0B]

  private let kind: Kind

  init(encryptedKey der: [UInt8]) throws(CryptographyError) {
    var file = DERReader(der[...])
    var whole = try file.sequence()
    var algorithm = try whole.sequence()
    guard try algorithm.read(0x06).elementsEqual(KeyDerivation.pbes2) else {
      throw CryptographyError(
        .unsupportedAlgorithm, "the key file is not encrypted with PBES2; make it anew")
    }
    var parameters = try algorithm.sequence()
    var derivation = try parameters.sequence()
    let name = try derivation.read(0x06)
    var values = try derivation.sequence()
    _ = try values.read(0x04)
    if name.elementsEqual(KeyDerivation.scrypt) {
      kind = .scrypt(n: try values.number(), r: try values.number(), p: try values.number())
    } else if name.elementsEqual(KeyDerivation.pbkdf2) {
      kind = .pbkdf2(rounds: try values.number())
    } else {
      throw CryptographyError(
        .unsupportedAlgorithm, "the key file uses neither scrypt nor PBKDF2; make it anew")
    }
  }

  /// Refuses an empty passphrase, which would protect nothing; throws `invalidLength`.
  static func check(_ passphrase: SecretBytes) throws(CryptographyError) {
    guard passphrase.count > 0 else {
      throw CryptographyError(.invalidLength, "the passphrase is empty; give one")
    }
  }

  func check(minimum: KeyCost) throws(CryptographyError) {
    switch kind {
    case .scrypt(let n, let r, let p):
      // The 32 MiB that libcrypto spends at most here (EVP_PBE_scrypt(3)); N = 2^14 and r = 8 need
      // half. Beyond, it would fail as it does for a wrong passphrase, which would mislead.
      guard (2...1 << 20).contains(n), (1...8).contains(r), (1...4).contains(p),
        32 * r * (n + 2) * 4 + p * 128 * r <= 32 << 20
      else { throw KeyDerivation.tooDear }
      let isCheap = n < KeyCost.scryptN || r < KeyCost.scryptR || p < 1
      if isCheap, minimum == .production { throw KeyDerivation.tooCheap }
    case .pbkdf2(let rounds):
      guard rounds <= 10_000_000 else { throw KeyDerivation.tooDear }
      if minimum == .production { throw KeyDerivation.tooCheap }
    }
  }

  private static let tooDear = CryptographyError(
    .costTooHigh, "the key file demands more work than any of ours; it is damaged or hostile")
  private static let tooCheap = CryptographyError(
    .costTooLow, "this is a test key; production refuses it: make the key anew")
}

/// The few DER structures of a key file's header, bounded by the file.
struct DERReader {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
  }

  mutating func sequence() throws(CryptographyError) -> DERReader {
    DERReader(try read(0x30))
  }

  /// The content of the next element, which must have this tag.
  mutating func read(_ tag: UInt8) throws(CryptographyError) -> ArraySlice<UInt8> {
    guard bytes.count >= 2, bytes.removeFirst() == tag, let first = bytes.popFirst() else {
      throw DERReader.malformed
    }
    var length = Int(first)
    if first >= 0x80 {
      let count = Int(first & 0x7F)
      guard (1...2).contains(count), bytes.count >= count else { throw DERReader.malformed }
      length = 0
      for _ in 0..<count { length = length << 8 | Int(bytes.removeFirst()) }
    }
    guard length <= bytes.count else { throw DERReader.malformed }
    let content = bytes.prefix(length)
    bytes = bytes.dropFirst(length)
    return content
  }

  /// An INTEGER that fits 63 bits and is not negative.
  mutating func number() throws(CryptographyError) -> UInt64 {
    let content = try read(0x02)
    guard (1...8).contains(content.count), let first = content.first, first < 0x80 else {
      throw DERReader.malformed
    }
    return content.reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static let malformed = CryptographyError(
    .invalidEncoding, "the key file is damaged; restore it from a backup")
}
