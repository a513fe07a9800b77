import Encoding

/// The schema of a type's own claims: a subset of JSON Schema 2020-12, compiled once.
///
/// Every keyword is enforced; a schema with any other is refused by name, so that nothing is
/// published that is not checked. Spec: type-file.md, "Schema".
public struct JSONSchema: Sendable {
  let root: SchemaNode
  let rule: SchemaNode.ObjectRule

  /// The names of the top-level properties, in the order of the schema.
  public let propertyNames: [String]

  /// The names of the top-level properties that every complete object has, in the same order.
  public var requiredNames: [String] { rule.properties.filter(\.isRequired).map(\.name) }

  /// Compiles a schema.
  ///
  /// Throws the first of what ``problems(in:at:)`` finds.
  public init(_ value: JSONValue, at path: String = "schema") throws(CertificatesError) {
    var compiler = SchemaCompiler()
    let compiled = compiler.compileRoot(value, at: path)
    if let problem = compiler.problems.first { throw problem }
    guard let compiled, case .object(let rule) = compiled.kind else {
      throw CertificatesError(.schemaValue, "a type's schema describes an object", at: path)
    }
    self.init(root: compiled, rule: rule)
  }

  init(root: SchemaNode, rule: SchemaNode.ObjectRule) {
    self.root = root
    self.rule = rule
    propertyNames = rule.properties.map(\.name)
  }

  /// Everything that is wrong with a schema, each with its path: `schema_keyword`, `schema_value`,
  /// `schema_missing`, `schema_reference`, `schema_too_large`, `claim_name`, `pattern_…`.
  public static func problems(
    in value: JSONValue, at path: String = "schema"
  ) -> [CertificatesError] {
    var compiler = SchemaCompiler()
    _ = compiler.compileRoot(value, at: path)
    return compiler.problems
  }

  /// The faults of a complete object; none if it is valid. At most 100 are listed.
  public func faults(in value: JSONValue) -> [ClaimFault] {
    var faults: [ClaimFault] = []
    root.check(value, &faults)
    return faults
  }

  /// The faults of those members that are there: a holder may have shown only some.
  public func faults(inDisclosed object: JSONObject) -> [ClaimFault] {
    var faults: [ClaimFault] = []
    SchemaNode.check(object, rule, isComplete: false, &faults)
    return faults
  }
}
