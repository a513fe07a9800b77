internal import COpenSSL
import Encoding

/// A 32-byte secret at rest, such as the vault's key: JSON, scrypt or PBKDF2, AES-256-GCM.
///
/// `{"cost":"production","kind":"kanhe-secret","nonce":"…","salt":"…","sealed":"…"}`, base64url.
/// The cost is a name, not numbers: a file cannot ask for less or more work than ours.
public enum SecretFile {
  private static let label = Array("kanhe-secret-v1".utf8)

  /// Encrypts a secret of 32 bytes. Throws `invalidLength`, also for an empty passphrase;
  /// `operationFailed`.
  public static func encrypt(
    _ secret: SecretBytes, passphrase: SecretBytes, cost: KeyCost
  ) throws(CryptographyError) -> [UInt8] {
    try KeyDerivation.check(passphrase)
    var plain = secret.unwipedCopy()
    defer { ConstantTime.wipe(&plain) }
    guard plain.count == 32 else {
      throw CryptographyError(.invalidLength, "a secret has 32 bytes")
    }
    let random = try SystemRandom().bytes(28)
    let salt = Array(random[..<16])
    let nonce = Array(random[16...])
    let sealed = try AESGCM.seal(
      plain, key: try derive(passphrase, salt, cost), nonce: nonce, additionalData: label)
    let object: JSONValue = [
      "cost": .string(cost.rawValue), "kind": "kanhe-secret",
      "nonce": .string(Base64URL.encode(nonce)), "salt": .string(Base64URL.encode(salt)),
      "sealed": .string(Base64URL.encode(sealed)),
    ]
    return object.canonicalBytes() + [0x0A]
  }

  /// Opens a secret.
  ///
  /// Throws `invalidEncoding`, `costTooLow` for a test file where production is demanded,
  /// `wrongPassphrase`.
  public static func open(
    _ file: [UInt8], passphrase: SecretBytes, minimumCost: KeyCost
  ) throws(CryptographyError) -> SecretBytes {
    let parts = try read(file)
    guard parts.cost >= minimumCost else {
      throw CryptographyError(
        .costTooLow, "this is a test secret; production refuses it: make the registry anew")
    }
    let key = try derive(passphrase, parts.salt, parts.cost)
    do throws(CryptographyError) {
      return SecretBytes(
        copying: try AESGCM.open(
          parts.sealed, key: key, nonce: parts.nonce, additionalData: label))
    } catch {
      throw CryptographyError(
        .wrongPassphrase, "the passphrase does not open this secret, or the file is damaged")
    }
  }

  private struct Parts {
    var cost: KeyCost
    var nonce: [UInt8]
    var salt: [UInt8]
    var sealed: [UInt8]
  }

  private static func read(_ file: [UInt8]) throws(CryptographyError) -> Parts {
    do {
      var text = file
      if text.last == 0x0A { text.removeLast() }
      var reader = try ObjectReader(try JSONValue(parsing: text, maximumBytes: 4096), at: "secret")
      let kind = try reader.requireString("kind")
      let cost = KeyCost(rawValue: try reader.requireString("cost"))
      let parts = Parts(
        cost: cost ?? .test, nonce: try Base64URL.decode(try reader.requireString("nonce")),
        salt: try Base64URL.decode(try reader.requireString("salt")),
        sealed: try Base64URL.decode(try reader.requireString("sealed")))
      try reader.finish()
      if kind == "kanhe-secret", cost != nil, parts.nonce.count == 12, parts.salt.count == 16,
        parts.sealed.count == 48
      {
        return parts
      }
    } catch {
      throw CryptographyError(
        .invalidEncoding, "this is no secret file of ours", cause: error.description)
    }
    throw CryptographyError(.invalidEncoding, "this is no secret file of ours")
  }

  private static func derive(
    _ passphrase: SecretBytes, _ salt: [UInt8], _ cost: KeyCost
  ) throws(CryptographyError) -> SecretBytes {
    var text = passphrase.unwipedCopy()
    var key = [UInt8](repeating: 0, count: 32)
    defer {
      ConstantTime.wipe(&text)
      ConstantTime.wipe(&key)
    }
    ERR_clear_error()
    let done = unsafe text.withUnsafeBytes { buffer in
      let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      switch cost {
      case .production:
        return unsafe EVP_PBE_scrypt(
          start, buffer.count, salt, salt.count, KeyCost.scryptN, KeyCost.scryptR,
          KeyCost.scryptP, 64 << 20, &key, 32)
      case .test:
        return unsafe PKCS5_PBKDF2_HMAC(
          start, Int32(buffer.count), salt, Int32(salt.count), KeyCost.testRounds, EVP_sha256(),
          32, &key)
      }
    }
    guard done == 1 else { throw OpenSSL.failure("EVP_PBE_scrypt", "cannot derive the key") }
    return SecretBytes(copying: key)
  }
}
