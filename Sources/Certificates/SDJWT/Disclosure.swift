import Cryptography
import Encoding

/// The opening of a hidden member or array element: base64url of a JSON array (RFC 9901 §4.2).
///
/// The exact text counts: its digest is over the text, and another spelling of the same JSON is
/// another disclosure.
public struct Disclosure: Sendable, Hashable {
  /// The base64url text, ASCII.
  public let bytes: [UInt8]
  /// SHA-256 of the text; what stands in `_sd` or in `{"...":…}`.
  public let digest: Digest

  /// A disclosure from its text, not read yet.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    digest = SHA256.hash(bytes)
  }

  /// The text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Hides a member: `[salt, name, value]`.
  public static func make(salt: Salt, name: String, value: JSONValue) -> Disclosure {
    make(salt: salt, name: name, canonicalValue: value.canonicalBytes())
  }

  /// Hides a member whose value is canonical JSON text already.
  public static func make(
    salt: Salt, name: String, canonicalValue: [UInt8]
  ) -> Disclosure {
    var writer = JSONWriter(reservingCapacity: 64 + name.utf8.count + canonicalValue.count)
    write(salt, name: name, canonicalValue: canonicalValue, to: &writer)
    return Disclosure(Base64URL.encodeBytes(writer.bytes))
  }

  /// Hides an array element: `[salt, value]`.
  public static func make(salt: Salt, element: JSONValue) -> Disclosure {
    make(salt: salt, canonicalElement: element.canonicalBytes())
  }

  /// Hides an array element that is canonical JSON text already.
  public static func make(salt: Salt, canonicalElement: [UInt8]) -> Disclosure {
    var writer = JSONWriter(reservingCapacity: 64 + canonicalElement.count)
    write(salt, name: nil, canonicalValue: canonicalElement, to: &writer)
    return Disclosure(Base64URL.encodeBytes(writer.bytes))
  }

  /// Appends `[salt, name, value]`, or `[salt, value]` without a name.
  static func write(
    _ salt: Salt, name: String?, canonicalValue: [UInt8], to writer: inout JSONWriter
  ) {
    writer.raw("[")
    writer.string(base64URL: salt.bytes.span)
    writer.raw(",")
    if let name {
      writer.string(name)
      writer.raw(",")
    }
    writer.raw(canonicalValue)
    writer.raw("]")
  }
}

extension Disclosure {
  /// What a disclosure says.
  public struct Content: Sendable, Equatable {
    /// The salt as it stands.
    public let salt: String
    /// The member's name, or nil for an array element.
    public let name: String?
    /// The value; it may hold further digests.
    public let value: JSONValue
  }

  /// Reads the text strictly.
  ///
  /// Throws `notBase64URL`, the codes of JSON, `disclosureArity` for anything but an array of two
  /// or three, `disclosureSalt`, `disclosureName` for a name that is no string or is reserved.
  public func content() throws(CertificatesError) -> Content {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: try Base64URL.decode(bytes: bytes[...]))
    } catch {
      throw CertificatesError(error, in: "disclosure")
    }
    guard case .array(let parts) = json, parts.count == 2 || parts.count == 3 else {
      throw CertificatesError(
        .disclosureArity, "a disclosure is an array of two or three elements", at: "disclosure")
    }
    guard case .string(let salt) = parts[0] else {
      throw CertificatesError(
        .disclosureSalt, "the first element of a disclosure is a text", at: "disclosure")
    }
    guard parts.count == 3 else { return Content(salt: salt, name: nil, value: parts[1]) }
    guard case .string(let name) = parts[1], !SDJWT.reservedNames.contains(name) else {
      throw CertificatesError(
        .disclosureName, "a disclosed name is a text other than _sd, _sd_alg and ...",
        at: "disclosure")
    }
    return Content(salt: salt, name: name, value: parts[2])
  }
}
