import Certificates
import Cryptography
import Encoding

/// A JWS by a holder's key, which stands in its header: what grants and withdrawals have in common.
///
/// The key proves nothing about a person by itself: the rules ask whose copy it holds.
struct HolderToken: Sendable {
  /// The most characters: a disclosure has no more.
  static let byteCountMax = 32_768

  let text: String
  let key: P256PublicKey
  let payload: JSONValue
  private let signingInputCount: Int
  private let signature: [UInt8]

  /// Reads a token in its only form: exact header, canonical payload of a form, 64 bytes of
  /// signature.
  /// - Throws: `malformedGrant`; the message says nothing of the values.
  init(parsing text: String, type: String, payload form: MemberForm) throws(RulesError) {
    guard MemberForm.jws(max: HolderToken.byteCountMax).matches(.string(text)) else {
      throw HolderToken.malformed(
        "a token has three parts of base64url and at most \(HolderToken.byteCountMax) characters")
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    do {
      let header = try Base64URL.decode(parts[0])
      let read = try JSONValue(parsing: header, maximumBytes: 1024)
      let key = try JWK.publicKey(read["jwk"] ?? .null)
      guard HolderToken.header(type: type, key: key) == header else {
        throw HolderToken.malformed("the header is not the one of a \(type)")
      }
      let bytes = try Base64URL.decode(parts[1])
      let payload = try JSONValue(parsing: bytes, maximumBytes: HolderToken.byteCountMax)
      guard form.matches(payload), payload.canonicalBytes() == bytes else {
        throw HolderToken.malformed("the payload is not that of a \(type), in canonical JSON")
      }
      let signature = try Base64URL.decode(parts[2])
      guard signature.count == 64 else {
        throw HolderToken.malformed("the signature does not have 64 bytes")
      }
      self.init(
        text: text, key: key, payload: payload,
        signingInputCount: parts[0].utf8.count + 1 + parts[1].utf8.count, signature: signature)
    } catch let error as RulesError {
      throw error
    } catch {
      throw RulesError(
        .malformedGrant, "a part of the token cannot be read; have it signed again", cause: error)
    }
  }

  private init(
    text: String, key: P256PublicKey, payload: JSONValue, signingInputCount: Int,
    signature: [UInt8]
  ) {
    self.text = text
    self.key = key
    self.payload = payload
    self.signingInputCount = signingInputCount
    self.signature = signature
  }

  /// Signs a payload of a form.
  /// - Throws: `invalidDraft`, `signingFailed`.
  static func sign(
    _ payload: JSONValue, type: String, form: MemberForm, with key: P256PrivateKey
  ) throws(RulesError) -> HolderToken {
    guard form.matches(payload) else {
      throw RulesError(.invalidDraft, "a member of the \(type) has another form than the spec's")
    }
    let input =
      Base64URL.encode(header(type: type, key: key.publicKey)) + "."
      + Base64URL.encode(payload.canonicalBytes())
    let signature: [UInt8]
    do { signature = try key.sign(Array(input.utf8)) } catch {
      throw RulesError(.signingFailed, "the token could not be signed", cause: error)
    }
    let text = input + "." + Base64URL.encode(signature)
    guard text.utf8.count <= byteCountMax else {
      throw RulesError(
        .invalidDraft, "the token is longer than \(byteCountMax) characters; name fewer claims")
    }
    return HolderToken(
      text: text, key: key.publicKey, payload: payload, signingInputCount: input.utf8.count,
      signature: signature)
  }

  /// Whether the key in the header signed it.
  var isSigned: Bool {
    key.verify(signature: signature, message: Array(text.utf8.prefix(signingInputCount)))
  }

  private static func header(type: String, key: P256PublicKey) -> [UInt8] {
    Array("{\"alg\":\"ES256\",\"jwk\":".utf8) + JWK.canonicalBytes(key)
      + Array(",\"typ\":\"\(type)\"}".utf8)
  }

  private static func malformed(_ message: String) -> RulesError {
    RulesError(.malformedGrant, message)
  }
}
