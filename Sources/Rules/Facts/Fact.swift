import Cryptography
import Encoding
import Ledger

/// One piece of public state, a projection of the ledger.
///
/// Spec: rules.md, "Facts".
public enum Fact: Sendable, Equatable {
  // Large ones are boxed: an audit keeps millions of small ones in one table with them.
  indirect case ledger(LedgerFact)
  indirect case department(DepartmentFact)
  indirect case identity(IdentityFact)
  case type(TypeFact)
  indirect case typeVersion(TypeVersionFact)
  case thread(UInt64)
  indirect case trust(PublicationFact)
  indirect case status(PublicationFact)
  indirect case registry(RegistryFact)
  indirect case grant(GrantFact)
  indirect case request(RequestFact)
  indirect case release(ReleaseFact)
  indirect case dispute(DisputeFact)
  case runs([RunFact])
}

/// The ledger itself.
public struct LedgerFact: Sendable, Equatable {
  /// The name of its registry.
  public var name: String
  /// Its origin, as in checkpoints.
  public var origin: String
  /// The host in department URIs and type names.
  public var host: String
  /// The registrar's USCC.
  public var registrar: String
  /// The root identity, DER.
  public var root: [UInt8]
  /// All authorities, DER, oldest first; never empty.
  public var authorities: [[UInt8]]
  /// All list signers, DER, oldest first; never empty.
  public var listSigners: [[UInt8]]
  /// The version of the rules in force.
  public var rules: Int64
  /// The verifier keys, oldest first, each with the smallest tree size that it signs.
  public var keys: [LedgerKeyRange]

  /// The authority that issues now, DER.
  public var authority: [UInt8] { authorities.last ?? [] }

  /// The list signer in force, DER.
  public var listSigner: [UInt8] { listSigners.last ?? [] }

  /// The URI of a department of this registry.
  public func uri(of department: String) -> String {
    DepartmentURI(host: host, code: department).text
  }
}

/// A verifier key and the smallest tree size that it signs.
public struct LedgerKeyRange: Sendable, Equatable {
  /// The smallest size.
  public var from: UInt64
  /// The verifier key's text.
  public var vkey: String
}

/// A department.
public struct DepartmentFact: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Its name in English; nil if none was given.
  public var englishName: String?
  /// Its URI.
  public var uri: String
  /// Its level.
  public var level: DepartmentLevel
  /// The entry that enrolled it.
  public var entry: UInt64
  /// The key ids of all its identities, in the order they came.
  public var identities: [Digest]
  /// When it was retired, in seconds; nil while it is enrolled.
  public var retiredAt: Int64?
  /// The department that answers for it since it was retired; nil if none was named.
  public var successor: String?
}

/// What an identity is for.
public enum IdentityUse: String, Sendable, Hashable, CaseIterable {
  case act, seal, open
}

/// An identity and its state.
public struct IdentityFact: Sendable, Equatable {
  /// The states that a trust list knows.
  public enum State: String, Sendable, CaseIterable {
    /// In force.
    case active
    /// Retired: signs no more, what it signed stays good.
    case retired
    /// Compromised: what it signed counts only with proof of a time before.
    case compromised
  }

  /// The USCC of its department.
  public var department: String
  /// What it is for.
  public var use: IdentityUse
  /// The identity, DER.
  public var der: [UInt8]
  /// Since when it is in force, in seconds.
  public var from: Int64
  /// Its state.
  public var state: State
  /// Since when it is retired or compromised, in seconds; nil while it is active.
  public var at: Int64?
}

/// A type of which at least one version was published.
public struct TypeFact: Sendable, Equatable {
  /// The newest version.
  public var version: Int
}

/// One version of a type.
public struct TypeVersionFact: Sendable, Equatable {
  /// SHA-256 of the canonical type file.
  public var digest: Digest
  /// `certificate` or `file`.
  public var material: String
  /// The USCCs of its issuers, or `*`.
  public var issuers: [String]
  /// How many subjects a certificate has at most.
  public var subjects: Int
  /// How many copies a certificate has at most.
  public var copies: Int
  /// Who may be given what for which purpose, as in the type file.
  public var duties: JSONValue
  /// The entry that published it.
  public var entry: UInt64
  /// Whether it was withdrawn: no more certificates of it are issued.
  public var isWithdrawn: Bool

  /// Whether a department may issue it.
  public func lists(_ department: String) -> Bool {
    issuers.contains { $0 == department || $0 == "*" }
  }
}

/// A publication of the trust list or of a department's status tokens.
public struct PublicationFact: Sendable, Equatable {
  /// Its number; grows.
  public var sequence: Int64
  /// The ledger's size that a trust list covers, or the number of status lists.
  public var size: Int64
  /// Digest of the list, or root over the tokens.
  public var digest: Digest
}

/// An admitted registry.
public struct RegistryFact: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Its root identity, DER.
  public var root: [UInt8]
  /// The types that are accepted from it.
  public var types: [String]
}

/// A run in force: what the ledger's tags between two sizes are.
public struct RunFact: Sendable, Equatable {
  /// The entries that it covers.
  public var range: RunRange
  /// The root over its records.
  public var root: Digest
  /// The entry that published it.
  public var entry: UInt64
}
