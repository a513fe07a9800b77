import Certificates
import Cryptography
import Ledger

/// The trust list in force.
public struct TrustPublication: Sendable {
  /// What it says.
  public let list: TrustList
  /// The signed list, a compact JWS.
  public let token: [UInt8]
  /// SHA-256 of the token's ASCII, as in its entry.
  public let digest: Digest
  /// The ledger's size that the list covers.
  public let size: Int64
  /// The entry, if it was published now.
  public let index: LeafIndex?
}
