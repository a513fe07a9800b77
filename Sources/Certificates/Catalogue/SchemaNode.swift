import Encoding

/// One compiled schema. Immutable; made by ``SchemaCompiler``.
final class SchemaNode: Sendable {
  /// The keywords of one JSON type.
  enum Kind: Sendable {
    case string(StringRule)
    case integer(ClosedRange<Int64>)
    case number(ClosedRange<Double>)
    case boolean
    case array(ArrayRule)
    case object(ObjectRule)
  }

  struct StringRule: Sendable {
    /// Without `maxLength`, a text has at most this many characters.
    static let defaultLengthMax = 4_096

    var lengths: ClosedRange<Int> = 0...StringRule.defaultLengthMax
    var pattern: Pattern?
    var format: SchemaFormat?
  }

  struct ArrayRule: Sendable {
    let element: SchemaNode
    let counts: ClosedRange<Int>
  }

  struct ObjectRule: Sendable {
    let properties: [Property]
    let requiredCount: Int

    init(properties: [Property]) {
      self.properties = properties
      requiredCount = properties.count { $0.isRequired }
    }

    /// Where a member's schema stands. Members mostly come in the schema's own order, so the
    /// search begins behind the last hit.
    func position(of name: String, after start: Int) -> Int? {
      for step in 0..<properties.count {
        let position = (start + step) % properties.count
        if properties[position].name.hasSameBytes(as: name) { return position }
      }
      return nil
    }
  }

  struct Property: Sendable {
    let name: String
    let node: SchemaNode
    let isRequired: Bool
  }

  /// A hostile document does not fill the memory with faults.
  static let faultCountMax = 100

  let kind: Kind
  /// The values of `enum` or `const`.
  let permitted: [JSONValue]?

  init(_ kind: Kind, permitted: [JSONValue]? = nil) {
    self.kind = kind
    self.permitted = permitted
  }

  /// Adds the faults of a value, with paths from that value on.
  func check(_ value: JSONValue, _ faults: inout [ClaimFault]) {
    guard faults.count < Self.faultCountMax else { return }
    let before = faults.count
    switch (kind, value) {
    case (.string(let rule), .string(let text)): check(text, rule, &faults)
    case (.integer(let range), .integer(let number)):
      if !range.contains(number) { faults.append(Self.rangeFault(range)) }
    case (.number(let range), .integer(let number)):
      if !range.contains(Double(number)) { faults.append(Self.rangeFault(range)) }
    case (.number(let range), .number(let number)):
      if !range.contains(number) { faults.append(Self.rangeFault(range)) }
    case (.boolean, .boolean): break
    case (.array(let rule), .array(let elements)): check(elements, rule, &faults)
    case (.object(let rule), .object(let object)): check(object, rule, &faults)
    default:
      faults.append(
        ClaimFault(.type, "\(typeName) was expected, not \(Self.inWords(value.typeName))"))
    }
    if faults.count == before, let fault = permittedFault(value) { faults.append(fault) }
  }

  /// The fault of a value that is not one of the permitted.
  func permittedFault(_ value: JSONValue) -> ClaimFault? {
    guard let permitted, !permitted.contains(value) else { return nil }
    let list = permitted.prefix(12).map { String(decoding: $0.canonicalBytes(), as: UTF8.self) }
    let more = permitted.count > 12 ? ", …" : ""
    return ClaimFault(.enum, "the value must be one of \(list.joined(separator: ", "))\(more)")
  }

  private func check(_ text: String, _ rule: StringRule, _ faults: inout [ClaimFault]) {
    let findings = ClaimText.examine(text)
    if let objection = findings.objection {
      faults.append(ClaimFault(.unpermittedCharacter, objection))
    }
    if !rule.lengths.contains(findings.length) {
      faults.append(
        ClaimFault(
          .length,
          findings.length < rule.lengths.lowerBound
            ? "the text has fewer than \(rule.lengths.lowerBound) characters"
            : "the text has more than \(rule.lengths.upperBound) characters"))
      return  // A pattern is only run over texts of bounded length.
    }
    if let pattern = rule.pattern, !pattern.matches(text) {
      faults.append(ClaimFault(.pattern, "the text must match \(pattern.text)"))
    }
    if let format = rule.format, let fault = format.fault(in: text) { faults.append(fault) }
  }

  private func check(_ elements: [JSONValue], _ rule: ArrayRule, _ faults: inout [ClaimFault]) {
    if let fault = Self.countFault(elements.count, rule.counts) { faults.append(fault) }
    for (index, element) in elements.prefix(rule.counts.upperBound).enumerated() {
      let before = faults.count
      rule.element.check(element, &faults)
      for position in before..<faults.count { faults[position].prefix("[\(index)]") }
    }
  }

  private func check(_ object: JSONObject, _ rule: ObjectRule, _ faults: inout [ClaimFault]) {
    Self.check(object, rule, isComplete: true, &faults)
  }

  /// Checks members; where the object is not complete, absent ones are no fault.
  static func check(
    _ object: JSONObject, _ rule: ObjectRule, isComplete: Bool, _ faults: inout [ClaimFault]
  ) {
    var next = 0
    var requiredCount = 0
    for member in object.members {
      guard let position = rule.position(of: member.name, after: next) else {
        if faults.count < faultCountMax {
          faults.append(
            ClaimFault(
              .unknown, "the type has no such claim; remove it", at: shown(member.name)))
        }
        continue
      }
      next = position + 1
      let property = rule.properties[position]
      if property.isRequired { requiredCount += 1 }
      let before = faults.count
      property.node.check(member.value, &faults)
      for index in before..<faults.count { faults[index].prefix(property.name) }
    }
    guard isComplete, requiredCount < rule.requiredCount else { return }
    for property in rule.properties where property.isRequired && !object.contains(property.name) {
      faults.append(ClaimFault(.missing, "the claim is mandatory", at: property.name))
    }
  }

  static func countFault(_ count: Int, _ counts: ClosedRange<Int>) -> ClaimFault? {
    if counts.contains(count) { return nil }
    return ClaimFault(
      .items,
      count < counts.lowerBound
        ? "at least \(counts.lowerBound) elements are needed"
        : "at most \(counts.upperBound) elements are permitted")
  }

  private static func rangeFault<Bound>(_ range: ClosedRange<Bound>) -> ClaimFault {
    ClaimFault(
      .range, "the number must lie between \(range.lowerBound) and \(range.upperBound)")
  }

  /// A name that came from outside is shown only if it looks like one.
  static func shown(_ name: String) -> String {
    let isPlain =
      name.utf8.count <= 40
      && (name.utf8.first.map { $0 | 0x20 >= 97 && $0 | 0x20 <= 122 } ?? false)
      && name.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (97...122).contains(byte | 0x20) || byte == 95 || byte == 45
      }
    return isPlain ? name : "(another name)"
  }

  /// The type in words.
  var typeName: String {
    switch kind {
    case .string: "a text"
    case .integer: "a whole number"
    case .number: "a number"
    case .boolean: "true or false"
    case .array: "an array"
    case .object: "an object"
    }
  }

  private static func inWords(_ name: String) -> String {
    switch name {
    case "null", "boolean": name
    case "integer", "array", "object": "an \(name)"
    default: "a \(name)"
    }
  }
}
