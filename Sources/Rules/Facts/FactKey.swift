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
  /// A grant, by the event that lodged it.
  case grant(EventName)
  /// A request, by its event.
  case request(EventName)
  /// A release, by its event.
  case release(EventName)
  /// A dispute, by its event.
  case dispute(EventName)
  /// The runs in force.
  case runs

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
    case .grant(let name): "grant/\(name.text)"
    case .request(let name): "request/\(name.text)"
    case .release(let name): "release/\(name.text)"
    case .dispute(let name): "dispute/\(name.text)"
    case .runs: "runs"
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
    case ("runs", 1): self = .runs
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
    case ("grant", 3): self = .grant(try FactKey.name(first, parts[2]))
    case ("request", 3): self = .request(try FactKey.name(first, parts[2]))
    case ("release", 3): self = .release(try FactKey.name(first, parts[2]))
    case ("dispute", 3): self = .dispute(try FactKey.name(first, parts[2]))
    default: throw FactKey.malformed
    }
    guard self.text == text else { throw FactKey.malformed }
  }

  /// Whether there is one for every act of sharing: their number grows with the ledger.
  var isOfSharing: Bool {
    switch self {
    case .grant, .request, .release, .dispute: true
    default: false
    }
  }

  private static func name(
    _ number: String, _ department: Substring
  ) throws(RulesError) -> EventName {
    guard let number = Digest(canonicalText: number) else { throw malformed }
    return EventName(number: number, department: String(department))
  }

  private static var malformed: RulesError {
    RulesError(
      .malformedFact, "the store has a fact of an unknown name; rebuild it from the ledger")
  }
}

/// An event of this ledger by its number and the USCC of its department: an ``EventID`` without
/// what is the same in all of them.
///
/// The number begins with the time, so keys of new facts lie beside those of the last ones.
public struct EventName: Sendable, Hashable {
  /// The event's number.
  public let number: Digest
  /// The USCC of the department that signed it.
  public let department: String

  /// The event with this number, of a department.
  public init(number: Digest, department: String) {
    self.number = number
    self.department = department
  }

  /// `<number>/<USCC>`.
  public var text: String { "\(number.base64url)/\(department)" }
}
