import Cryptography
import Encoding

extension JWSForm {
  /// The holder's key binding, `kb+jwt` (RFC 9901 §4.3), at most 8 KiB.
  static let keyBinding = JWSForm(type: "kb+jwt", keyReference: .none, byteCountMax: 8 << 10)
}

/// The holder's signature over one selection, for one audience: a KB-JWT. Not verified yet.
struct KeyBinding: Sendable {
  /// What the holder signs.
  struct Statement: Sendable, Hashable {
    /// `aud`: one text.
    let audience: String
    let nonce: String
    /// Seconds.
    let issuedAt: Int64
    /// `sd_hash`: SHA-256 of all before the token, in base64url.
    let selectionHash: String
    /// `transaction_data_hashes`; nil where there are none.
    let purposeHashes: [String]?

    /// The payload as canonical JSON.
    var payload: [UInt8] {
      var object: JSONObject = [
        "aud": .string(audience), "iat": .integer(issuedAt), "nonce": .string(nonce),
        "sd_hash": .string(selectionHash),
      ]
      if let purposeHashes {
        object.append("transaction_data_hashes", .array(purposeHashes.map { .string($0) }))
        object.append("transaction_data_hashes_alg", "sha-256")
      }
      return JSONValue.object(object).canonicalBytes()
    }
  }

  let token: JWS
  let statement: Statement

  /// Reads a key binding. Throws the codes of ``JWS/init(parsing:as:)``, `hash_refused`,
  /// `missing_member`, `wrong_member` (also for several audiences) and `unknown_member`.
  init(
    parsing bytes: [UInt8], headers: JWSHeaders? = nil
  ) throws(CertificatesError) {
    token = try JWS(parsing: bytes, as: .keyBinding, headers: headers)
    let payload = try token.unverifiedClaims()
    statement = try CertificatesError.reading("key binding") {
      var reader = ObjectReader(payload, at: "key binding")
      let algorithm = try reader.optionalString("transaction_data_hashes_alg")
      if let algorithm, algorithm != "sha-256" {
        throw CertificatesError(
          .hashRefused, "only sha-256 is accepted, not truncated",
          at: reader.path(to: "transaction_data_hashes_alg"))
      }
      let statement = Statement(
        audience: try reader.requireString("aud"), nonce: try reader.requireString("nonce"),
        issuedAt: try reader.requireInteger("iat", in: 0...253_402_300_799),
        selectionHash: try reader.requireString("sd_hash"),
        purposeHashes: try reader.optionalStrings("transaction_data_hashes"))
      try reader.finish()
      // OpenID4VP 1.0, appendix B.3.3: our requests name the hash, so an answer does.
      guard (algorithm == nil) == (statement.purposeHashes == nil) else {
        throw CertificatesError(
          .missingMember, "hashes and the name of their hash belong together",
          at: reader.path(to: "transaction_data_hashes_alg"))
      }
      return statement
    }
  }

  /// Signs a statement with a copy's key; ASCII. Throws `cryptography`.
  static func sign(
    _ statement: Statement, with key: P256PrivateKey
  ) throws(CertificatesError) -> [UInt8] {
    try JWSSigner(header: Array(#"{"alg":"ES256","typ":"kb+jwt"}"#.utf8), key: key)
      .sign(payload: statement.payload)
  }

  /// SHA-256 in base64url, as `sd_hash` has it.
  static func hash(_ bound: some Sequence<UInt8>) -> String {
    SHA256.hash(Array(bound)).base64url
  }
}

extension UnverifiedCertificate {
  /// What of the key binding was signed, header and payload, ASCII: by it a use is found. Nil where
  /// there is no key binding, or none that can be read.
  public var keyBindingInput: [UInt8]? {
    guard let keyBinding else { return nil }
    do throws(CertificatesError) {
      return Array(try KeyBinding(parsing: keyBinding).token.signingInput)
    } catch {
      return nil
    }
  }

  /// Whom an answer is for, the text that makes it one of a kind, and when it was made, seconds;
  /// nil as above. Nobody vouches for any of it yet.
  public var unverifiedBinding: (audience: String, nonce: String, issuedAt: Int64)? {
    guard let keyBinding else { return nil }
    do throws(CertificatesError) {
      let statement = try KeyBinding(parsing: keyBinding).statement
      return (statement.audience, statement.nonce, statement.issuedAt)
    } catch {
      return nil
    }
  }
}
