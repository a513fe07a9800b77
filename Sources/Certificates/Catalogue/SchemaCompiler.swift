import Encoding

/// Compiles a schema and collects everything that is wrong with it.
struct SchemaCompiler {
  private static let nodeCountMax = 1_024
  private static let depthMax = 6
  private static let propertyCountMax = 256
  private static let arrayCountMax = 256
  private static let patternLengthMax = 4_096
  private static let textLengthMax = 1_000_000

  private(set) var problems: [CertificatesError] = []
  private var definitions: JSONObject = [:]
  private var definitionsPath = ""
  /// The definitions that are being compiled, to find circles.
  private var open: [String] = []
  private var nodeCount = 0
  /// The definitions that something referred to.
  private var used: Set<String> = []

  /// Compiles a type's schema: an object, the only place for `$defs`.
  mutating func compileRoot(_ value: JSONValue, at path: String) -> SchemaNode? {
    if case .object(let object)? = value["$defs"] {
      definitions = object
      definitionsPath = "\(path).$defs"
    } else if value["$defs"] != nil {
      report(.schemaValue, "$defs is an object of schemas", "\(path).$defs")
    }
    let problemCount = problems.count
    let node = compile(value, at: path, depth: 0, isRoot: true)
    // A definition that nobody uses is checked too: it is published.
    for member in definitions.members where !used.contains(member.name) {
      _ = compile(member.value, at: "\(definitionsPath).\(member.name)", depth: 1)
    }
    if let node, case .object = node.kind { return node }
    if node != nil || problems.count == problemCount {
      report(.schemaValue, "a type's schema has \"type\": \"object\"", path)
    }
    return nil
  }

  private mutating func compile(
    _ value: JSONValue, at path: String, depth: Int, isRoot: Bool = false
  ) -> SchemaNode? {
    nodeCount += 1
    guard nodeCount <= Self.nodeCountMax, depth <= Self.depthMax else {
      if nodeCount <= Self.nodeCountMax || nodeCount == Self.nodeCountMax + 1 {
        report(
          .schemaTooLarge,
          "a schema has at most \(Self.nodeCountMax) parts, nested \(Self.depthMax) deep", path)
      }
      return nil
    }
    guard case .object(let schema) = value else {
      report(.schemaValue, "a schema is an object, not \(value.typeName)", path)
      return nil
    }
    if let reference = schema["$ref"] {
      return compileReference(reference, beside: schema, at: path, depth: depth)
    }
    guard let type = typeName(of: schema, at: path) else { return nil }
    refuseUnknownKeywords(schema.names, type: type, at: path, isRoot: isRoot)
    guard let kind = compileKind(type, schema, at: path, depth: depth) else { return nil }
    return SchemaNode(kind, permitted: permitted(schema, SchemaNode(kind), at: path))
  }

  private mutating func compileReference(
    _ reference: JSONValue, beside schema: JSONObject, at path: String, depth: Int
  ) -> SchemaNode? {
    if schema.count > 1 {
      report(.schemaReference, "nothing stands beside $ref; put it into the definition", path)
    }
    guard case .string(let text) = reference, text.hasPrefix("#/$defs/") else {
      report(
        .schemaReference, "$ref is written #/$defs/NAME: only local definitions are read",
        "\(path).$ref")
      return nil
    }
    let name = String(text.dropFirst("#/$defs/".count))
    guard let definition = definitions[name] else {
      report(.schemaReference, "$defs has no schema of that name", "\(path).$ref")
      return nil
    }
    guard !open.contains(name) else {
      report(.schemaReference, "the definition refers to itself", "\(path).$ref")
      return nil
    }
    used.insert(name)
    open.append(name)
    defer { open.removeLast() }
    return compile(definition, at: "\(definitionsPath).\(name)", depth: depth)
  }

  private mutating func typeName(of schema: JSONObject, at path: String) -> String? {
    switch schema["type"] {
    case .string(let name)? where Self.keywords[name] != nil: return name
    case nil:
      report(.schemaMissing, "\"type\" is needed: every claim has one JSON type", path)
    case .array?:
      report(
        .schemaValue, "\"type\" is one type; for an optional claim leave it out of required",
        "\(path).type")
    default:
      report(
        .schemaValue, "\"type\" is string, integer, number, boolean, array or object",
        "\(path).type")
    }
    for member in schema.members where Self.allKeywords.contains(member.name) == false {
      reportKeyword(member.name, type: nil, at: path)
    }
    return nil
  }

  private mutating func compileKind(
    _ type: String, _ schema: JSONObject, at path: String, depth: Int
  ) -> SchemaNode.Kind? {
    switch type {
    case "string": return .string(compileString(schema, at: path))
    case "integer":
      let bound = JSONValue.integerMax
      return .integer(
        range(
          schema, "minimum", "maximum", -bound, bound, "a whole number", path, \.integerValue))
    case "number":
      let bound = Double.greatestFiniteMagnitude
      return .number(
        range(schema, "minimum", "maximum", -bound, bound, "a number", path, \.numberValue))
    case "boolean": return .boolean
    case "array": return compileArray(schema, at: path, depth: depth)
    default: return compileObject(schema, at: path, depth: depth)
    }
  }

  private mutating func compileString(
    _ schema: JSONObject, at path: String
  ) -> SchemaNode.StringRule {
    var rule = SchemaNode.StringRule()
    rule.lengths = counts(
      schema, "minLength", "maxLength", upTo: Self.textLengthMax,
      otherwise: SchemaNode.StringRule.defaultLengthMax, path)
    if let value = schema["pattern"] {
      if case .string(let text) = value {
        do {
          rule.pattern = try Pattern(text)
        } catch {
          report(error.code, error.message, "\(path).pattern")
        }
      } else {
        report(.schemaValue, "a pattern is a string", "\(path).pattern")
      }
      if rule.lengths.upperBound > Self.patternLengthMax {
        report(
          .schemaValue, "beside a pattern, maxLength is at most \(Self.patternLengthMax)",
          "\(path).maxLength")
      }
    }
    if let value = schema["format"] {
      rule.format = value.stringValue.flatMap(SchemaFormat.init(rawValue:))
      if rule.format == nil {
        report(
          .schemaValue, "a format is date, uri or data-uri; nothing else is checked",
          "\(path).format")
      }
    }
    return rule
  }

  private mutating func compileArray(
    _ schema: JSONObject, at path: String, depth: Int
  ) -> SchemaNode.Kind? {
    if schema["maxItems"] == nil {
      report(
        .schemaMissing, "an array needs maxItems, so that the sheet has a fixed width", path)
    }
    let counts = counts(
      schema, "minItems", "maxItems", upTo: Self.arrayCountMax, otherwise: Self.arrayCountMax,
      path)
    guard let items = schema["items"] else {
      report(.schemaMissing, "an array needs items, the schema of its elements", path)
      return nil
    }
    guard let element = compile(items, at: "\(path).items", depth: depth + 1) else { return nil }
    return .array(SchemaNode.ArrayRule(element: element, counts: counts))
  }

  private mutating func compileObject(
    _ schema: JSONObject, at path: String, depth: Int
  ) -> SchemaNode.Kind? {
    if schema["additionalProperties"] != .boolean(false) {
      report(
        schema["additionalProperties"] == nil ? .schemaMissing : .schemaValue,
        "an object needs \"additionalProperties\": false; what is not described is not issued",
        path)
    }
    guard case .object(let members)? = schema["properties"] else {
      report(.schemaMissing, "an object needs properties, an object of schemas", path)
      return nil
    }
    if members.count > Self.propertyCountMax {
      report(
        .schemaTooLarge, "an object has at most \(Self.propertyCountMax) properties",
        "\(path).properties")
      return nil
    }
    let required = requiredNames(schema, members, at: path)
    var properties: [SchemaNode.Property] = []
    for member in members.members {
      let place = "\(path).properties.\(SchemaNode.shown(member.name))"
      if !Self.isClaimName(member.name) {
        report(
          .claimName,
          "a claim's name has 1 to 64 of a-z, 0-9 and _, a letter first; other words are labels",
          place)
      }
      guard let node = compile(member.value, at: place, depth: depth + 1) else { continue }
      properties.append(
        SchemaNode.Property(
          name: member.name, node: node, isRequired: required.contains(member.name)))
    }
    return .object(SchemaNode.ObjectRule(properties: properties))
  }

  private mutating func requiredNames(
    _ schema: JSONObject, _ properties: JSONObject, at path: String
  ) -> Set<String> {
    guard let value = schema["required"] else { return [] }
    var names: Set<String> = []
    let place = "\(path).required"
    guard case .array(let elements) = value else {
      report(.schemaValue, "required is an array of property names", place)
      return []
    }
    for element in elements {
      guard case .string(let name) = element else {
        report(.schemaValue, "required is an array of property names", place)
        continue
      }
      if !properties.contains(name) {
        report(
          .schemaValue, "required names \(SchemaNode.shown(name)), which is no property", place)
      }
      if !names.insert(name).inserted {
        report(.schemaValue, "required names \(SchemaNode.shown(name)) twice", place)
      }
    }
    return names
  }

  private mutating func permitted(
    _ schema: JSONObject, _ node: SchemaNode, at path: String
  ) -> [JSONValue]? {
    var values: [JSONValue]?
    if let value = schema["enum"] {
      if case .array(let elements) = value, !elements.isEmpty, elements.count <= 1_024 {
        values = elements
      } else {
        report(.schemaValue, "enum is an array of 1 to 1,024 values", "\(path).enum")
      }
    }
    if let value = schema["const"] {
      if values != nil { report(.schemaValue, "const beside enum; keep one", "\(path).const") }
      values = [value]
    }
    for (index, value) in (values ?? []).enumerated() {
      var faults: [ClaimFault] = []
      node.check(value, &faults)
      if let fault = faults.first {
        let place = schema["const"] == nil ? "\(path).enum[\(index)]" : "\(path).const"
        report(.schemaValue, "the other keywords refuse this value: \(fault.message)", place)
      }
    }
    return values
  }

  private mutating func counts(
    _ schema: JSONObject, _ least: String, _ most: String, upTo limit: Int, otherwise: Int,
    _ path: String
  ) -> ClosedRange<Int> {
    let low = count(schema, least, 0...limit, path) ?? 0
    let high = count(schema, most, 0...limit, path) ?? max(low, otherwise)
    guard low <= high else {
      report(.schemaValue, "\(least) is larger than \(most)", path)
      return low...low
    }
    return low...high
  }

  private mutating func count(
    _ schema: JSONObject, _ name: String, _ range: ClosedRange<Int>, _ path: String
  ) -> Int? {
    guard let value = schema[name] else { return nil }
    guard let number = value.integerValue, range.contains(Int(number)) else {
      report(
        .schemaValue, "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)",
        "\(path).\(name)")
      return nil
    }
    return Int(number)
  }

  private mutating func range<Bound: Comparable>(
    _ schema: JSONObject, _ least: String, _ most: String, _ low: Bound, _ high: Bound,
    _ expected: String, _ path: String, _ view: KeyPath<JSONValue, Bound?>
  ) -> ClosedRange<Bound> {
    var bounds = (low, high)
    for (name, write) in [(least, \(Bound, Bound).0), (most, \(Bound, Bound).1)] {
      guard let value = schema[name] else { continue }
      if let number = value[keyPath: view] {
        bounds[keyPath: write] = number
      } else {
        report(.schemaValue, "\(name) is \(expected)", "\(path).\(name)")
      }
    }
    guard bounds.0 <= bounds.1 else {
      report(.schemaValue, "\(least) is larger than \(most)", path)
      return low...high
    }
    return bounds.0...bounds.1
  }

  mutating func report(
    _ code: CertificatesError.Code, _ message: String, _ path: String
  ) {
    problems.append(CertificatesError(code, message, at: path))
  }
}
