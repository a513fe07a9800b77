import Cryptography
import Ledger

enum VerifierKeyText {
  static func make(name: String = World.origin) throws -> String {
    try VerifierKey(name: name, key: try Ed25519PrivateKey.generate().publicKey).description
  }
}
