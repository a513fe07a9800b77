import Cryptography
import Encoding

/// The name and the Ed25519 key that a note's signature is checked with: a C2SP vkey.
///
/// `name+hex(key ID)+base64(0x01 ‖ key)`. Spec: checkpoint.md, "Verifier key".
public struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
  /// The signature type of plain Ed25519.
  static let ed25519: UInt8 = 1
  static let nameByteCountMaximum = 255

  /// The key's name; for a ledger its origin.
  public let name: String
  /// The key.
  public let key: Ed25519PublicKey
  /// The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key): finds the signature, proves
  /// nothing.
  public let keyID: UInt32

  /// A key under a name; throws `invalidKey` for a name that no key may have.
  public init(name: String, key: Ed25519PublicKey) throws(LedgerError) {
    try VerifierKey.check(name: name)
    self.name = name
    self.key = key
    var hash = SHA256()
    hash.update(Array(name.utf8))
    hash.update([UInt8(ascii: "\n"), VerifierKey.ed25519])
    hash.update(key.rawBytes)
    keyID = UInt32(truncatingIfNeeded: hash.finish().words.0 >> 32)
  }

  /// Reads a vkey; throws `invalidKey` for another type, a wrong key ID or any other form.
  public init(parsing text: some StringProtocol) throws(LedgerError) {
    guard text.utf8.count <= 1024 else { throw VerifierKey.invalid("it is too long") }
    let parts = String(text).split(
      separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      throw VerifierKey.invalid("it has the form name+key ID+base64 of type and key")
    }
    let bytes: [UInt8]
    let key: Ed25519PublicKey
    do {
      bytes = try Base64.decode(parts[2])
      guard bytes.count == 33, bytes[0] == VerifierKey.ed25519 else {
        throw VerifierKey.invalid("its key is not of type 1, Ed25519")
      }
      key = try Ed25519PublicKey(rawBytes: Array(bytes[1...]))
    } catch let error as LedgerError {
      throw error
    } catch {
      throw LedgerError(.invalidKey, "not a verifier key", cause: error)
    }
    try self.init(name: String(parts[0]), key: key)
    guard parts[1].utf8.elementsEqual(VerifierKey.hexadecimal(keyID).utf8) else {
      throw VerifierKey.invalid("its key ID is not that of its name and key")
    }
  }

  /// The vkey.
  public var text: String {
    let encoded = Base64.encode([VerifierKey.ed25519] + key.rawBytes)
    return "\(name)+\(VerifierKey.hexadecimal(keyID))+\(encoded)"
  }

  /// The same as `text`.
  public var description: String { text }

  /// Non-empty, without white space, control characters and `+`.
  static func check(name: String) throws(LedgerError) {
    let isAllowed = name.unicodeScalars.allSatisfy {
      $0 != "+" && !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7F
    }
    guard !name.isEmpty, name.utf8.count <= nameByteCountMaximum, isAllowed else {
      throw invalid("its name is empty, too long, or holds a space or +")
    }
  }

  static func hexadecimal(_ number: UInt32) -> String {
    Hex.encode([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) })
  }

  private static func invalid(_ reason: String) -> LedgerError {
    LedgerError(.invalidKey, "not a verifier key: \(reason)")
  }
}
