import Cryptography
import Encoding

/// Which job of issuing: the same for the same file, type, version, department and holder keys.
///
/// It is 16 bytes of an HMAC under the vault's key, so it tells nobody which file it was.
/// Spec: issuing.md, "A batch job".
public struct BatchID: Sendable, Hashable, CustomStringConvertible {
  /// The number of bytes.
  public static let byteCount = 16
  private static let label = Array("kanhe-batch-v1".utf8)

  /// The 16 bytes.
  public let bytes: [UInt8]

  /// An id from its bytes; nil unless there are 16.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == BatchID.byteCount else { return nil }
    self.bytes = Array(bytes)
  }

  /// Reads `b-` and 32 hexadecimal digits; nil for any other text.
  public init?(_ text: String) {
    guard text.hasPrefix("b-"), text.utf8.count == 2 + 2 * BatchID.byteCount else { return nil }
    do {
      bytes = try Hex.decode(String(text.dropFirst(2)))
    } catch {
      return nil
    }
  }

  /// The id of a job; `holderKeys` are the thumbprints of keys given beside the file.
  init(
    _ cipher: VaultCipher, department: String, type: TypeReference, file: Digest,
    form: String, holderKeys: [Digest?]
  ) {
    var message = BatchID.label
    for text in [department, type.code, String(type.version), form] {
      message.append(0)
      message.append(contentsOf: text.utf8)
    }
    message.append(0)
    file.append(to: &message)
    for key in holderKeys { (key ?? .zero).append(to: &message) }
    bytes = Array(cipher.fingerprint(message).bytes.prefix(BatchID.byteCount))
  }

  /// `b-` and 32 hexadecimal digits.
  public var description: String { "b-" + Hex.encode(bytes) }
}

/// A type's code and version.
public struct TypeReference: Sendable, Hashable {
  /// The 21 characters.
  public let code: String
  /// From 1.
  public let version: Int

  /// Pairs them.
  public init(code: String, version: Int) {
    self.code = code
    self.version = version
  }
}
