import Cryptography
import Dispatch

/// The keys of a department's `open` identities, each opened once: that takes time, and may ask
/// somebody for a passphrase.
final class OpenedKeys: Sendable {
  private let store: KeyStore
  private let code: String
  private let opened = Guarded<[Digest: Result<P256PrivateKey, RegistryError>]>([:])
  /// One key at a time: others wait here for what they may need too.
  private let queue = DispatchQueue(label: "kanhe.keys")

  init(_ store: KeyStore, of code: String) {
    self.store = store
    self.code = code
  }

  /// The key of an identity; throws what `KeyStore.departmentKey` throws, each time.
  func key(of identity: Identity) throws(RegistryError) -> P256PrivateKey {
    let result = queue.sync {
      if let known = opened.withLock({ $0[identity.sha256] }) { return known }
      let result = Result { () throws(RegistryError) in
        try store.departmentKey(code, identity)
      }
      opened.withLock { $0[identity.sha256] = result }
      return result
    }
    return try result.get()
  }
}
