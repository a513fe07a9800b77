import Cryptography
import Encoding

/// Seals rows of the vault and computes lookups, under keys derived from the vault key.
///
/// Spec: registry-on-disk.md, "Conventions".
public struct VaultCipher: Sendable {
  /// What a sealed value belongs to: part of the additional data, so that it opens nowhere else.
  public enum Place: Sendable {
    /// The secret of a subject.
    case subject(Int64)
    /// The secret of a certificate.
    case certificate(Int64)
    /// The permutation key of a status list.
    case statusList(Int64)
    /// Disclosures about a certificate; 0 for none.
    case disclosures(Int64)
    /// The content of a certificate.
    case content(Int64)
    /// The secret of a matter.
    case matter(Int64)
    /// Disclosures of a matter's entries.
    case matterDisclosures(Int64)
    /// An item, by its space and key.
    case item(String, key: [UInt8])

    fileprivate var additionalData: [UInt8] {
      switch self {
      case .subject(let id): data("subject", id)
      case .certificate(let id): data("certificate", id)
      case .statusList(let id): data("status_list", id)
      case .disclosures(let id): data("record", id)
      case .content(let id): data("content", id)
      case .matter(let id): data("matter", id)
      case .matterDisclosures(let id): data("record/matter", id)
      case .item(let space, let key): data("item/\(space)", 0) + key
      }
    }

    private func data(_ table: String, _ id: Int64) -> [UInt8] {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(64)
      bytes.append(contentsOf: "kanhe-vault-v1".utf8)
      bytes.append(0)
      bytes.append(contentsOf: table.utf8)
      bytes.append(0)
      for shift in stride(from: Int64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: id >> shift))
      }
      return bytes
    }
  }

  private let sealing: SecretBytes
  private let lookups: HMACSHA256
  private let identifiers: AESBlock
  private let random: any RandomSource

  /// Derives the keys; throws `cryptography`.
  public init(
    vaultKey: SecretBytes, random: any RandomSource = BufferedRandom()
  ) throws(RegistryError) {
    let code = HMACSHA256(key: vaultKey)
    sealing = SecretBytes(copying: code.authenticate("kanhe-vault-seal-v1").bytes)
    lookups = HMACSHA256(key: code.authenticate("kanhe-vault-lookup-v1").bytes)
    self.random = random
    do throws(CryptographyError) {
      identifiers = try AESBlock(
        key: SecretBytes(copying: code.authenticate("kanhe-identifier-v1").bytes))
    } catch {
      throw RegistryError(error)
    }
  }

  /// Seals under the vault key, or under a certificate's content key: nonce ‖ ciphertext ‖ tag.
  public func seal(
    _ plaintext: [UInt8], for place: Place, under key: SecretBytes? = nil
  ) throws(RegistryError) -> [UInt8] {
    do throws(CryptographyError) {
      let nonce = try random.bytes(AESGCM.nonceByteCount)
      return try AESGCM.sealWithNonce(
        plaintext, key: key ?? sealing, nonce: nonce, additionalData: place.additionalData)
    } catch {
      throw RegistryError(error)
    }
  }

  /// Opens what `seal` made; throws `damagedVault` when it was changed or belongs elsewhere.
  public func open(
    _ sealed: [UInt8], for place: Place, under key: SecretBytes? = nil
  ) throws(RegistryError) -> [UInt8] {
    guard sealed.count >= AESGCM.nonceByteCount + AESGCM.tagByteCount else {
      throw RegistryError(.damagedVault, "a sealed value of the vault is too short")
    }
    do throws(CryptographyError) {
      return try AESGCM.open(
        Array(sealed[AESGCM.nonceByteCount...]), key: key ?? sealing,
        nonce: Array(sealed[..<AESGCM.nonceByteCount]), additionalData: place.additionalData)
    } catch {
      throw RegistryError(
        .damagedVault, "a sealed value of the vault was changed; restore a backup", cause: error)
    }
  }

  /// The lookup of some values within a domain such as `number`; not unique, never reversible.
  public func lookup(_ domain: String, _ values: [String]) -> Int64 {
    var message: [UInt8] = []
    message.reserveCapacity(values.reduce(domain.utf8.count) { $0 + 5 + $1.utf8.count })
    message.append(contentsOf: domain.utf8)
    for value in values {
      message.append(0)
      // The length keeps ("a", "bc") and ("ab", "c") apart even if a value holds a zero byte.
      appendLength(value.utf8.count, &message)
      message.append(contentsOf: value.utf8)
    }
    return Int64(bitPattern: lookups.authenticate(message).words.0)
  }

  /// The lookup of a holder's grant by its number.
  public func lookup(grant number: Digest) -> Int64 { lookup("grant", [number.base64url]) }

  /// The first 32 bytes of the same code in full, for values that must be told apart surely.
  public func fingerprint(_ message: [UInt8]) -> Digest { lookups.authenticate(message) }

  /// Random bytes for keys.
  public func randomBytes(_ count: Int) throws(RegistryError) -> [UInt8] {
    do throws(CryptographyError) {
      return try random.bytes(count)
    } catch {
      throw RegistryError(error)
    }
  }

  private func appendLength(_ count: Int, _ bytes: inout [UInt8]) {
    for shift in stride(from: 24, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: count >> shift))
    }
  }
}

extension VaultCipher {
  private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
  private static let serialCount = 25

  /// The serial of a certificate: 25 base-36 characters of AES-256(8 zero bytes ‖ row).
  ///
  /// Spec: identifier.md; decisions/0004.
  public func serial(row: Int64) throws(RegistryError) -> String {
    var block = [UInt8](repeating: 0, count: 8)
    for shift in stride(from: Int64(56), through: 0, by: -8) {
      block.append(UInt8(truncatingIfNeeded: row >> shift))
    }
    do throws(CryptographyError) {
      block = try identifiers.encrypt(block)
    } catch {
      throw RegistryError(error)
    }
    var number = UInt128(0)
    for byte in block { number = number << 8 | UInt128(byte) }
    var text = [UInt8](repeating: VaultCipher.digits[0], count: VaultCipher.serialCount)
    for position in text.indices.reversed() {
      text[position] = VaultCipher.digits[Int(number % 36)]
      number /= 36
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The row that a serial names; nil when this registry never made it.
  public func row(serial: String) throws(RegistryError) -> Int64? {
    guard serial.utf8.count == VaultCipher.serialCount else { return nil }
    var number = UInt128(0)
    for byte in serial.utf8 {
      guard let digit = VaultCipher.digits.firstIndex(of: byte) else { return nil }
      let (product, overflow) = number.multipliedReportingOverflow(by: 36)
      let (sum, carry) = product.addingReportingOverflow(UInt128(digit))
      if overflow || carry { return nil }
      number = sum
    }
    var block: [UInt8] = []
    for shift in stride(from: 120, through: 0, by: -8) {
      block.append(UInt8(truncatingIfNeeded: number >> UInt128(shift)))
    }
    do throws(CryptographyError) {
      block = try identifiers.decrypt(block)
    } catch {
      throw RegistryError(error)
    }
    guard block[..<8].allSatisfy({ $0 == 0 }) else { return nil }
    var row: UInt64 = 0
    for byte in block[8...] { row = row << 8 | UInt64(byte) }
    return row > 0 && row <= UInt64(Int64.max) ? Int64(row) : nil
  }
}
