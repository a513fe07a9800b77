import Encoding

/// Reading single members; each reports what it refuses.
extension TypeFileReader {
  mutating func report(
    _ code: CertificatesError.Code, _ message: String, _ path: String?
  ) {
    guard problems.count < Self.problemCountMax else { return }
    problems.append(CertificatesError(code, message, at: path))
  }

  mutating func refuseUnknown(
    _ object: JSONObject, _ known: Set<String>, at path: String?
  ) {
    for name in object.names where !known.contains(name) {
      let shown = SchemaNode.shown(name)
      report(
        .typeFileUnknown,
        "a type file has no such member here; it has "
          + known.sorted().joined(separator: ", "), path.map { "\($0).\(shown)" } ?? shown)
    }
  }

  mutating func require(
    _ object: JSONObject, _ name: String, at path: String? = nil
  ) -> JSONValue? {
    if let value = object[name] { return value }
    report(.typeFileMissing, "\(name) is needed", path.map { "\($0).\(name)" } ?? name)
    return nil
  }

  mutating func string(
    _ object: JSONObject, _ name: String, at path: String? = nil, upTo lengthMax: Int = 200
  ) -> String? {
    guard let value = require(object, name, at: path) else { return nil }
    if let text = value.stringValue, (1...lengthMax).contains(text.unicodeScalars.count) {
      return text
    }
    report(
      .typeFileValue, "\(name) is a text of 1 to \(lengthMax) characters",
      path.map { "\($0).\(name)" } ?? name)
    return nil
  }

  mutating func integer(
    _ object: JSONObject, _ name: String, _ range: ClosedRange<Int>, absent: Int? = nil,
    at path: String? = nil
  ) -> Int? {
    if let absent, object[name] == nil { return absent }
    guard let value = require(object, name, at: path) else { return nil }
    if let number = value.integerValue, range.contains(Int(number)) { return Int(number) }
    report(
      .typeFileValue,
      "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)",
      path.map { "\($0).\(name)" } ?? name)
    return nil
  }

  mutating func strings(
    _ value: JSONValue, at path: String, upTo countMax: Int
  ) -> [String] {
    let texts = value.arrayValue?.compactMap(\.stringValue)
    guard let texts, texts.count == value.arrayValue?.count, texts.count <= countMax else {
      report(.typeFileValue, "this is an array of at most \(countMax) names", path)
      return []
    }
    return texts
  }

  mutating func department(_ value: JSONValue, at path: String) -> USCC? {
    guard let text = value.stringValue else {
      report(.typeFileDepartment, "a department is named by its code, a string", path)
      return nil
    }
    do {
      return try USCC(text)
    } catch {
      report(.typeFileDepartment, error.message, path)
      return nil
    }
  }

  /// A type's texts appear on every screen: nothing in them may mislead the eye.
  mutating func checkTexts(_ value: JSONValue, at path: String) {
    // To name a place costs more than to look: it is named where there is a fault.
    guard !Self.isPermitted(value) else { return }
    switch value {
    case .string(let text):
      if let fault = ClaimText.fault(in: text) { report(.typeFileValue, fault.message, path) }
    case .array(let elements):
      for (index, element) in elements.enumerated() { checkTexts(element, at: "\(path)[\(index)]") }
    case .object(let object):
      for member in object.members {
        let name = SchemaNode.shown(member.name)
        checkTexts(member.value, at: path.isEmpty ? name : "\(path).\(name)")
      }
    default: break
    }
  }

  /// Whether all texts below have only characters that are permitted.
  private static func isPermitted(_ value: JSONValue) -> Bool {
    switch value {
    case .string(let text): ClaimText.isPermitted(text)
    case .array(let elements): elements.allSatisfy(isPermitted)
    case .object(let object): object.members.allSatisfy { isPermitted($0.value) }
    default: true
    }
  }
}
