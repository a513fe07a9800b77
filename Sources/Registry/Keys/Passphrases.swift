import Cryptography

/// Which passphrase is asked for. Each opens only the keys of its own work.
public enum PassphraseRole: Sendable, Hashable, CustomStringConvertible {
  /// Ledger key and vault key.
  case ledger
  /// Authority, list signer, registrar; at `registry init` also the root.
  case registry
  /// A department's own keys, by USCC.
  case department(String)

  /// The role in words, for a prompt or an error.
  public var description: String {
    switch self {
    case .ledger: "ledger and vault key"
    case .registry: "keys of the registry"
    case .department(let code): "keys of department \(code)"
    }
  }
}

/// Gives passphrases when a key is opened, and not before.
///
/// It may ask a person; throws `passphraseMissing` when there is none.
public typealias PassphraseProvider =
  @Sendable (PassphraseRole) throws(RegistryError) -> SecretBytes
