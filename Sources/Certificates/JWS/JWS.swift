import Cryptography
import Encoding

/// A signed token in compact form (RFC 7515 §7.1), read strictly and not yet verified.
///
/// It keeps the exact bytes that were signed. Nothing in it may be believed before
/// ``isSigned(by:)`` said yes with a key that was found by other means than the token's own word.
public struct JWS: Sendable {
  /// The whole token, ASCII.
  public let bytes: [UInt8]
  let readHeader: JWSHeader
  /// The payload's bytes, decoded.
  public let unverifiedPayload: [UInt8]
  /// r ‖ s, 64 bytes.
  public let signature: [UInt8]
  private let signingInputCount: Int

  /// Reads a token of a form.
  ///
  /// Throws `tooLarge`, `notCompact`, `emptySegment`, `notBase64URL`, the codes of JSON,
  /// `algorithmMissing`, `algorithmNone`, `algorithmRefused`, `criticalHeader`,
  /// `headerMemberRefused`, `wrongTokenType`, `keyReferenceMissing`, `identityListInvalid`,
  /// `signatureLength` or `signatureRange`. Spec: certificate.md, "Signed tokens"; RFC 7515,
  /// RFC 8725.
  public init(parsing token: [UInt8], as form: JWSForm) throws(CertificatesError) {
    try self.init(parsing: token, as: form, headers: nil)
  }

  /// The same, with headers of the form that were read before.
  init(
    parsing token: [UInt8], as form: JWSForm, headers: JWSHeaders?
  ) throws(CertificatesError) {
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
    if let headers {
      precondition(headers.form == form, "headers of another form")
      readHeader = try headers.header(headerText)
    } else {
      readHeader = try JWSHeader(parsing: headerText, form)
    }
    let payload = try JWS.decode(payloadText, "payload")
    let signature = try JWS.decode(signatureText, "signature")
    try JWS.checkSignature(signature)
    bytes = token
    unverifiedPayload = payload
    self.signature = signature
    signingInputCount = payloadText.endIndex
  }

  /// The header.
  public var header: JSONObject { readHeader.object }
  /// `kid`, if the header has one.
  public var keyIdentifier: String? { header["kid"]?.stringValue }
  /// `x5c` as DER, leaf first; empty if the header has none.
  public var identities: [[UInt8]] { readHeader.identities }

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
}
