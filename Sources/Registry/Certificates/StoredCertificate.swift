import Certificates
import Encoding
import Ledger
import Rules

/// A certificate as the registry keeps it: the vault's row and what its entry says in the clear.
public struct StoredCertificate: Sendable {
  /// The vault's row.
  public let row: CertificateRow
  /// Its identifier.
  public let identifier: CertificateIdentifier
  /// The version of the type it was issued as.
  public let typeVersion: Int
  /// The issuing department's URI.
  public let issuer: String
  /// When its entry was received.
  public let issuedAt: Timestamp
  /// The exact state, as the durable ledger has it.
  public let state: CertificateState

  /// The entry that issued it.
  public var index: LeafIndex { LeafIndex(UInt64(max(0, row.entry))) }
  /// The type's code.
  public var typeCode: String { identifier.typeCode }
  /// The issuing department's USCC.
  public var issuerCode: String { identifier.issuerCode }
}
