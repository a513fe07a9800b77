import Cryptography
import Encoding

/// A signed token in compact form (RFC 7515 §7.1), read strictly and not yet verified.
///
/// It keeps the exact bytes that were signed. Nothing in it may be believed before
/// ``isSigned(by:)`` said yes with a key that was found by other means than the token's own word.
public struct JWS: Sendable {
  /// The whole token, ASCII.
  public let bytes: [UInt8]
  /// The header.
  public let header: JSONObject
  /// The payload's bytes, decoded.
  public let unverifiedPayload: [UInt8]
  /// r ‖ s, 64 bytes.
  public let signature: [UInt8]
  /// `kid`, if the header has one.
  public let keyIdentifier: String?
  /// `x5c` as DER, leaf first; empty if the header has none.
  public let identities: [[UInt8]]
  private let signingInputCount: Int

  /// Reads a token of a form.
  ///
  /// Throws `tooLarge`, `notCompact`, `emptySegment`, `notBase64URL`, the codes of JSON,
  /// `algorithmMissing`, `algorithmNone`, `algorithmRefused`, `criticalHeader`,
  /// `headerMemberRefused`, `wrongTokenType`, `keyReferenceMissing`, `identityListInvalid`,
  /// `signatureLength` or `signatureRange`. Spec: certificate.md, "Signed tokens"; RFC 7515,
  /// RFC 8725.
  public init(parsing token: [UInt8], as form: JWSForm) throws(CertificatesError) {
    guard token.count <= form.byteCountMax else {
      throw CertificatesError(
        .tooLarge, "the token has \(token.count) bytes; at most \(form.byteCountMax) are read")
    }
    let parts = token.parts(between: UInt8(ascii: "."), atMost: 4)
    guard parts.count == 3 else {
      throw CertificatesError(
        .notCompact, "a signed token has three parts with two points between, and no more")
    }
    let (headerText, payloadText, signatureText) = (parts[0], parts[1], parts[2])
    guard !headerText.isEmpty, !payloadText.isEmpty, !signatureText.isEmpty else {
      throw CertificatesError(.emptySegment, "a part of the signed token is empty")
    }
    let headerBytes = try JWS.decode(headerText, "header")
    let header = try JWS.object(headerBytes, "header")
    try JWS.checkHeader(header, form)
    let payload = try JWS.decode(payloadText, "payload")
    let signature = try JWS.decode(signatureText, "signature")
    try JWS.checkSignature(signature)
    identities = try JWS.identities(header, form)
    keyIdentifier = header["kid"]?.stringValue
    bytes = token
    self.header = header
    unverifiedPayload = payload
    self.signature = signature
    signingInputCount = payloadText.endIndex
  }

  /// Header and payload in base64url with a point between: what is signed.
  public var signingInput: ArraySlice<UInt8> { bytes[..<signingInputCount] }

  /// Whether the signature is this key's over header and payload.
  public func isSigned(by key: P256PublicKey) -> Bool {
    key.verify(signature: signature, digest: SHA256.hash(signingInput))
  }

  /// The same token with the other signature that verifies where this one does, (r, n−s): whoever
  /// has one can make the other, so that both stand for what was signed. ASCII.
  package var twin: [UInt8] {
    guard let twin = P256PublicKey.twin(of: signature) else { return bytes }
    return signingInput + [UInt8(ascii: ".")] + Base64URL.encodeBytes(twin)
  }

  /// The payload as a JSON object, strictly read. Throws the codes of JSON.
  public func unverifiedClaims() throws(CertificatesError) -> JSONObject {
    try JWS.object(unverifiedPayload, "payload")
  }
}

extension JWS {
  /// Reads a JSON object; `place` names it in errors.
  static func object(_ bytes: [UInt8], _ place: String) throws(CertificatesError) -> JSONObject {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw CertificatesError(error, in: place)
    }
    guard case .object(let object) = value else {
      throw CertificatesError(.wrongMember, "an object was expected", at: place)
    }
    return object
  }

  static func decode(
    _ text: ArraySlice<UInt8>, _ place: String
  ) throws(CertificatesError) -> [UInt8] {
    do {
      return try Base64URL.decode(bytes: text)
    } catch {
      throw CertificatesError(error, in: place)
    }
  }

  /// The order of the checks decides which of several faults is named: the most dangerous first.
  private static func checkHeader(
    _ header: JSONObject, _ form: JWSForm
  ) throws(CertificatesError) {
    guard let algorithm = header["alg"] else {
      throw CertificatesError(.algorithmMissing, "the header has no alg", at: "header")
    }
    if let text = algorithm.stringValue, text.lowercased() == "none" {
      throw CertificatesError(.algorithmNone, "alg none signs nothing", at: "header.alg")
    }
    guard algorithm == "ES256" else {
      throw CertificatesError(.algorithmRefused, "only ES256 is accepted", at: "header.alg")
    }
    guard !header.contains("crit") else {
      throw CertificatesError(
        .criticalHeader, "the header demands an extension; none is implemented",
        at: "header.crit")
    }
    if let type = form.type {
      guard header["typ"] == .string(type) else {
        throw CertificatesError(
          .wrongTokenType, "typ must be \(type); this token was made for another use",
          at: "header.typ")
      }
    }
    for member in header {
      switch member.name {
      case "alg", "typ": continue
      case "kid" where form.keyReference != .identities: continue
      case "x5c" where form.keyReference == .identities: continue
      default:
        // jwk, jku and x5u would let the token choose its own key.
        throw CertificatesError(
          .headerMemberRefused, "the header has a member that this kind of token must not have",
          at: "header")
      }
    }
    if header.contains("kid"), header["kid"]?.stringValue == nil {
      throw CertificatesError(.wrongMember, "kid must be a string", at: "header.kid")
    }
    if form.keyReference == .identifier, !header.contains("kid") {
      throw CertificatesError(.keyReferenceMissing, "the header has no kid", at: "header")
    }
  }

  private static func checkSignature(_ signature: [UInt8]) throws(CertificatesError) {
    guard signature.count == 64 else {
      throw CertificatesError(
        .signatureLength,
        "an ES256 signature has 64 bytes, this has \(signature.count); DER is not accepted",
        at: "signature")
    }
    guard isScalar(signature[..<32]), isScalar(signature[32...]) else {
      throw CertificatesError(
        .signatureRange, "r and s lie between 1 and the order of the curve", at: "signature")
    }
  }

  /// Whether 32 bytes are a number in 1…n−1.
  private static func isScalar(_ bytes: ArraySlice<UInt8>) -> Bool {
    let isZero = bytes.allSatisfy { $0 == 0 }
    return !isZero && bytes.lexicographicallyPrecedes(order)
  }

  /// The order n of P-256 (FIPS 186-4, D.1.2.3).
  private static let order: [UInt8] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
  ]

  /// At most four identities of at most 8 KiB each: no path of ours is longer than two.
  private static func identities(
    _ header: JSONObject, _ form: JWSForm
  ) throws(CertificatesError) -> [[UInt8]] {
    guard form.keyReference == .identities else { return [] }
    guard let list = header["x5c"] else {
      throw CertificatesError(.keyReferenceMissing, "the header has no x5c", at: "header")
    }
    guard let elements = list.arrayValue, (1...4).contains(elements.count) else {
      throw CertificatesError(
        .identityListInvalid, "x5c is a list of one to four identities", at: "header.x5c")
    }
    var identities: [[UInt8]] = []
    for (index, element) in elements.enumerated() {
      let place = "header.x5c[\(index)]"
      guard let text = element.stringValue, (1...11_000).contains(text.utf8.count) else {
        throw CertificatesError(
          .identityListInvalid, "an identity is a text of at most 8 KiB of DER", at: place)
      }
      do {
        identities.append(try Base64.decode(text))
      } catch {
        throw CertificatesError(
          .identityListInvalid, "an identity stands in standard base64: \(error.message)",
          cause: error, at: place)
      }
    }
    return identities
  }
}
