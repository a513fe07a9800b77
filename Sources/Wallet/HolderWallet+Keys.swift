import Certificates
import Cryptography
import Encoding

// A key for each copy: two copies with one key could be linked by whoever is shown both.
extension HolderWallet {
  /// Makes a key, with the proof that an issuer takes; both are durable on return.
  ///
  /// All keys of a wallet have one passphrase: with another one nothing is made. Throws
  /// `wrongPassphrase`, `cryptography`, `fileUnusable`.
  public func makeKey(
    passphrase: SecretBytes, at seconds: Int64
  ) throws(WalletError) -> P256PublicKey {
    let known = try keys()
    if let first = known.first { _ = try key(first, passphrase: passphrase) }
    // A crash may have come between the two files of a key.
    for name in known where !Folder.exists(path(.keys, name, "jwt")) {
      try writeProof(of: try key(name, passphrase: passphrase), at: seconds)
    }
    let key: P256PrivateKey
    let file: [UInt8]
    do throws(CryptographyError) {
      key = try P256PrivateKey.generate()
      file = try PrivateKeyFile.encrypt(key, passphrase: passphrase, cost: .production)
    } catch {
      throw WalletError(.cryptography, error.message, cause: error)
    }
    // First the key: without it nobody may have its proof. If that is missing then, the next call
    // writes it.
    try write(file, to: path(.keys, key.publicKey.thumbprint, "key"))
    try writeProof(of: key, at: seconds)
    return key.publicKey
  }

  private func writeProof(of key: P256PrivateKey, at seconds: Int64) throws(WalletError) {
    let proof: String
    do throws(CertificatesError) { proof = try HolderKeyProof.sign(key, at: seconds) } catch {
      throw WalletError(.cryptography, error.message, cause: error)
    }
    try write(Array((proof + "\n").utf8), to: path(.keys, key.publicKey.thumbprint, "jwt"))
  }

  /// The thumbprints (RFC 7638) of all keys.
  public func keys() throws(WalletError) -> [Digest] { try names(.keys, ending: "key") }

  /// Whether the wallet has a key.
  public func hasKey(_ thumbprint: Digest) -> Bool {
    Folder.exists(path(.keys, thumbprint, "key"))
  }

  /// Where the proof of a key lies.
  public func proofPath(_ thumbprint: Digest) -> String { path(.keys, thumbprint, "jwt") }

  /// Opens a key.
  ///
  /// Throws `keyNotFound`, `wrongPassphrase`, `damagedWallet`, `fileUnusable`.
  public func key(
    _ thumbprint: Digest, passphrase: SecretBytes
  ) throws(WalletError) -> P256PrivateKey {
    let path = path(.keys, thumbprint, "key")
    guard Folder.exists(path) else {
      throw WalletError(
        .keyNotFound, "the wallet does not have the key \(thumbprint.base64url); restore it",
        at: directory)
    }
    let file = try read(path, HolderWallet.smallByteCountMax)
    let key: P256PrivateKey
    do throws(CryptographyError) {
      key = try PrivateKeyFile.openP256(
        file, passphrase: passphrase, minimumCost: .production)
    } catch {
      throw WalletError(
        error.code == .wrongPassphrase ? .wrongPassphrase : .damagedWallet, error.message,
        at: path, cause: error)
    }
    guard key.publicKey.thumbprint == thumbprint else {
      throw WalletError(
        .damagedWallet, "the file holds another key than its name says; restore it", at: path)
    }
    return key
  }
}
