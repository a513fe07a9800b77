import Cryptography

/// The name of one piece of public state.
///
/// Spec: rules.md, "Facts". The text is ASCII: a word, then its arguments after slashes.
public enum FactKey: Sendable, Hashable {
  /// The ledger itself.
  case ledger
  /// A department, by USCC.
  case department(String)
  /// An identity, by key id.
  case identity(Digest)
  /// The newest version of a type, by code.
  case type(String)
  /// One version of a type.
  case typeVersion(String, Int)
  /// How many entries a department's thread has.
  case thread(String)
  /// The newest published trust list.
  case trust
  /// A department's newest published status tokens.
  case status(String)
  /// An admitted registry, by origin.
  case registry(String)

  /// The text, as the store keeps it.
  public var text: String {
    switch self {
    case .ledger: "ledger"
    case .department(let code): "department/\(code)"
    case .identity(let keyID): "identity/\(keyID.base64url)"
    case .type(let code): "type/\(code)"
    case .typeVersion(let code, let version): "type/\(code)/\(version)"
    case .thread(let code): "thread/\(code)"
    case .trust: "trust"
    case .status(let code): "status/\(code)"
    case .registry(let origin): "registry/\(origin)"
    }
  }

  /// The text's bytes: the key in the store.
  public var bytes: [UInt8] { Array(text.utf8) }

  /// Reads a key of the store.
  /// - Throws: `malformedFact`.
  public init(bytes: [UInt8]) throws(RulesError) {
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    let first = parts.count > 1 ? String(parts[1]) : ""
    switch (parts[0], parts.count) {
    case ("ledger", 1): self = .ledger
    case ("trust", 1): self = .trust
    case ("department", 2): self = .department(first)
    case ("thread", 2): self = .thread(first)
    case ("status", 2): self = .status(first)
    case ("type", 2): self = .type(first)
    case ("registry", 2...): self = .registry(String(text.dropFirst("registry/".count)))
    case ("identity", 2):
      guard let keyID = Digest(canonicalText: first) else { throw FactKey.malformed }
      self = .identity(keyID)
    case ("type", 3):
      guard let version = Int(parts[2]), String(version) == parts[2] else {
        throw FactKey.malformed
      }
      self = .typeVersion(first, version)
    default: throw FactKey.malformed
    }
    guard self.text == text else { throw FactKey.malformed }
  }

  private static var malformed: RulesError {
    RulesError(
      .malformedFact, "the store has a fact of an unknown name; rebuild it from the ledger")
  }
}
