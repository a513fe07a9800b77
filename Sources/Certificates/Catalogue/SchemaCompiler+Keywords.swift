/// Which keywords are enforced, and what is said about the others.
extension SchemaCompiler {
  /// The keywords of each type, beside those of every type.
  static let keywords: [String: Set<String>] = [
    "string": ["minLength", "maxLength", "pattern", "format"],
    "integer": ["minimum", "maximum"],
    "number": ["minimum", "maximum"],
    "boolean": [],
    "array": ["items", "minItems", "maxItems"],
    "object": ["properties", "required", "additionalProperties"],
  ]

  static let commonKeywords: Set<String> = ["type", "enum", "const"]

  static let allKeywords = keywords.values.reduce(commonKeywords.union(["$ref", "$defs"])) {
    $0.union($1)
  }

  /// What to do instead of a keyword that is not enforced.
  private static let remedies: [String: String] = [
    "title": "put texts for people into metadata.claims",
    "description": "put texts for people into metadata.claims",
    "default": "no claim is ever made up; leave it out",
    "examples": "put examples into a document of their own",
    "$schema": "the subset is fixed by the format of type files",
    "$id": "a type is named by its code",
    "$comment": "put comments into a document of their own",
    "exclusiveMinimum": "use minimum",
    "exclusiveMaximum": "use maximum",
    "multipleOf": "use integer, or a pattern of a string",
    "uniqueItems": "list fixed claims, or check it in the source",
    "prefixItems": "use an object with a name for each element",
    "oneOf": "use enum, or publish two types",
    "anyOf": "use enum, or publish two types",
    "allOf": "write the keywords into one schema",
    "not": "say with enum or a pattern what is permitted",
    "if": "publish two types",
    "then": "publish two types",
    "else": "publish two types",
    "patternProperties": "name each property",
    "propertyNames": "name each property",
    "definitions": "use $defs",
    "contentEncoding": "use format data-uri",
    "contentMediaType": "use format data-uri",
    "nullable": "leave an optional claim out of required",
  ]

  /// Reports each keyword that does not belong to a schema of this type.
  mutating func refuseUnknownKeywords(
    _ names: [String], type: String, at path: String, isRoot: Bool
  ) {
    let known = Self.commonKeywords.union(Self.keywords[type] ?? [])
    for name in names where !known.contains(name) && !(isRoot && name == "$defs") {
      reportKeyword(name, type: type, at: path)
    }
  }

  /// Reports a keyword by name.
  mutating func reportKeyword(_ name: String, type: String?, at path: String) {
    let shown = Self.isKeyword(name) ? name : "(another name)"
    let message =
      if name == "$defs" {
        "$defs stands only at the top of the schema"
      } else if let type, Self.allKeywords.contains(name) {
        "the keyword \(shown) says nothing about type \(type); remove it"
      } else if let remedy = Self.remedies[name] {
        "the keyword \(shown) is not enforced, so it is not published; \(remedy)"
      } else {
        "the keyword \(shown) is not enforced, so it is not published; remove it"
      }
    report(.schemaKeyword, message, "\(path).\(shown)")
  }

  /// Whether a name may be a claim's: `[a-z][a-z0-9_]{0,63}`.
  ///
  /// No two such names are equivalent in Unicode, and each is a column title as it stands.
  static func isClaimName(_ name: String) -> Bool {
    guard let first = name.utf8.first, (97...122).contains(first), name.utf8.count <= 64 else {
      return false
    }
    return name.utf8.allSatisfy { byte in
      (97...122).contains(byte) || (48...57).contains(byte) || byte == 95
    }
  }

  private static func isKeyword(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 40
      && name.utf8.allSatisfy { byte in
        (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == 36 || byte == 95
          || byte == 45
      }
  }
}
