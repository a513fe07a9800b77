import Encoding

extension TypeFileReader {
  private static let valueCountMax = 256

  mutating func predicates(_ object: JSONObject, _ schema: JSONSchema) -> [TypeFile.Predicate] {
    guard let value = object["predicates"] else { return [] }
    guard case .array(let elements) = value, elements.count <= 64 else {
      report(.typeFileValue, "predicates is an array of at most 64 objects", "predicates")
      return []
    }
    var predicates: [TypeFile.Predicate] = []
    for (index, element) in elements.enumerated() {
      let path = "predicates[\(index)]"
      guard case .object(let members) = element else {
        report(.typeFileValue, "a predicate is an object", path)
        continue
      }
      guard let predicate = predicate(members, schema, at: path) else { continue }
      if predicates.contains(where: { $0.name == predicate.name }) {
        report(.claimName, "another predicate has this name", "\(path).name")
      }
      predicates.append(predicate)
    }
    return predicates
  }

  private mutating func predicate(
    _ members: JSONObject, _ schema: JSONSchema, at path: String
  ) -> TypeFile.Predicate? {
    refuseUnknown(members, ["name", "claim", "years", "values"], at: path)
    let name = string(members, "name", at: path)
    if let name {
      let taken = CertificateProfile.standardNames.union(CertificateProfile.visibleNames)
        .union(schema.propertyNames)
      if !SchemaCompiler.isClaimName(name) || taken.contains(name) {
        report(.claimName, "a predicate has a claim's form of name, and its own", "\(path).name")
      }
    }
    let claim = string(members, "claim", at: path)
    let node = claim.flatMap { claim in
      schema.rule.properties.first { $0.name == claim }?.node
    }
    guard let condition = condition(members, node, at: path), let name, let claim else {
      return nil
    }
    return TypeFile.Predicate(name: name, claim: claim, condition: condition)
  }

  private mutating func condition(
    _ members: JSONObject, _ node: SchemaNode?, at path: String
  ) -> TypeFile.Predicate.Condition? {
    switch (members["years"], members["values"]) {
    case (.some, nil):
      if node?.isDay != true {
        report(
          .claimUnknown, "the schema has no claim of that name with format date", "\(path).claim")
      }
      return integer(members, "years", 1...150, at: path).map { .years($0) }
    case (nil, .some(let value)):
      guard case .string? = node?.kind else {
        report(.claimUnknown, "the schema has no text of that name", "\(path).claim")
        return nil
      }
      let values = strings(value, at: "\(path).values", upTo: Self.valueCountMax)
      if values.isEmpty { report(.typeFileValue, "name a value", "\(path).values") }
      return .values(values)
    default:
      report(.typeFileValue, "a predicate has either years or values", path)
      return nil
    }
  }
}
