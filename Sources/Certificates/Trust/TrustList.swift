import Cryptography
import Encoding

/// Whom and what a registry vouches for: departments, their identities, types, ledger keys.
///
/// It is signed anew whenever something changes, with a growing sequence, and is the only evidence
/// besides the root that a verifier needs. Spec: trust-list.md.
public struct TrustList: Sendable, Equatable {
  /// Seconds from `iat` to `exp`: 30 days.
  public static let lifetimeSeconds: Int64 = 30 * 86_400

  /// Grows by at least one with every list.
  public var sequence: Int64
  /// When the list was signed, seconds.
  public var issuedAt: Int64
  /// When the list ceases to be evidence, seconds.
  public var expiresAt: Int64
  /// The registry's own department URI.
  public var issuer: String
  /// Departments in the order of their codes.
  public var departments: [Department]
  /// Types in the order of code and version.
  public var types: [TypeEntry]
  /// The ledger's origin and keys.
  public var ledger: LedgerKeys
  /// URIs of all status lists.
  public var statusURIs: [String]
  /// Other registries that this one admits.
  public var admitted: [AdmittedRegistry]

  /// Makes a list that expires after 30 days; departments and types are put in order.
  public init(
    sequence: Int64, issuedAt: Int64, issuer: String, departments: [Department],
    types: [TypeEntry], ledger: LedgerKeys, statusURIs: [String],
    admitted: [AdmittedRegistry] = []
  ) {
    self.sequence = sequence
    self.issuedAt = issuedAt
    expiresAt = issuedAt + Self.lifetimeSeconds
    self.issuer = issuer
    self.departments = departments.sorted { $0.code < $1.code }
    self.types = types.sorted { ($0.code, $0.version) < ($1.code, $1.version) }
    self.ledger = ledger
    self.statusURIs = statusURIs
    self.admitted = admitted
  }

  /// The host that the registry speaks for; a list that was read has one.
  public var host: String? { RegistryNames.host(of: issuer) }

  /// The department with a URI, compared byte for byte.
  public func department(uri: String) -> Department? {
    departments.first { $0.uri.hasSameBytes(as: uri) }
  }

  /// The departments whose seal counts on the status lists of an issuer: itself and, once it is
  /// retired, whoever answers for it, in steps: its successor, or the registry's own department
  /// where nobody succeeded. Empty if the list does not have the issuer. Spec: status.md, "Signer".
  public func departments(answeringFor uri: String) -> [Department] {
    var answering: [Department] = []
    var next = department(uri: uri)
    // A circle ends where it began: everyone in it is retired, and none of them can seal.
    while let current = next, !answering.contains(current) {
      answering.append(current)
      guard current.state == .retired else { break }
      next =
        current.successor.map { code in departments.first { $0.code == code } }
        ?? department(uri: issuer)
    }
    return answering
  }

  /// Whether certificates of a type are accepted from the registry of a host.
  public func admits(_ type: TypeCode, of host: String) -> Bool {
    admitted.contains { $0.host.hasSameBytes(as: host) && $0.types.contains(type) }
  }

  /// The entry of a type's version.
  public func type(_ code: TypeCode, version: Int) -> TypeEntry? {
    types.first { $0.code == code && $0.version == version }
  }

  /// Whether a department may issue a type's version: it is among the type's issuers and, where
  /// its own entry limits it, among its types.
  public func mayIssue(_ department: Department, _ type: TypeEntry) -> Bool {
    guard type.issuers.contains(.any) || type.issuers.contains(.department(department.code)) else {
      return false
    }
    guard let types = department.types else { return true }
    return types.contains { $0.code == type.code && $0.versions.contains(type.version) }
  }
}

extension TrustList {
  /// One department.
  public struct Department: Sendable, Equatable {
    /// Whether the department still acts.
    public enum State: String, Sendable {
      /// It acts.
      case active
      /// It was dissolved or left; what it issued stays valid.
      case retired
    }

    /// The USCC.
    public var code: USCC
    /// The name in Chinese.
    public var name: String
    /// `https://<host>/departments/<USCC>`.
    public var uri: String
    /// `direct`, `municipal`, `district`, `enterprise` or `registry`.
    public var level: String
    /// Whether it still acts.
    public var state: State
    /// The department that answers for a retired one; nil leaves that to the registry's own.
    public var successor: USCC?
    /// The types it may issue, where it is limited; nil leaves that to the types' own entries.
    public var types: [TypeVersions]?
    /// Its identities, retired ones too.
    public var identities: [IdentityEntry]

    /// Makes an entry.
    public init(
      code: USCC, name: String, uri: String, level: String, state: State = .active,
      successor: USCC? = nil, types: [TypeVersions]? = nil, identities: [IdentityEntry]
    ) {
      self.code = code
      self.name = name
      self.uri = uri
      self.level = level
      self.state = state
      self.successor = successor
      self.types = types
      self.identities = identities
    }

    /// The entry of an identity.
    public func identity(_ id: Digest) -> IdentityEntry? { identities.first { $0.id == id } }
  }

  /// Versions of one type.
  public struct TypeVersions: Sendable, Equatable {
    /// The type's code.
    public var code: TypeCode
    /// The versions.
    public var versions: [Int]

    /// Makes an entry.
    public init(code: TypeCode, versions: [Int]) {
      self.code = code
      self.versions = versions
    }
  }

  /// One identity of a department.
  public struct IdentityEntry: Sendable, Equatable {
    /// What the identity is for.
    public enum Use: String, Sendable {
      /// Signs events and requests.
      case act
      /// Signs certificates and status tokens.
      case seal
      /// Receives material.
      case open
    }

    /// What became of the key.
    public enum State: Sendable, Equatable {
      /// In use.
      case active
      /// No longer used since a time; what it signed before stays valid.
      case retired(at: Int64)
      /// In foreign hands since a time; what it signed counts only with proof of an earlier time.
      case compromised(since: Int64)
    }

    /// SHA-256 of the DER.
    public var id: Digest
    /// What it is for.
    public var use: Use
    /// Since when it is in use, seconds.
    public var from: Int64
    /// What became of it.
    public var state: State

    /// Makes an entry.
    public init(id: Digest, use: Use, from: Int64, state: State = .active) {
      self.id = id
      self.use = use
      self.from = from
      self.state = state
    }
  }

  /// Who may issue a type.
  public enum IssuerRule: Sendable, Hashable {
    /// Every department of the registry; `*`.
    case any
    /// One department.
    case department(USCC)
  }

  /// One version of a type.
  public struct TypeEntry: Sendable, Equatable {
    /// Whether the version is still issued.
    public enum State: String, Sendable {
      /// It is issued.
      case active
      /// It is no longer issued; what was issued stays valid.
      case withdrawn
    }

    /// The type's code.
    public var code: TypeCode
    /// The version, from 1.
    public var version: Int
    /// SHA-256 of the canonical type file.
    public var digest: Digest
    /// Who may issue it.
    public var issuers: Set<IssuerRule>
    /// Whether it is still issued.
    public var state: State

    /// Makes an entry.
    public init(
      code: TypeCode, version: Int, digest: Digest, issuers: Set<IssuerRule>,
      state: State = .active
    ) {
      self.code = code
      self.version = version
      self.digest = digest
      self.issuers = issuers
      self.state = state
    }
  }

  /// The keys that sign the ledger's checkpoints.
  public struct LedgerKeys: Sendable, Equatable {
    /// The ledger's origin.
    public var origin: String
    /// Keys by the tree size from which they sign, ascending.
    public var keys: [LedgerKey]

    /// Makes an entry.
    public init(origin: String, keys: [LedgerKey]) {
      self.origin = origin
      self.keys = keys
    }

    /// The key for checkpoints of a tree size: the last that begins at or below it.
    public func key(forSize size: Int64) -> LedgerKey? { keys.last { $0.from <= size } }
  }

  /// One key of the ledger.
  public struct LedgerKey: Sendable, Equatable {
    /// The smallest tree size it signs.
    public var from: Int64
    /// The verifier key as C2SP signed-note text.
    public var verifierKey: String

    /// Makes an entry.
    public init(from: Int64, verifierKey: String) {
      self.from = from
      self.verifierKey = verifierKey
    }
  }

  /// Another registry.
  public struct AdmittedRegistry: Sendable, Equatable {
    /// Its ledger's origin.
    public var origin: String
    /// Its name.
    public var name: String
    /// SHA-256 of its root identity.
    public var root: Digest
    /// The types for which it is admitted.
    public var types: [TypeCode]

    /// The host that it speaks for: a ledger's origin is its host, or begins with it and a slash.
    public var host: String { RegistryNames.host(ofOrigin: origin) }

    /// Makes an entry.
    public init(origin: String, name: String, root: Digest, types: [TypeCode]) {
      self.origin = origin
      self.name = name
      self.root = root
      self.types = types
    }
  }
}
