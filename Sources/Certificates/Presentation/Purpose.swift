import Encoding

/// Why a certificate is asked for: a code and a sentence, which the holder's key signs with it.
///
/// Stands in a request as the one element of `transaction_data` (OpenID4VP 1.0, §8.4); the holder
/// reads it before anything leaves. Spec: presentation.md, "Purpose".
public struct Purpose: Sendable, Hashable {
  /// The most bytes of the sentence.
  public static let textByteCountMax = 1024
  static let type = "kanhe_purpose"

  /// The code, as in the duties of the type.
  public let code: String
  /// The sentence, on one line.
  public let text: String

  /// A purpose. Throws `purpose_invalid`.
  public init(code: String, text: String) throws(CertificatesError) {
    guard TypeFileReader.isPurpose(code) else {
      throw CertificatesError(
        .purposeInvalid, "a purpose code has 1 to 64 of a-z, 0-9 and -, a letter first",
        at: "transaction_data.purpose")
    }
    guard (1...Self.textByteCountMax).contains(text.utf8.count), ClaimText.isPermitted(text),
      text.utf8.allSatisfy({ $0 >= 0x20 }), !Self.hasLayout(text)
    else {
      throw CertificatesError(
        .purposeInvalid,
        "the purpose is a sentence on one line, of at most \(Self.textByteCountMax) bytes, without "
          + "characters that can be misread, space at its ends or two spaces in a row",
        at: "transaction_data.text")
    }
    self.code = code
    self.text = text
  }

  /// Whether spaces, or characters that look like them, could make a sentence look like several
  /// rows of a table.
  private static func hasLayout(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      // Hangul fillers and the braille blank are letters and symbols that nobody sees.
      scalar.properties.isWhitespace
        || [0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0].contains(scalar.value)
    }
    return isSpace(scalars[0]) || isSpace(scalars[scalars.count - 1])
      || zip(scalars, scalars.dropFirst()).contains { isSpace($0) && isSpace($1) }
  }

  /// Reads one element of `transaction_data` in its only form: canonical JSON in base64url.
  ///
  /// `credential` is the id in the query that it must refer to. Throws `purpose_invalid`.
  init(reading encoded: String, about credential: String) throws(CertificatesError) {
    let fault = CertificatesError(
      .purposeInvalid, "a purpose is canonical JSON in base64url, of the members in the spec",
      at: "transaction_data")
    let value: JSONValue
    let bytes: [UInt8]
    do {
      bytes = try Base64URL.decode(encoded)
      value = try JSONValue(parsing: bytes, maximumBytes: 4096)
    } catch {
      throw CertificatesError(.purposeInvalid, fault.message, cause: error, at: fault.location)
    }
    guard let code = value["purpose"]?.stringValue, let text = value["text"]?.stringValue else {
      throw fault
    }
    try self.init(code: code, text: text)
    guard bytes == canonicalBytes(about: credential) else { throw fault }
  }

  /// The element of `transaction_data`, whose hash the holder signs.
  func encoded(about credential: String) -> String {
    Base64URL.encode(canonicalBytes(about: credential))
  }

  private func canonicalBytes(about credential: String) -> [UInt8] {
    JSONValue.object([
      "credential_ids": [.string(credential)], "purpose": .string(code), "text": .string(text),
      "transaction_data_hashes_alg": ["sha-256"], "type": .string(Self.type),
    ]).canonicalBytes()
  }
}
