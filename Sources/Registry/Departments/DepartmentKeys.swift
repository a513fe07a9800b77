import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// A department's own key folder: what it keeps to itself while the registry has the rest.
///
/// `<kid>.key`, `<kid>.pem` are installed identities; `pending/<thumbprint>.key` waits for one;
/// `root.pem`, `authority.pem`, `origin` say whose registry it is; `act` names the newest identity
/// for acting. Keys are encrypted, mode 0600, folders 0700. Spec: registry-on-disk.md, "A
/// department's own keys".
public struct DepartmentKeys: Sendable {
  /// Requests made for new keys.
  public struct Requests: Sendable {
    /// One request for each use.
    public let requests: [(use: IdentityUse, request: IdentityRequest)]
    /// What the identity for acting in force says to them: the only way to further identities. Nil
    /// when there is none yet.
    public let token: String?
  }

  static let fileByteCountMax = 1 << 16

  /// The folder.
  public let directory: String
  private let passphrases: PassphraseProvider

  /// The keys in a folder, which need not exist.
  public init(directory: String, passphrases: @escaping PassphraseProvider) {
    self.directory = directory
    self.passphrases = passphrases
  }

  var pending: String { directory + "/pending" }

  /// Makes a key for each use, and a request signed by it; no key that is there is touched.
  ///
  /// The keys are durable on return. Throws `passphraseMissing`, `wrongPassphrase`, `notWritable`,
  /// `diskFull`, `cryptography`.
  public func request(
    code: USCC, name: String, uses: [IdentityUse], at now: Timestamp
  ) throws(RegistryError) -> Requests {
    let passphrase = try passphrases(.department(code.text))
    // Opened first: a wrong passphrase must leave nothing behind.
    let acting = try actingKey(passphrase)
    try RegistryPaths.makeDirectory(directory, mode: 0o700)
    try RegistryPaths.makeDirectory(pending, mode: 0o700)
    let subject = IdentitySubject(
      commonName: IdentityTerms.commonName(name), organizationIdentifier: code.text)
    var requests: [(use: IdentityUse, request: IdentityRequest)] = []
    for use in uses {
      let file: [UInt8]
      do throws(CryptographyError) {
        let key = try P256PrivateKey.generate()
        file = try PrivateKeyFile.encrypt(key, passphrase: passphrase, cost: .production)
        requests.append((use, try IdentityRequest.make(key: key, subject: subject)))
      } catch {
        throw RegistryError(error)
      }
      let thumbprint = requests[requests.count - 1].request.publicKey.thumbprint
      try KeyStore.write(file, to: "\(pending)/\(thumbprint.base64url).key", mode: 0o600)
    }
    try sync(directory)
    guard let acting else { return Requests(requests: requests, token: nil) }
    do throws(RulesError) {
      let token = try IdentityRequestToken.sign(
        keys: requests.map(\.request.publicKey), audience: acting.origin, at: now.seconds,
        keyID: acting.identity.sha256, key: acting.key)
      return Requests(requests: requests, token: token)
    } catch {
      throw RegistryError(error)
    }
  }

  /// The newest installed identity for acting, its key and its ledger's origin.
  private func actingKey(
    _ passphrase: SecretBytes
  ) throws(RegistryError) -> (identity: Identity, key: P256PrivateKey, origin: String)? {
    guard let keyID = try line("act"), let origin = try line("origin"),
      let identity = try identity("\(keyID).pem")
    else { return nil }
    let path = "\(directory)/\(keyID).key"
    let bytes = try file(path)
    let key: P256PrivateKey
    do throws(CryptographyError) {
      // It may have been made as a test key; what it is worth is the registry's to judge.
      key = try PrivateKeyFile.openP256(bytes, passphrase: passphrase, minimumCost: .test)
    } catch {
      throw RegistryError(error, at: path)
    }
    guard key.publicKey == identity.publicKey else {
      throw RegistryError(
        .keyMismatch, "the file holds another key than its identity names; restore it", at: path)
    }
    return (identity, key, origin)
  }

  // MARK: Files

  func file(_ path: String) throws(RegistryError) -> [UInt8] {
    do throws(EncodingError) {
      return try BoundedFile.readRegular(
        path: path, maximumBytes: DepartmentKeys.fileByteCountMax)
    } catch {
      throw RegistryError(file: error)
    }
  }

  /// The first line of a file in the folder; nil if it is not there.
  func line(_ name: String) throws(RegistryError) -> String? {
    let path = "\(directory)/\(name)"
    guard RegistryPaths.exists(path) else { return nil }
    return String(decoding: try file(path).prefix { $0 != 0x0A }, as: UTF8.self)
  }

  /// An identity in the folder; nil if it is not there.
  func identity(_ name: String) throws(RegistryError) -> Identity? {
    let path = "\(directory)/\(name)"
    guard RegistryPaths.exists(path) else { return nil }
    let bytes = try file(path)
    do throws(CryptographyError) { return try Identity(pem: bytes) } catch {
      throw RegistryError(error, at: path)
    }
  }

  func sync(_ folder: String) throws(RegistryError) {
    do throws(EncodingError) { try BoundedFile.syncDirectory(folder) } catch {
      throw RegistryError(file: error)
    }
  }
}
