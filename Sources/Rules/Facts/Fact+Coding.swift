import Cryptography
import Encoding
import Ledger

extension Fact {
  /// Canonical JSON: the value in the store.
  public var bytes: [UInt8] { value.canonicalBytes() }

  private var value: JSONValue {
    switch self {
    case .ledger(let fact): fact.value
    case .department(let fact): fact.value
    case .identity(let fact): fact.value
    case .type(let fact): ["version": .integer(Int64(fact.version))]
    case .typeVersion(let fact): fact.value
    case .thread(let count): ["count": .integer(Int64(count))]
    case .trust(let fact), .status(let fact): fact.value
    case .grant(let fact): fact.value
    case .request(let fact): fact.value
    case .release(let fact): fact.value
    case .dispute(let fact): fact.value
    case .registry(let fact):
      [
        "name": .string(fact.name), "root": .string(Base64.encode(fact.root)),
        "types": .array(fact.types.map { .string($0) }),
      ]
    case .runs(let runs): ["runs": .array(runs.map(\.value))]
    }
  }

  /// Reads the value that the store keeps under a key.
  /// - Throws: `malformedFact`.
  public init(bytes: [UInt8], for key: FactKey) throws(RulesError) {
    do {
      var reader = try ObjectReader(try JSONValue(parsing: bytes), at: key.text)
      switch key {
      case .ledger: self = .ledger(try LedgerFact(from: &reader))
      case .department: self = .department(try DepartmentFact(from: &reader))
      case .identity: self = .identity(try IdentityFact(from: &reader))
      case .type: self = .type(TypeFact(version: Int(try reader.requireInteger("version"))))
      case .typeVersion: self = .typeVersion(try TypeVersionFact(from: &reader))
      case .thread:
        self = .thread(UInt64(try reader.requireInteger("count", in: 0...JSONValue.integerMax)))
      case .trust: self = .trust(try PublicationFact(from: &reader))
      case .status: self = .status(try PublicationFact(from: &reader))
      case .registry:
        self = .registry(
          RegistryFact(
            name: try reader.requireString("name"),
            root: try Base64.decode(try reader.requireString("root")),
            types: try reader.requireStrings("types")))
      case .grant: self = .grant(try GrantFact(from: &reader))
      case .request: self = .request(try RequestFact(from: &reader))
      case .release: self = .release(try ReleaseFact(from: &reader))
      case .dispute: self = .dispute(try DisputeFact(from: &reader))
      case .runs:
        self = .runs(
          try reader.requireReaders("runs").map { row in
            var row = row
            return try RunFact(from: &row)
          })
      }
      try reader.finish()
    } catch {
      throw RulesError(
        .malformedFact, "a stored fact cannot be read; rebuild the projection from the ledger",
        at: key.text, cause: error)
    }
  }
}

struct FactFault: Error {}

func factWord<Word: RawRepresentable>(_ text: String) throws -> Word
where Word.RawValue == String {
  guard let word = Word(rawValue: text) else { throw FactFault() }
  return word
}

func factDigest(_ text: String) throws -> Digest {
  guard let digest = Digest(canonicalText: text) else { throw FactFault() }
  return digest
}

extension LedgerFact {
  fileprivate var value: JSONValue {
    [
      "authorities": .array(authorities.map { .string(Base64.encode($0)) }),
      "host": .string(host),
      "keys": .array(
        keys.map { ["from": .integer(Int64($0.from)), "vkey": .string($0.vkey)] }),
      "list_signers": .array(listSigners.map { .string(Base64.encode($0)) }),
      "name": .string(name),
      "origin": .string(origin), "registrar": .string(registrar),
      "root": .string(Base64.encode(root)), "rules": .integer(rules),
    ]
  }

  fileprivate init(from reader: inout ObjectReader) throws {
    name = try reader.requireString("name")
    origin = try reader.requireString("origin")
    host = try reader.requireString("host")
    registrar = try reader.requireString("registrar")
    root = try Base64.decode(try reader.requireString("root"))
    authorities = try reader.requireStrings("authorities").map { try Base64.decode($0) }
    listSigners = try reader.requireStrings("list_signers").map { try Base64.decode($0) }
    guard !authorities.isEmpty, !listSigners.isEmpty else { throw FactFault() }
    rules = try reader.requireInteger("rules")
    keys = []
    for var key in try reader.requireReaders("keys") {
      keys.append(
        LedgerKeyRange(
          from: UInt64(try key.requireInteger("from", in: 0...JSONValue.integerMax)),
          vkey: try key.requireString("vkey")))
      try key.finish()
    }
  }
}

extension DepartmentFact {
  fileprivate var value: JSONValue {
    var object: JSONObject = [
      "entry": .integer(Int64(entry)),
      "identities": .array(identities.map { .string($0.base64url) }),
      "level": .string(level.rawValue), "name": .string(name), "uri": .string(uri),
    ]
    if let englishName { object.append("name_en", .string(englishName)) }
    if let retiredAt { object.append("retired_at", .integer(retiredAt)) }
    if let successor { object.append("successor", .string(successor)) }
    return .object(object)
  }

  fileprivate init(from reader: inout ObjectReader) throws {
    name = try reader.requireString("name")
    uri = try reader.requireString("uri")
    level = try factWord(try reader.requireString("level"))
    entry = UInt64(try reader.requireInteger("entry", in: 0...JSONValue.integerMax))
    identities = try reader.requireStrings("identities").map { try factDigest($0) }
    englishName = try reader.optionalString("name_en")
    retiredAt = try reader.optionalInteger("retired_at")
    successor = try reader.optionalString("successor")
  }
}

extension IdentityFact {
  fileprivate var value: JSONValue {
    var object: JSONObject = [
      "department": .string(department), "der": .string(Base64.encode(der)),
      "from": .integer(from), "state": .string(state.rawValue), "use": .string(use.rawValue),
    ]
    if let at { object.append("at", .integer(at)) }
    return .object(object)
  }

  fileprivate init(from reader: inout ObjectReader) throws {
    department = try reader.requireString("department")
    der = try Base64.decode(try reader.requireString("der"))
    from = try reader.requireInteger("from")
    state = try factWord(try reader.requireString("state"))
    use = try factWord(try reader.requireString("use"))
    at = try reader.optionalInteger("at")
  }
}

extension TypeVersionFact {
  fileprivate var value: JSONValue {
    [
      "copies": .integer(Int64(copies)), "digest": .string(digest.base64url), "duties": duties,
      "entry": .integer(Int64(entry)), "issuers": .array(issuers.map { .string($0) }),
      "material": .string(material), "subjects": .integer(Int64(subjects)),
      "withdrawn": .boolean(isWithdrawn),
    ]
  }

  fileprivate init(from reader: inout ObjectReader) throws {
    digest = try factDigest(try reader.requireString("digest"))
    material = try reader.requireString("material")
    issuers = try reader.requireStrings("issuers")
    subjects = Int(try reader.requireInteger("subjects", in: 1...16))
    copies = Int(try reader.requireInteger("copies", in: 1...16))
    duties = try reader.require("duties")
    entry = UInt64(try reader.requireInteger("entry", in: 0...JSONValue.integerMax))
    isWithdrawn = try reader.requireBoolean("withdrawn")
  }
}

extension PublicationFact {
  fileprivate var value: JSONValue {
    [
      "digest": .string(digest.base64url), "sequence": .integer(sequence), "size": .integer(size),
    ]
  }

  fileprivate init(from reader: inout ObjectReader) throws {
    sequence = try reader.requireInteger("sequence")
    size = try reader.requireInteger("size")
    digest = try factDigest(try reader.requireString("digest"))
  }
}

extension RunFact {
  fileprivate var value: JSONValue {
    [
      "entry": .integer(Int64(entry)), "from": .integer(Int64(range.from.value)),
      "root": .string(root.base64url), "to": .integer(Int64(range.to.value)),
    ]
  }

  fileprivate init(from reader: inout ObjectReader) throws {
    func size(_ name: String) throws -> UInt64 {
      UInt64(try reader.requireInteger(name, in: 0...JSONValue.integerMax))
    }
    range = try RunRange(from: TreeSize(try size("from")), to: TreeSize(try size("to")))
    root = try factDigest(try reader.requireString("root"))
    entry = try size("entry")
    try reader.finish()
  }
}
