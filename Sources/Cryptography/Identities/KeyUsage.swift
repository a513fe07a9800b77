/// One bit of the X.509 key usage extension (RFC 5280 §4.2.1.3).
public enum KeyUsage: String, Sendable, Hashable, CaseIterable {
  case digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement
  case keyCertSign, cRLSign, encipherOnly, decipherOnly

  /// The bit as libcrypto numbers it.
  var bit: UInt32 {
    switch self {
    case .digitalSignature: 0x0080
    case .nonRepudiation: 0x0040
    case .keyEncipherment: 0x0020
    case .dataEncipherment: 0x0010
    case .keyAgreement: 0x0008
    case .keyCertSign: 0x0004
    case .cRLSign: 0x0002
    case .encipherOnly: 0x0001
    case .decipherOnly: 0x8000
    }
  }
}
