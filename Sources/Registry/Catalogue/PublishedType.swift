import Certificates
import Cryptography
import Ledger
import Rules

/// One version of a type as the ledger has it.
public struct PublishedType: Sendable {
  /// The type's code.
  public let code: TypeCode
  /// The version, from 1.
  public let version: Int
  /// What the ledger says about it.
  public let fact: TypeVersionFact

  /// The entry that published it.
  public var index: LeafIndex { LeafIndex(fact.entry) }
}

/// What a publication did.
public struct PublishReport: Sendable {
  /// The versions that entered, in the order of code and version.
  public let published: [(file: TypeFile, index: LeafIndex)]
  /// How many files were published before just so.
  public let unchangedCount: Int
  /// The signed checkpoint over all that entered.
  public let checkpoint: VerifiedCheckpoint
}
