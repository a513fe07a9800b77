import Ledger

extension OpenRegistry {
  /// The id of a person's row and the key of the thread; nil for a person whom the registry does
  /// not know. Needs the ledger's passphrase.
  ///
  /// Who looks at a thread records it first: ``recordEvidence(_:to:)``. Throws what keys throw.
  public func person(
    _ code: HolderCode
  ) throws(RegistryError) -> (id: Int64, key: ThreadKey)? {
    let cipher = try openCipher()
    for row in try vault.subjects(lookups: [cipher.lookup("subject", [code.type, code.code])]) {
      let (key, found) = try Writer.open(row, cipher)
      // Another code with the same lookup is no hit: the code is compared in full.
      if found == code { return (row.id, key) }
    }
    return nil
  }

  /// The key of a certificate's thread; needs the ledger's passphrase.
  ///
  /// Throws `notFound` when its keys were erased, and what keys throw.
  public func threadKey(of certificate: StoredCertificate) throws(RegistryError) -> ThreadKey {
    try Writer.keys(of: certificate.row, try openCipher()).key
  }
}
