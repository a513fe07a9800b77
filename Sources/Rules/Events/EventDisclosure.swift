import Cryptography
import Encoding

/// The opening of a private member: base64url of `[salt, name, value]`.
///
/// Spec: event.md, "Disclosures"; RFC 9901 §4.2.1. Keeps the exact text, whose hash was signed.
public struct EventDisclosure: Sendable, Hashable {
  /// The base64url text.
  public let text: String
  /// The member's name.
  public let name: String
  /// The member's value.
  public let value: JSONValue
  /// SHA-256 of the text, as it stands in `_sd`.
  public let digest: Digest

  /// Reads a disclosure in its only form: canonical JSON, a salt of 16 bytes.
  /// - Throws: `malformedDisclosure`.
  public init(parsing text: String) throws(RulesError) {
    let array: [JSONValue]
    do {
      let bytes = try Base64URL.decode(text)
      let value = try JSONValue(parsing: bytes)
      guard value.canonicalBytes() == bytes, let elements = value.arrayValue else {
        throw RulesError(.malformedDisclosure, "a disclosure is no canonical JSON array")
      }
      array = elements
    } catch let error as RulesError {
      throw error
    } catch {
      throw RulesError(.malformedDisclosure, "a disclosure cannot be read", cause: error)
    }
    guard array.count == 3, let salt = array[0].stringValue, EventDisclosure.isSalt(salt),
      let name = array[1].stringValue
    else {
      throw RulesError(
        .malformedDisclosure, "a disclosure is not [base64url of 16 bytes, name, value]")
    }
    self.text = text
    self.name = name
    self.value = array[2]
    self.digest = SHA256.hash(text)
  }

  /// Makes a disclosure with a salt of 16 random bytes.
  init(salt: ArraySlice<UInt8>, name: String, value: JSONValue) {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.raw("[")
    writer.string(base64URL: salt.span)
    writer.raw(",")
    writer.string(name)
    writer.raw(",")
    writer.value(value)
    writer.raw("]")
    let bytes = Base64URL.encodeBytes(writer.bytes)
    self.text = String(decoding: bytes, as: UTF8.self)
    self.name = name
    self.value = value
    self.digest = SHA256.hash(bytes)
  }

  private static func isSalt(_ text: String) -> Bool {
    guard text.utf8.count == 22 else { return false }
    do { return try Base64URL.decode(text).count == 16 } catch { return false }
  }

  /// Compares the exact texts.
  public static func == (left: EventDisclosure, right: EventDisclosure) -> Bool {
    left.text == right.text
  }

  /// Hashes the digest of the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
