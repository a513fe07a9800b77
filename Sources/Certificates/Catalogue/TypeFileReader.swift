import Encoding

/// What a type file is made of, once all of it was read.
struct TypeFileParts {
  let code: TypeCode
  let version: Int
  let material: TypeFile.Material
  let issuers: TypeFile.Issuers
  let metadata: TypeMetadata
  let schema: JSONSchema
  let unique: [String]
  let subjectCountMax: Int
  let copyCountMax: Int
  let duties: [TypeFile.Duty]
  let predicates: [TypeFile.Predicate]
  let retention: TypeFile.Retention?
  let template: TypeFile.Template?
  let object: JSONObject
  let layout: SheetLayout
}

/// Reads a type file and goes on after a problem: its author wants the whole list at once.
struct TypeFileReader {
  static let problemCountMax = 100
  private static let members: Set<String> = [
    "code", "version", "kind", "issuers", "metadata", "schema", "unique", "subjects", "copies",
    "duties", "predicates", "retention", "template",
  ]

  var problems: [CertificatesError] = []

  mutating func read(_ bytes: [UInt8]) -> TypeFile? {
    guard bytes.count <= TypeFile.byteCountMax else {
      report(
        .typeFileTooLarge, "the file has \(bytes.count) bytes; a type file has at most 1 MiB", nil)
      return nil
    }
    do {
      return read(try JSONValue(parsing: bytes))
    } catch {
      problems.append(
        CertificatesError(
          .typeFileNotJSON, "the file is not strict JSON: \(error.message)", cause: error,
          at: error.location?.description))
      return nil
    }
  }

  mutating func read(_ value: JSONValue) -> TypeFile? {
    guard case .object(let object) = value else {
      report(.typeFileNotJSON, "a type file is an object, not \(value.typeName)", nil)
      return nil
    }
    checkTexts(value, at: "")
    refuseUnknown(object, Self.members, at: nil)
    let code = typeCode(object)
    let version = integer(object, "version", 1...1_000_000)
    let material = self.material(object)
    let issuers = self.issuers(object)
    let subjects = integer(
      object, "subjects", 1...TypeFile.subjectCountLimit, absent: material == .file ? 1 : nil)
    let copies = integer(
      object, "copies", 1...TypeFile.subjectCountLimit, absent: material == .file ? 1 : nil)
    if let subjects, let copies, copies > subjects {
      report(.typeFileValue, "there is at most one copy for each subject (\(subjects))", "copies")
    }
    let schema = self.schema(object, material)
    var metadataReader = TypeMetadataReader()
    let metadata = metadataReader.read(object["metadata"], code: code, version: version)
    problems += metadataReader.problems
    if schema == nil {
      // What they name cannot be looked up; that they are there can.
      if material != .file { _ = require(object, "unique") }
      _ = require(object, "duties")
    }
    let unique = schema.map { self.unique(object, $0, material) } ?? []
    let predicates = schema.map { self.predicates(object, $0) } ?? []
    let names = Set(schema?.propertyNames ?? []).union(CertificateProfile.standardNames)
      .union(predicates.map(\.name))
    let duties = schema == nil ? [] : self.duties(object, names)
    let retention = self.retention(object["retention"])
    let template = self.template(object["template"])
    guard let code, let version, let material, let issuers, let subjects, let copies, let schema,
      let metadata
    else { return nil }
    let layout = SheetLayout(
      schema: schema, metadata: metadata, subjectCount: subjects, copyCount: copies)
    problems += layout.problems(metadata, schema, predicates)
    guard problems.isEmpty else { return nil }
    return TypeFile(
      TypeFileParts(
        code: code, version: version, material: material, issuers: issuers, metadata: metadata,
        schema: schema, unique: unique, subjectCountMax: subjects, copyCountMax: copies,
        duties: duties, predicates: predicates, retention: retention, template: template,
        object: object, layout: layout))
  }

  private mutating func typeCode(_ object: JSONObject) -> TypeCode? {
    guard let text = string(object, "code") else { return nil }
    do {
      return try TypeCode(text)
    } catch {
      report(.typeFileCode, error.message, "code")
      return nil
    }
  }

  private mutating func material(_ object: JSONObject) -> TypeFile.Material? {
    guard let value = object["kind"] else { return .certificate }
    guard let text = value.stringValue, let material = TypeFile.Material(rawValue: text) else {
      report(.typeFileValue, "kind is \"certificate\" or \"file\"", "kind")
      return nil
    }
    return material
  }

  private mutating func issuers(_ object: JSONObject) -> TypeFile.Issuers? {
    guard let value = require(object, "issuers") else { return nil }
    if value == ["*"] { return .everyone }
    guard case .array(let elements) = value, !elements.isEmpty else {
      report(.typeFileValue, "issuers is [\"*\"] or a list of department codes", "issuers")
      return nil
    }
    var departments: [USCC] = []
    for (index, element) in elements.enumerated() {
      guard let department = department(element, at: "issuers[\(index)]") else { continue }
      if departments.contains(department) {
        report(.typeFileValue, "this department is listed twice", "issuers[\(index)]")
      }
      departments.append(department)
    }
    return .listed(departments)
  }

  private mutating func schema(
    _ object: JSONObject, _ material: TypeFile.Material?
  ) -> JSONSchema? {
    guard let value = object["schema"] else {
      if material != .file {
        report(.typeFileMissing, "schema, the schema of the type's own claims, is needed", "schema")
        return nil
      }
      return JSONSchema(
        root: SchemaNode(.object(SchemaNode.ObjectRule(properties: []))),
        rule: SchemaNode.ObjectRule(properties: []))
    }
    var compiler = SchemaCompiler()
    let root = compiler.compileRoot(value, at: "schema")
    problems += compiler.problems
    guard let root, case .object(let rule) = root.kind else { return nil }
    let reserved = CertificateProfile.standardNames.union(CertificateProfile.visibleNames)
      .subtracting(["number"])
    for property in rule.properties where reserved.contains(property.name) {
      report(
        .claimName, "every certificate has this claim already; remove it or take another name",
        "schema.properties.\(property.name)")
    }
    if let number = rule.properties.first(where: { $0.name == "number" }) {
      guard case .string = number.node.kind else {
        report(.schemaValue, "the number is a string", "schema.properties.number.type")
        return nil
      }
    }
    return JSONSchema(root: root, rule: rule)
  }

  private mutating func unique(
    _ object: JSONObject, _ schema: JSONSchema, _ material: TypeFile.Material?
  ) -> [String] {
    guard let value = object["unique"] else {
      if material != .file {
        report(
          .typeFileMissing, "unique is needed; mostly [\"number\"], or [] for nothing", "unique")
      }
      return []
    }
    let names = strings(value, at: "unique", upTo: 4)
    for (index, name) in names.enumerated() {
      let place = "unique[\(index)]"
      if names[..<index].contains(name) { report(.typeFileValue, "this name is twice", place) }
      if name == "number" { continue }
      guard let property = schema.rule.properties.first(where: { $0.name == name }) else {
        report(.claimUnknown, "the schema has no such claim", place)
        continue
      }
      switch property.node.kind {
      case .array, .object:
        report(.typeFileValue, "only a text, a number or a yes-or-no can be unique", place)
      default: break
      }
    }
    return names
  }

  private mutating func duties(_ object: JSONObject, _ names: Set<String>) -> [TypeFile.Duty] {
    guard let value = object["duties"] else {
      report(.typeFileMissing, "duties is needed; [] for none", "duties")
      return []
    }
    guard case .array(let elements) = value, elements.count <= 256 else {
      report(.typeFileValue, "duties is an array of at most 256 objects", "duties")
      return []
    }
    var duties: [TypeFile.Duty] = []
    for (index, element) in elements.enumerated() {
      let path = "duties[\(index)]"
      guard case .object(let duty) = element else {
        report(.typeFileValue, "a duty is an object", path)
        continue
      }
      refuseUnknown(duty, ["department", "claims", "purpose", "citation"], at: path)
      let department = require(duty, "department", at: path).flatMap {
        self.department($0, at: "\(path).department")
      }
      let claims = require(duty, "claims", at: path).map {
        strings($0, at: "\(path).claims", upTo: 128)
      }
      for (position, name) in (claims ?? []).enumerated() where !names.contains(name) {
        report(.claimUnknown, "the type has no such claim", "\(path).claims[\(position)]")
      }
      if claims?.isEmpty == true { report(.typeFileValue, "name a claim", "\(path).claims") }
      let purpose = string(duty, "purpose", at: path)
      if let purpose, !Self.isPurpose(purpose) {
        report(
          .typeFileValue, "a purpose code has 1 to 64 of a-z, 0-9 and -, a letter first",
          "\(path).purpose")
      }
      let citation = string(duty, "citation", at: path, upTo: 512)
      if let citation, citation.utf8.count > 512 || citation.utf8.contains(where: { $0 < 0x20 }) {
        report(
          .typeFileValue, "a citation is one line of at most 512 bytes", "\(path).citation")
      }
      guard let department, let claims, let purpose, let citation else { continue }
      duties.append(
        TypeFile.Duty(
          department: department, claims: claims, purpose: purpose, citation: citation))
    }
    return duties
  }

  private mutating func retention(_ value: JSONValue?) -> TypeFile.Retention? {
    guard let value else { return nil }
    guard case .object(let object) = value else {
      report(.typeFileValue, "retention is an object", "retention")
      return nil
    }
    refuseUnknown(object, ["years", "citation"], at: "retention")
    let years = object["years"] == nil ? nil : integer(object, "years", 1...1_000, at: "retention")
    guard let citation = string(object, "citation", at: "retention", upTo: 1_000) else {
      return nil
    }
    return TypeFile.Retention(years: years, citation: citation)
  }

  private mutating func template(_ value: JSONValue?) -> TypeFile.Template? {
    guard let value else { return nil }
    guard case .object(let object) = value else {
      report(.typeFileValue, "template is an object", "template")
      return nil
    }
    refuseUnknown(object, ["uri", "integrity"], at: "template")
    let uri = string(object, "uri", at: "template", upTo: 2_000)
    if let uri, !uri.hasPrefix("https://") || SchemaFormat.uri.fault(in: uri) != nil {
      report(.typeFileValue, "the template lies at an https URI", "template.uri")
    }
    let integrity = string(object, "integrity", at: "template")
    if let integrity, !Self.isIntegrity(integrity) {
      report(
        .typeFileValue, "integrity is sha256- and the base64 of 32 bytes", "template.integrity")
    }
    guard let uri, let integrity else { return nil }
    return TypeFile.Template(uri: uri, integrity: integrity)
  }

  private static func isIntegrity(_ text: String) -> Bool {
    guard text.hasPrefix("sha256-") else { return false }
    do { return try Base64.decode(text.dropFirst(7)).count == 32 } catch { return false }
  }

  static func isPurpose(_ text: String) -> Bool {
    guard let first = text.utf8.first, (97...122).contains(first), text.utf8.count <= 64 else {
      return false
    }
    return text.utf8.allSatisfy {
      (97...122).contains($0) || (48...57).contains($0) || $0 == 45
    }
  }
}
