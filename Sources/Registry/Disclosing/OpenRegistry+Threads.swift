import Ledger

extension OpenRegistry {
  /// The key of a certificate's thread; needs the ledger's passphrase.
  ///
  /// Throws `notFound` when its keys were erased, and what keys throw.
  public func threadKey(of certificate: StoredCertificate) throws(RegistryError) -> ThreadKey {
    try Writer.keys(of: certificate.row, try openCipher()).key
  }
}
