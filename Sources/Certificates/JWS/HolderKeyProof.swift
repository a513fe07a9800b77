import Cryptography
import Encoding

/// A holder's public key, signed with its private half: what a holder hands to an issuer.
///
/// No copy can be bound to a key that was mistyped, or that has no private half. A proof that was
/// copied from elsewhere is taken, whatever its `iat`: whose it is, the clerk asks; the copy is of
/// no use to who has only that. Spec: certificate.md, "Holder keys".
public enum HolderKeyProof {
  /// The expected `typ`.
  public static let type = "kanhe-holder-key+jwt"
  /// The most bytes of a proof.
  public static let byteCountMax = 1_024

  /// Signs the public half of a key; `seconds` is the time. ASCII, on one line.
  ///
  /// Throws `cryptography`.
  public static func sign(
    _ key: P256PrivateKey, at seconds: Int64
  ) throws(CertificatesError) -> String {
    let payload = JSONValue.object(["iat": .integer(seconds)]).canonicalBytes()
    let input = Base64URL.encode(header(key.publicKey)) + "." + Base64URL.encode(payload)
    do throws(CryptographyError) {
      return input + "." + Base64URL.encode(try key.sign(Array(input.utf8)))
    } catch {
      throw CertificatesError(.cryptography, "a key could not be proven", cause: error)
    }
  }

  /// The key of a proof in its only form: exact header, canonical payload, its own signature.
  ///
  /// Throws `privateKeyExposed` for a JWK with a private half, `keyRefused` for all else that is no
  /// proof.
  public static func publicKey(_ text: some StringProtocol) throws(CertificatesError)
    -> P256PublicKey
  {
    guard text.utf8.count <= byteCountMax else { throw refused("it is too long") }
    if text.utf8.first == UInt8(ascii: "{") { throw bareKey(Array(text.utf8)) }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      throw refused("it has no three parts; the proof itself is wanted, not the name of its file")
    }
    do {
      let headerBytes = try Base64URL.decode(parts[0])
      let read = try JSONValue(parsing: headerBytes, maximumBytes: byteCountMax)
      let key = try JWK.publicKey(read["jwk"] ?? .null)
      guard header(key) == headerBytes else { throw refused("its header is another") }
      let payload = try Base64URL.decode(parts[1])
      let value = try JSONValue(parsing: payload, maximumBytes: byteCountMax)
      var reader = try ObjectReader(value, at: "proof")
      _ = try reader.requireInteger("iat", in: 0...JSONValue.integerMax)
      try reader.finish()
      guard value.canonicalBytes() == payload else { throw refused("its payload is another") }
      let input = parts[0].utf8.count + 1 + parts[1].utf8.count
      guard
        key.verify(
          signature: try Base64URL.decode(parts[2]), message: Array(text.utf8.prefix(input)))
      else { throw refused("the key did not sign it") }
      return key
    } catch let error as CertificatesError {
      throw error
    } catch {
      throw refused("a part of it cannot be read", error)
    }
  }

  /// Whether a text, perhaps with a newline at its end, is a good proof.
  public static func isProof(_ text: String) -> Bool {
    do throws(CertificatesError) {
      _ = try publicKey(text.hasSuffix("\n") ? text.dropLast() : text[...])
      return true
    } catch {
      return false
    }
  }

  /// A public key alone proves nothing, and a private one must not be handed out.
  private static func bareKey(_ bytes: [UInt8]) -> CertificatesError {
    do {
      _ = try JWK.publicKey(try JSONValue(parsing: bytes, maximumBytes: byteCountMax))
    } catch let error as CertificatesError where error.code == .privateKeyExposed {
      return error
    } catch {
      return refused("it is neither a proof nor a JWK", error)
    }
    return refused("it is a JWK, which anyone can copy")
  }

  private static func refused(_ reason: String, _ cause: (any Error)? = nil) -> CertificatesError {
    CertificatesError(
      .keyRefused, "this does not prove a holder's key: \(reason); 'kanhe holder key' makes proofs",
      cause: cause, at: "holder_key")
  }

  private static func header(_ key: P256PublicKey) -> [UInt8] {
    Array("{\"alg\":\"ES256\",\"jwk\":".utf8) + JWK.canonicalBytes(key)
      + Array(",\"typ\":\"\(type)\"}".utf8)
  }
}
