import Cryptography
import Encoding

/// The key files of a registry, and of departments whose keys lie on this machine.
///
/// All are encrypted, mode 0600, in folders of mode 0700.
/// Spec: registry-on-disk.md; keys/README.md.
public struct KeyStore: Sendable {
  /// The registry's own single keys.
  public enum RegistryKey: String, Sendable {
    /// Issues identities.
    case authority
    /// Signs the trust list.
    case listSigner = "list-signer"
    /// Signs checkpoints.
    case ledger
    /// Opens the vault.
    case vault

    var role: PassphraseRole {
      switch self {
      case .authority, .listSigner: .registry
      case .ledger, .vault: .ledger
      }
    }
  }

  private static let fileByteCountMax = 1 << 16

  /// The folder `keys`.
  public let directory: String
  /// The cheapest key derivation accepted.
  public let minimumCost: KeyCost
  private let registrar: String
  private let passphrases: PassphraseProvider
  private let departmentFolder: String?

  /// Key files in a folder.
  ///
  /// The keys of the department `registrar` open with the registry's passphrase, those of other
  /// departments with their own. They lie in a folder of `directory` named by the department's
  /// code, or, where `departmentFolder` is given, in exactly that folder.
  public init(
    directory: String, departmentFolder: String? = nil, minimumCost: KeyCost, registrar: String,
    passphrases: @escaping PassphraseProvider
  ) {
    self.departmentFolder = departmentFolder
    self.directory = directory
    self.minimumCost = minimumCost
    self.registrar = registrar
    self.passphrases = passphrases
  }

  // MARK: The registry's keys

  /// The ledger key.
  ///
  /// Throws `keyNotFound`, `passphraseMissing`, `wrongPassphrase`, `keyTooCheap`, `cryptography`.
  public func ledgerKey() throws(RegistryError) -> Ed25519PrivateKey {
    let path = path(.ledger)
    let file = try file(path)
    let passphrase = try passphrases(.ledger)
    do throws(CryptographyError) {
      return try PrivateKeyFile.openEd25519(
        file, passphrase: passphrase, minimumCost: minimumCost)
    } catch {
      throw RegistryError(error, at: path)
    }
  }

  /// The vault key; throws as `ledgerKey`.
  public func vaultKey() throws(RegistryError) -> SecretBytes {
    let path = path(.vault)
    let file = try file(path)
    let passphrase = try passphrases(.ledger)
    do throws(CryptographyError) {
      return try SecretFile.open(file, passphrase: passphrase, minimumCost: minimumCost)
    } catch {
      throw RegistryError(error, at: path)
    }
  }

  /// Authority or list signer; throws as `ledgerKey`.
  public func signingKey(_ key: RegistryKey) throws(RegistryError) -> P256PrivateKey {
    try openP256(path(key), passphrases(key.role))
  }

  /// The identity beside an authority's or list signer's key.
  public func identity(_ key: RegistryKey) throws(RegistryError) -> Identity {
    try readIdentity("\(directory)/\(key.rawValue).pem")
  }

  // MARK: Departments' keys

  /// The key of a department's identity; throws as `ledgerKey`, and `keyMismatch` when the file
  /// holds another key.
  public func departmentKey(
    _ code: String, _ identity: Identity
  ) throws(RegistryError) -> P256PrivateKey {
    let path = "\(departmentDirectory(code))/\(identity.keyID).key"
    let role: PassphraseRole = code == registrar ? .registry : .department(code)
    guard RegistryPaths.exists(path) else { throw KeyStore.missing(path) }
    let key = try openP256(path, passphrases(role))
    guard key.publicKey == identity.publicKey else {
      throw RegistryError(
        .keyMismatch, "the file holds another key than its identity names; restore it", at: path)
    }
    return key
  }

  /// Whether the key of an identity lies here.
  public func hasKey(_ code: String, keyID: String) -> Bool {
    RegistryPaths.exists("\(departmentDirectory(code))/\(keyID).key")
  }

  /// The folder of a department's keys.
  public func departmentDirectory(_ code: String) -> String {
    departmentFolder ?? "\(directory)/\(code)"
  }

  /// Keeps a department's identity, and its key if it was made here.
  public func keep(
    _ code: String, _ identity: Identity, key: P256PrivateKey?
  ) throws(RegistryError) {
    let folder = departmentDirectory(code)
    try RegistryPaths.makeDirectory(folder, mode: 0o700)
    if let key {
      let role: PassphraseRole = code == registrar ? .registry : .department(code)
      try write(key, to: "\(folder)/\(identity.keyID).key", passphrases(role))
    }
    try KeyStore.write(identity.pem, to: "\(folder)/\(identity.keyID).pem", mode: 0o644)
  }

  // MARK: Writing, at `create`

  func keep(ledgerKey key: Ed25519PrivateKey) throws(RegistryError) {
    let bytes: [UInt8]
    let passphrase = try passphrases(.ledger)
    do throws(CryptographyError) {
      bytes = try PrivateKeyFile.encrypt(key, passphrase: passphrase, cost: minimumCost)
    } catch {
      throw RegistryError(error)
    }
    try KeyStore.write(bytes, to: path(.ledger), mode: 0o600)
  }

  func keep(vaultKey key: SecretBytes) throws(RegistryError) {
    let bytes: [UInt8]
    let passphrase = try passphrases(.ledger)
    do throws(CryptographyError) {
      bytes = try SecretFile.encrypt(key, passphrase: passphrase, cost: minimumCost)
    } catch {
      throw RegistryError(error)
    }
    try KeyStore.write(bytes, to: path(.vault), mode: 0o600)
  }

  func keep(
    _ registryKey: RegistryKey, _ identity: Identity, key: P256PrivateKey
  ) throws(RegistryError) {
    try write(key, to: path(registryKey), passphrases(.registry))
    try KeyStore.write(
      identity.pem, to: "\(directory)/\(registryKey.rawValue).pem", mode: 0o644)
  }

  func keep(rootKey key: P256PrivateKey, at path: String) throws(RegistryError) {
    try write(key, to: path, passphrases(.registry))
  }

  // MARK: Helpers

  private func path(_ key: RegistryKey) -> String { "\(directory)/\(key.rawValue).key" }

  private func openP256(
    _ path: String, _ passphrase: SecretBytes
  ) throws(RegistryError) -> P256PrivateKey {
    let file = try file(path)
    do throws(CryptographyError) {
      return try PrivateKeyFile.openP256(file, passphrase: passphrase, minimumCost: minimumCost)
    } catch {
      throw RegistryError(error, at: path)
    }
  }

  private func write(
    _ key: P256PrivateKey, to path: String, _ passphrase: SecretBytes
  ) throws(RegistryError) {
    let bytes: [UInt8]
    do throws(CryptographyError) {
      bytes = try PrivateKeyFile.encrypt(key, passphrase: passphrase, cost: minimumCost)
    } catch {
      throw RegistryError(error)
    }
    try KeyStore.write(bytes, to: path, mode: 0o600)
  }

  private func file(_ path: String) throws(RegistryError) -> [UInt8] {
    guard RegistryPaths.exists(path) else { throw KeyStore.missing(path) }
    do throws(EncodingError) {
      return try BoundedFile.readRegular(path: path, maximumBytes: KeyStore.fileByteCountMax)
    } catch {
      throw RegistryError(file: error)
    }
  }

  private func readIdentity(_ path: String) throws(RegistryError) -> Identity {
    let pem = try file(path)
    do throws(CryptographyError) {
      return try Identity(pem: pem)
    } catch {
      throw RegistryError(error, at: path)
    }
  }

  private static func missing(_ path: String) -> RegistryError {
    RegistryError(
      .keyNotFound, "the key file is not on this machine; give its folder with --keys", at: path)
  }

  static func write(
    _ bytes: [UInt8], to path: String, mode: UInt32
  ) throws(RegistryError) {
    do throws(EncodingError) {
      try BoundedFile.writeAtomically(path: path, bytes: bytes, mode: mode)
    } catch {
      throw RegistryError(file: error)
    }
  }
}
