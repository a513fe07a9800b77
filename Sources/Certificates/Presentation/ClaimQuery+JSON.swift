import Encoding

// Spec: presentation.md, "Query"; OpenID4VP 1.0, §6.
extension ClaimQuery {
  /// Reads `dcql_query`.
  ///
  /// Throws `query_unsupported` for what DCQL has and we do not, `query_invalid`, `name_form`.
  init(_ value: JSONValue) throws(CertificatesError) {
    let place = "dcql_query"
    let query = try Self.object(value, at: place, ["credentials"])
    guard let credentials = query["credentials"]?.arrayValue, credentials.count == 1 else {
      throw CertificatesError(
        .queryUnsupported, "one credential is asked for; ask for another in a request of its own",
        at: "\(place).credentials")
    }
    let inner = "credentials[0]"
    let credential = try Self.object(
      credentials[0], at: inner, ["id", "format", "meta", "claims", "claim_sets"])
    guard credential["format"] == "dc+sd-jwt" else {
      throw CertificatesError(
        .queryUnsupported, "the format is dc+sd-jwt", at: "\(inner).format")
    }
    let meta = try Self.object(credential["meta"] ?? .null, at: "meta", ["vct_values"])
    let claims = try Self.claims(credential["claims"])
    try self.init(
      id: try Self.id(credential["id"], at: "\(inner).id"),
      types: try Self.types(meta["vct_values"]), claims: claims,
      sets: try Self.sets(credential["claim_sets"], of: claims))
  }

  /// `dcql_query`, with its members in the order of RFC 8785.
  var json: JSONValue {
    var credential: JSONObject = [
      "format": "dc+sd-jwt", "id": .string(id),
      "meta": ["vct_values": .array(types.map { .string($0) })],
    ]
    if !claims.isEmpty { credential.append("claims", .array(claims.map(\.json))) }
    if let sets {
      let names = sets.map { set in
        JSONValue.array(set.map { .string(claims[$0].id ?? "") })
      }
      credential.append("claim_sets", .array(names))
    }
    return ["credentials": [.object(credential)]]
  }

  private static func object(
    _ value: JSONValue, at place: String, _ known: [String]
  ) throws(CertificatesError) -> JSONObject {
    guard case .object(let object) = value else {
      throw CertificatesError(.queryInvalid, "an object is needed", at: place)
    }
    if let other = object.names.first(where: { !known.contains($0) }) {
      // The name is a stranger's: told only if it is a short word.
      let isWord =
        (1...64).contains(other.utf8.count)
        && other.utf8.allSatisfy { $0 == 0x5F || 0x61...0x7A ~= $0 }
      throw CertificatesError(
        .queryUnsupported, "this part of a query is not taken; leave it out",
        at: isWord ? "\(place).\(other)" : place)
    }
    return object
  }

  private static func id(
    _ value: JSONValue?, at place: String
  ) throws(CertificatesError) -> String {
    guard let text = value?.stringValue, (1...idCountMax).contains(text.utf8.count),
      text.utf8.allSatisfy(isIDCharacter)
    else {
      throw CertificatesError(
        .queryInvalid, "an id has 1 to \(idCountMax) of letters, digits, - and _", at: place)
    }
    return text
  }

  private static func isIDCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }

  private static func types(_ value: JSONValue?) throws(CertificatesError) -> [String] {
    let texts = (value?.arrayValue ?? []).map(\.stringValue)
    guard !texts.isEmpty, texts.count <= listCountMax, !texts.contains(nil) else {
      throw CertificatesError(
        .queryInvalid, "vct_values names 1 to \(listCountMax) versions of a type",
        at: "meta.vct_values")
    }
    return texts.compactMap(\.self)
  }

  private static func claims(_ value: JSONValue?) throws(CertificatesError) -> [Claim] {
    guard let value else { return [] }
    guard let elements = value.arrayValue, (1...claimCountMax).contains(elements.count) else {
      throw CertificatesError(
        .queryInvalid, "claims names 1 to \(claimCountMax)", at: "claims")
    }
    var claims: [Claim] = []
    for (index, element) in elements.enumerated() {
      let place = "claims[\(index)]"
      let object = try object(element, at: place, ["id", "path", "values"])
      let id = try object["id"].map { value throws(CertificatesError) in
        try self.id(value, at: "\(place).id")
      }
      if let id, claims.contains(where: { $0.id == id }) {
        throw CertificatesError(.queryInvalid, "an id is there twice", at: "\(place).id")
      }
      claims.append(
        try Claim(
          id: id, path: try ClaimPath(object["path"] ?? .null, at: "\(place).path"),
          values: try object["values"].map { value throws(CertificatesError) in
            try values(value, at: "\(place).values")
          }, at: "\(place).values"))
    }
    return claims
  }

  private static func values(
    _ value: JSONValue, at place: String
  ) throws(CertificatesError) -> [Value] {
    let values = (value.arrayValue ?? []).map(Value.init)
    guard !values.isEmpty, !values.contains(nil) else {
      throw CertificatesError(
        .queryInvalid, "values are texts, whole numbers, true or false", at: place)
    }
    return values.compactMap(\.self)
  }

  private static func sets(
    _ value: JSONValue?, of claims: [Claim]
  ) throws(CertificatesError) -> [[Int]]? {
    guard let value else { return nil }
    let fault = CertificatesError(
      .queryInvalid,
      "claim_sets are 1 to \(listCountMax) lists of ids, each once, of claims that all have one",
      at: "claim_sets")
    guard let lists = value.arrayValue, (1...listCountMax).contains(lists.count),
      claims.allSatisfy({ $0.id != nil })
    else { throw fault }
    var sets: [[Int]] = []
    for list in lists {
      let names = list.arrayValue ?? []
      let positions = names.map { name in
        claims.firstIndex { name == .string($0.id ?? "") }
      }
      guard !positions.isEmpty, positions.count <= claims.count, !positions.contains(nil),
        Set(positions).count == positions.count
      else { throw fault }
      sets.append(positions.compactMap(\.self))
    }
    return sets
  }
}

extension ClaimQuery.Claim {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["path": path.json]
    if let id { object.append("id", .string(id)) }
    if let values { object.append("values", .array(values.map(\.json))) }
    return .object(object)
  }
}
