import Cryptography
import Encoding

extension TrustList {
  /// The payload as canonical JSON. Spec: trust-list.md, "Payload".
  public func canonicalBytes() -> [UInt8] {
    let object: JSONObject = [
      "iss": .string(issuer), "iat": .integer(issuedAt), "exp": .integer(expiresAt),
      "seq": .integer(sequence), "departments": .array(departments.map(\.json)),
      "types": .array(types.map(\.json)), "ledger": ledger.json,
      "status": .array(statusURIs.map(JSONValue.string)),
      "admitted": .array(admitted.map(\.json)),
    ]
    return JSONValue.object(object).canonicalBytes()
  }

  /// Reads a payload strictly. Throws the codes of JSON members, codes and digests.
  init(reading object: JSONObject) throws(CertificatesError) {
    self = try CertificatesError.reading("trust list") {
      try TrustList(from: ObjectReader(object, at: "trust list"))
    }
  }

  private static let time: ClosedRange<Int64> = 0...253_402_300_799

  private init(from reader: ObjectReader) throws {
    var reader = reader
    issuer = try reader.requireString("iss")
    issuedAt = try reader.requireInteger("iat", in: Self.time)
    expiresAt = try reader.requireInteger("exp", in: Self.time)
    sequence = try reader.requireInteger("seq", in: 0...JSONValue.integerMax)
    departments = try reader.requireReaders("departments").map(Department.init(from:))
    types = try reader.requireReaders("types").map(TypeEntry.init(from:))
    ledger = try LedgerKeys(from: try reader.requireReader("ledger"))
    statusURIs = try reader.requireStrings("status")
    admitted = try reader.requireReaders("admitted").map(AdmittedRegistry.init(from:))
    try reader.finish()
    try checkOnce(departments.map(\.code.text), "departments")
    try checkOnce(departments.map(\.uri), "departments")
    try checkOnce(departments.flatMap { $0.identities.map(\.id) }, "identities")
    try checkOnce(types.map { "\($0.code) \($0.version)" }, "types")
    try checkHosts()
    guard zip(ledger.keys, ledger.keys.dropFirst()).allSatisfy({ $0.from < $1.from }) else {
      throw CertificatesError(
        .wrongMember, "ledger keys stand in the order of their sizes", at: "trust list.ledger")
    }
  }

  /// A registry speaks for its own host: whose list and ledger it is and whom it lists must not
  /// differ.
  private func checkHosts() throws(CertificatesError) {
    let host = try RegistryNames.parse(department: issuer).host
    let prefix = "https://\(host)/".utf8
    guard departments.allSatisfy({ $0.uri.utf8.starts(with: prefix) }),
      statusURIs.allSatisfy({ $0.utf8.starts(with: prefix) }),
      RegistryNames.isOrigin(ledger.origin, of: host)
    else {
      throw CertificatesError(
        .foreignHost,
        "a registry lists departments, status lists and a ledger of its own host only",
        at: "trust list.iss")
    }
    // Nor does it let another registry speak for its host, or two for one.
    let admittedHosts = admitted.map(\.host)
    guard !admittedHosts.contains(host), Set(admittedHosts).count == admittedHosts.count,
      !admittedHosts.contains("")
    else {
      throw CertificatesError(
        .foreignHost, "each admitted registry has a host of its own", at: "trust list.admitted")
    }
  }

  /// Two entries of one thing could be read in two ways.
  private func checkOnce(_ keys: [some Hashable], _ name: String) throws(CertificatesError) {
    guard Set(keys).count == keys.count else {
      throw CertificatesError(
        .duplicateName, "an entry stands twice in the list", at: "trust list.\(name)")
    }
  }
}

extension TrustList.Department {
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "code": .string(code.text), "name": .string(name), "uri": .string(uri),
      "level": .string(level), "state": .string(state.rawValue),
      "identities": .array(identities.map(\.json)),
    ]
    object["successor"] = successor.map { .string($0.text) }
    object["types"] = types.map { .array($0.map(\.json)) }
    return .object(object)
  }

  fileprivate init(from reader: ObjectReader) throws {
    var reader = reader
    code = try USCC(try reader.requireString("code"))
    name = try reader.requireString("name")
    uri = try reader.requireString("uri")
    level = try reader.requireString(
      "level", oneOf: ["direct", "municipal", "district", "enterprise", "registry"])
    let word = try reader.requireString("state", oneOf: ["active", "retired"])
    state = word == "active" ? .active : .retired
    successor = try reader.optionalString("successor").map { try USCC($0) }
    identities = try reader.requireReaders("identities")
      .map(TrustList.IdentityEntry.init(from:))
    let hasTypes = reader.optional("types") != nil
    types =
      hasTypes
      ? try reader.requireReaders("types").map(TrustList.TypeVersions.init(from:)) : nil
    try reader.finish()
    guard successor == nil || (state == .retired && successor != code) else {
      throw CertificatesError(
        .wrongMember, "only a retired department has a successor, another one",
        at: reader.path(to: "successor"))
    }
    guard try RegistryNames.parse(department: uri).code == code else {
      throw CertificatesError(
        .nameForm, "a department's URI ends with its code", at: reader.path(to: "uri"))
    }
  }
}

extension TrustList.TypeVersions {
  fileprivate var json: JSONValue {
    [
      "code": .string(code.text),
      "versions": .array(versions.map { .integer(Int64($0)) }),
    ]
  }

  fileprivate init(from reader: ObjectReader) throws {
    var reader = reader
    code = try TypeCode(try reader.requireString("code"))
    versions = try reader.requireArray("versions").map { value in
      guard let number = value.integerValue, (1...999_999).contains(number) else {
        throw CertificatesError(
          .wrongMember, "a version is a number from 1", at: reader.path(to: "versions"))
      }
      return Int(number)
    }
    try reader.finish()
  }
}

extension TrustList.IdentityEntry {
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "id": .string(id.base64url), "use": .string(use.rawValue), "from": .integer(from),
    ]
    switch state {
    case .active: object["state"] = "active"
    case .retired(let time):
      object["state"] = "retired"
      object["at"] = .integer(time)
    case .compromised(let time):
      object["state"] = "compromised"
      object["at"] = .integer(time)
    }
    return .object(object)
  }

  fileprivate init(from reader: ObjectReader) throws {
    var reader = reader
    id = try Digest(bytes: try reader.requireBytes("id"))
    switch try reader.requireString("use", oneOf: ["act", "seal", "open"]) {
    case "act": use = .act
    case "seal": use = .seal
    default: use = .open
    }
    from = try reader.requireInteger("from", in: 0...253_402_300_799)
    switch try reader.requireString("state", oneOf: ["active", "retired", "compromised"]) {
    case "retired": state = .retired(at: try reader.requireInteger("at"))
    case "compromised": state = .compromised(since: try reader.requireInteger("at"))
    default: state = .active
    }
    try reader.finish()
  }
}

extension TrustList.TypeEntry {
  fileprivate var json: JSONValue {
    let names = issuers.map { rule in
      switch rule {
      case .any: "*"
      case .department(let code): code.text
      }
    }
    return [
      "code": .string(code.text), "version": .integer(Int64(version)),
      "digest": .string(digest.base64url), "state": .string(state.rawValue),
      "issuers": .array(names.sorted().map(JSONValue.string)),
    ]
  }

  fileprivate init(from reader: ObjectReader) throws {
    var reader = reader
    code = try TypeCode(try reader.requireString("code"))
    version = Int(try reader.requireInteger("version", in: 1...999_999))
    digest = try Digest(bytes: try reader.requireBytes("digest"))
    issuers = Set(
      try reader.requireStrings("issuers").map { $0 == "*" ? .any : .department(try USCC($0)) })
    let word = try reader.requireString("state", oneOf: ["active", "withdrawn"])
    state = word == "active" ? .active : .withdrawn
    try reader.finish()
  }
}

extension TrustList.LedgerKeys {
  fileprivate var json: JSONValue {
    [
      "origin": .string(origin),
      "keys": .array(
        keys.map { ["from": .integer($0.from), "vkey": .string($0.verifierKey)] }),
    ]
  }

  fileprivate init(from reader: ObjectReader) throws {
    var reader = reader
    origin = try reader.requireString("origin")
    keys = try reader.requireReaders("keys").map { element in
      var element = element
      let from = try element.requireInteger("from", in: 0...JSONValue.integerMax)
      let key = TrustList.LedgerKey(
        from: from, verifierKey: try element.requireString("vkey"))
      try element.finish()
      return key
    }
    try reader.finish()
  }
}

extension TrustList.AdmittedRegistry {
  fileprivate var json: JSONValue {
    [
      "origin": .string(origin), "name": .string(name), "root": .string(root.base64url),
      "types": .array(types.map { .string($0.text) }),
    ]
  }

  fileprivate init(from reader: ObjectReader) throws {
    var reader = reader
    origin = try reader.requireString("origin")
    name = try reader.requireString("name")
    root = try Digest(bytes: try reader.requireBytes("root"))
    types = try reader.requireStrings("types").map { try TypeCode($0) }
    try reader.finish()
  }
}
