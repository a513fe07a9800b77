import Certificates
import Encoding
import Testing

@Suite("The schema of a type")
struct SchemaTests {
  /// `code path` of the faults of one claim `x` with this schema.
  private func faults(_ schema: JSONValue, _ value: JSONValue) throws -> [String] {
    let compiled = try JSONSchema([
      "type": "object", "additionalProperties": false, "properties": ["x": schema],
    ])
    return compiled.faults(in: ["x": value]).map { "\($0.code) \($0.path)" }
  }

  @Test(
    "enforces each keyword it knows",
    arguments: [
      (["type": "string"], ["a", ""], [1, true, nil, ["a"]], "type x"),
      (["type": "integer"], [0, -5], [1.5, 2.0, "1", nil], "type x"),
      (["type": "number"], [0, 1.5], ["1", false], "type x"),
      (["type": "boolean"], [true, false], [0, "true"], "type x"),
      (["type": "string", "enum": ["男", "女"]], ["男"], ["M", ""], "enum x"),
      (["type": "integer", "const": 3], [3], [4], "enum x"),
      (["type": "string", "minLength": 2], ["王𠮷"], ["𠮷"], "length x"),
      (["type": "string", "maxLength": 2], ["王𠮷", ""], ["abc"], "length x"),
      (["type": "integer", "minimum": 3], [3], [2], "range x"),
      (["type": "number", "maximum": 3.5], [3.5, 3], [3.6, 4], "range x"),
      (
        ["type": "array", "items": ["type": "string"], "maxItems": 2], [[], ["a"]],
        [["a", "b", "c"]], "items x"
      ),
      (
        ["type": "array", "items": ["type": "string"], "minItems": 1, "maxItems": 2], [["a"]], [[]],
        "items x"
      ),
      (
        ["type": "array", "items": ["type": "string"], "maxItems": 2], [["a", "b"]], [["a", 1]],
        "type x[1]"
      ),
      (
        ["type": "string", "format": "date"], ["2024-02-29"], ["2023-02-29", "2024-2-9", "x"],
        "day x"
      ),
      (
        ["type": "string", "format": "uri"], ["https://a.example/b?c=%E4#d", "urn:x:y"],
        ["a.example", "https://a b", "h:%zz", "https://中"], "format x"
      ),
      (
        ["type": "string", "format": "data-uri"],
        ["data:image/png;base64,AAE=", "data:image/png;base64,AAEC"],
        [
          "data:,x", "data:image/png;base64,AAE", "data:image/png;base64,AAF=",
          "data:image/png;base64,", "data:png;base64,AAEC", "data:image/png;base64,AA==AAEC",
        ], "format x"
      ),
      (["type": "string", "pattern": "^[0-9]{3}$"], ["123"], ["1234", "12a"], "pattern x"),
      (
        [
          "type": "object", "additionalProperties": false, "properties": ["a": ["type": "string"]],
          "required": ["a"],
        ],
        [["a": "b"]], [[:]], "missing x.a"
      ),
      (
        ["type": "object", "additionalProperties": false, "properties": ["a": ["type": "string"]]],
        [[:]], [["b": "c"]], "unknown x.b"
      ),
    ] as [(JSONValue, [JSONValue], [JSONValue], String)])
  func keywords(schema: JSONValue, good: [JSONValue], bad: [JSONValue], fault: String) throws {
    for value in good { #expect(try faults(schema, value) == []) }
    for value in bad { #expect(try faults(schema, value).first == fault, "\(value)") }
  }

  @Test(
    "refuses every other keyword by name",
    arguments: [
      "title", "description", "default", "examples", "$schema", "$id", "$comment", "$anchor",
      "$dynamicRef", "$vocabulary", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
      "uniqueItems", "contains", "minContains", "maxContains", "prefixItems", "additionalItems",
      "oneOf", "anyOf", "allOf", "not", "if", "then", "else", "patternProperties",
      "propertyNames", "minProperties", "maxProperties", "dependentRequired", "dependentSchemas",
      "dependencies", "unevaluatedProperties", "unevaluatedItems", "definitions", "readOnly",
      "writeOnly", "deprecated", "contentEncoding", "contentMediaType", "contentSchema",
      "nullable", "x-own",
    ])
  func otherKeywords(name: String) throws {
    var schema: JSONObject = ["type": "string"]
    schema.append(name, true)
    let problems = JSONSchema.problems(in: [
      "type": "object", "additionalProperties": false,
      "properties": ["x": .object(schema)],
    ])
    #expect(problems.map(\.code) == [.schemaKeyword])
    #expect(problems.first?.location == "schema.properties.x.\(name)")
    #expect(problems.first?.message.contains(name) == true)
  }

  @Test(
    "refuses what cannot be compiled, with its place",
    arguments: [
      ([:], "schema_missing schema.properties.x"),
      (["type": ["string", "null"]], "schema_value schema.properties.x.type"),
      (["type": "null"], "schema_value schema.properties.x.type"),
      (["type": "string", "format": "email"], "schema_value schema.properties.x.format"),
      (["type": "string", "minLength": 3, "maxLength": 2], "schema_value schema.properties.x"),
      (["type": "string", "maxLength": -1], "schema_value schema.properties.x.maxLength"),
      (["type": "string", "maxLength": 1.5], "schema_value schema.properties.x.maxLength"),
      (["type": "string", "pattern": "a"], "pattern_not_anchored schema.properties.x.pattern"),
      (
        ["type": "string", "pattern": "^a*$", "maxLength": 5000],
        "schema_value schema.properties.x.maxLength"
      ),
      (["type": "integer", "minimum": 2, "maximum": 1], "schema_value schema.properties.x"),
      (["type": "integer", "minLength": 1], "schema_keyword schema.properties.x.minLength"),
      (["type": "string", "enum": []], "schema_value schema.properties.x.enum"),
      (["type": "string", "enum": ["a", 1]], "schema_value schema.properties.x.enum[1]"),
      (
        ["type": "string", "enum": ["abc"], "maxLength": 2],
        "schema_value schema.properties.x.enum[0]"
      ),
      (["type": "array", "items": ["type": "string"]], "schema_missing schema.properties.x"),
      (["type": "array", "maxItems": 2], "schema_missing schema.properties.x"),
      (["type": "object", "properties": [:]], "schema_missing schema.properties.x"),
      (
        ["type": "object", "properties": [:], "additionalProperties": true],
        "schema_value schema.properties.x"
      ),
      (["type": "object", "additionalProperties": false], "schema_missing schema.properties.x"),
      (
        [
          "type": "object", "additionalProperties": false, "properties": ["a": ["type": "string"]],
          "required": ["b"],
        ], "schema_value schema.properties.x.required"
      ),
      (
        [
          "type": "object", "additionalProperties": false, "properties": ["性别": ["type": "string"]],
        ], "claim_name schema.properties.x.properties.(another name)"
      ),
      (["$ref": "https://a.example/b"], "schema_reference schema.properties.x.$ref"),
      (["$ref": "#/$defs/none"], "schema_reference schema.properties.x.$ref"),
      (["$ref": "#/$defs/loop"], "schema_reference schema.$defs.loop.items.$ref"),
      (["$ref": "#/$defs/good", "maxLength": 2], "schema_reference schema.properties.x"),
      (["type": "string", "$defs": [:]], "schema_keyword schema.properties.x.$defs"),
      (true, "schema_value schema.properties.x"),
    ] as [(JSONValue, String)])
  func refused(schema: JSONValue, problem: String) {
    let problems = JSONSchema.problems(in: [
      "type": "object", "additionalProperties": false, "properties": ["x": schema],
      "$defs": [
        "good": ["type": "string"],
        "loop": ["type": "array", "maxItems": 1, "items": ["$ref": "#/$defs/loop"]],
      ],
    ])
    // The circle is found wherever it is looked at: that alone is not this case's problem.
    let own = problems.filter {
      $0.location != "schema.$defs.loop.items.$ref" || problem.contains("loop")
    }
    #expect(own.first.map { "\($0.code) \($0.location ?? "")" } == problem)
  }

  @Test("ends where definitions would multiply without end")
  func explosion() {
    var definitions = JSONObject()
    for level in 0..<20 {
      let next: JSONValue = ["$ref": .string("#/$defs/d\(level + 1)")]
      definitions.append(
        "d\(level)",
        [
          "type": "object", "additionalProperties": false,
          "properties": ["a": next, "b": next, "c": next, "d": next, "e": next],
        ])
    }
    definitions.append("d20", ["type": "string"])
    let problems = JSONSchema.problems(in: [
      "type": "object", "additionalProperties": false,
      "properties": ["x": ["$ref": "#/$defs/d0"]], "$defs": .object(definitions),
    ])
    #expect(problems.contains { $0.code == .schemaTooLarge })
  }

  @Test("compares texts byte for byte: equivalent Unicode is another text")
  func equivalentUnicode() throws {
    let schema: JSONValue = ["type": "string", "enum": ["caf\u{E9}"]]
    #expect(try faults(schema, "caf\u{E9}") == [])
    #expect(try faults(schema, "cafe\u{301}") == ["enum x"])
    #expect(try faults(["type": "string"], "cafe\u{301}") == [])
  }

  @Test("lets pass names as they are, rare ideographs among them")
  func rareText() throws {
    for text in ["\u{20BB7}野", "𬭎䶮㛃", "阿依古丽·买买提", "\u{FA0E}", "葛\u{E0100}", "龙\u{E863}", "甲\n乙\t丙"]
    {
      #expect(try faults(["type": "string"], .string(text)) == [])
    }
  }

  @Test(
    "refuses characters that mislead the eye",
    arguments: [
      0x0, 0x1, 0xB, 0xD, 0x1B, 0x7F, 0x85, 0x9F, 0xAD, 0x61C, 0x200B, 0x200E, 0x200F, 0x2028,
      0x202A, 0x202E, 0x2060, 0x2066, 0x2069, 0xFEFF, 0xFFF9, 0xE0001, 0xE007F,
    ] as [UInt32])
  func misleadingText(value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    let text = "王" + String(scalar) + "明"
    #expect(try faults(["type": "string"], .string(text)) == ["unpermitted_character x"])
  }

  @Test("takes a photograph of 200 KB and no larger one than it says")
  func photograph() throws {
    let image = [UInt8](repeating: 0x5A, count: 200_000)
    let uri = "data:image/jpeg;base64," + Base64.encode(image)
    #expect(
      try faults(["type": "string", "format": "data-uri", "maxLength": 280_000], .string(uri)) == []
    )
    #expect(
      try faults(["type": "string", "format": "data-uri", "maxLength": 200_000], .string(uri)) == [
        "length x"
      ])
    #expect(try faults(["type": "string", "format": "data-uri"], .string(uri)) == ["length x"])
  }

  @Test("names no value and no foreign name in a fault")
  func privacy() throws {
    let faults = try SampleType.file().schema.faults(in: [
      "number": "机密", "sex": "机密", "110101199003070038机密": 1, "hours": "机密",
    ])
    #expect(faults.count >= 5)
    for fault in faults {
      #expect(!fault.description.contains("机密") && !fault.description.contains("1101"))
    }
  }

  @Test("judges a part that was shown without asking for the rest")
  func disclosed() throws {
    let file = try SampleType.file()
    #expect(file.faults(inDisclosed: ["sex": "女", "iss": "x", "name": "y"]) == [])
    #expect(file.faults(inDisclosed: ["sex": "x", "scope": []]).map(\.code) == [.enum, .items])
    #expect(file.faults(inDisclosed: ["foreign": 1]).map(\.code) == [.unknown])
  }
}
