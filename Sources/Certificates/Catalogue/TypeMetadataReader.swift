import Encoding

/// Reads the `metadata` of a type file and goes on after a problem.
struct TypeMetadataReader {
  private(set) var problems: [CertificatesError] = []

  mutating func read(_ value: JSONValue?, code: TypeCode?, version: Int?) -> TypeMetadata? {
    guard let value else {
      report(.typeFileMissing, "metadata, with names and labels, is needed", "metadata")
      return nil
    }
    guard case .object(let object) = value else {
      report(.typeFileValue, "metadata is an object", "metadata")
      return nil
    }
    refuseUnknown(object, ["vct", "name", "description", "display", "claims"], at: "metadata")
    if let vct = object["vct"], let code, let version {
      let end = "/types/\(code)/\(version)"
      if vct.stringValue?.hasSuffix(end) != true {
        report(.typeFileValue, "vct ends with \(end); leave it out if unsure", "metadata.vct")
      }
    }
    let name = text(object["name"], "metadata.name", upTo: 100)
    if object["description"] != nil {
      _ = text(object["description"], "metadata.description", upTo: 1_000)
    }
    let displays = self.displays(object["display"])
    let claims = self.claims(object["claims"])
    guard let name else { return nil }
    return TypeMetadata(name: name, displays: displays, claims: claims)
  }

  private mutating func displays(_ value: JSONValue?) -> [TypeMetadata.Display] {
    var displays: [TypeMetadata.Display] = []
    for (object, path) in objects(value, "metadata.display") {
      refuseUnknown(object, ["locale", "name", "description"], at: path)
      let locale = text(object["locale"], "\(path).locale", upTo: 35)
      let name = text(object["name"], "\(path).name", upTo: 100)
      let description =
        object["description"] == nil
        ? nil : text(object["description"], "\(path).description", upTo: 1_000)
      guard let locale, let name else { continue }
      if displays.contains(where: { $0.locale == locale }) {
        report(.typeFileValue, "this locale is there twice", "\(path).locale")
      }
      displays.append(TypeMetadata.Display(locale: locale, name: name, description: description))
    }
    if !displays.contains(where: { $0.locale == TextLanguage.chinese.rawValue }) {
      report(
        .typeFileMissing, "a display with locale zh-CN, the type's Chinese name, is needed",
        "metadata.display")
    }
    return displays
  }

  private mutating func claims(_ value: JSONValue?) -> [TypeMetadata.Claim] {
    var claims: [TypeMetadata.Claim] = []
    var seen: Set<String> = []
    for (object, path) in objects(value, "metadata.claims") {
      refuseUnknown(object, ["path", "display", "sd", "mandatory"], at: path)
      guard let steps = self.steps(object["path"], "\(path).path") else { continue }
      let name = String(decoding: (object["path"] ?? .null).canonicalBytes(), as: UTF8.self)
      if !seen.insert(name).inserted {
        report(.typeFileValue, "this path is described twice", "\(path).path")
      }
      let permitted: Set<String> =
        steps.count == 1 ? ["always", "allowed"] : ["always", "allowed", "never"]
      if let disclosure = object["sd"],
        !(disclosure.stringValue.map(permitted.contains) ?? false)
      {
        report(
          .typeFileValue,
          steps.count == 1
            ? "sd is \"always\": every claim can be kept back by its holder"
            : "sd is always, allowed or never", "\(path).sd")
      }
      if let mandatory = object["mandatory"], mandatory.booleanValue == nil {
        report(.typeFileValue, "mandatory is true or false", "\(path).mandatory")
      }
      claims.append(
        TypeMetadata.Claim(
          path: steps, labels: labels(object["display"], path),
          isMandatory: object["mandatory"] == true))
    }
    return claims
  }

  private mutating func labels(_ value: JSONValue?, _ path: String) -> [String: String] {
    var labels: [String: String] = [:]
    for (object, place) in objects(value, "\(path).display") {
      refuseUnknown(object, ["locale", "label", "description"], at: place)
      let locale = text(object["locale"], "\(place).locale", upTo: 35)
      let label = text(object["label"], "\(place).label", upTo: 100)
      if object["description"] != nil {
        _ = text(object["description"], "\(place).description", upTo: 1_000)
      }
      guard let locale, let label else { continue }
      if labels.updateValue(label, forKey: locale) != nil {
        report(.typeFileValue, "this locale is there twice", "\(place).locale")
      }
    }
    return labels
  }

  private mutating func steps(_ value: JSONValue?, _ path: String) -> [TypeMetadata.PathStep]? {
    var steps: [TypeMetadata.PathStep] = []
    for element in value?.arrayValue ?? [] {
      switch element {
      case .string(let name): steps.append(.member(name))
      case .null: steps.append(.all)
      case .integer(let index) where (0..<1_000).contains(index): steps.append(.element(Int(index)))
      default: steps = []
      }
    }
    guard case .member? = steps.first, steps.count == value?.arrayValue?.count else {
      report(
        .typeFileValue,
        "a path is an array: the claim's name, then names, null for all elements, or numbers",
        path)
      return nil
    }
    return steps
  }

  private mutating func objects(
    _ value: JSONValue?, _ path: String
  ) -> [(JSONObject, String)] {
    guard let value else {
      report(.typeFileMissing, "an array of objects is needed", path)
      return []
    }
    guard case .array(let elements) = value, elements.count <= 1_000 else {
      report(.typeFileValue, "this is an array of at most 1,000 objects", path)
      return []
    }
    var objects: [(JSONObject, String)] = []
    for (index, element) in elements.enumerated() {
      if case .object(let object) = element {
        objects.append((object, "\(path)[\(index)]"))
      } else {
        report(.typeFileValue, "an object is expected", "\(path)[\(index)]")
      }
    }
    return objects
  }

  private mutating func text(_ value: JSONValue?, _ path: String, upTo lengthMax: Int) -> String? {
    guard let value else {
      report(.typeFileMissing, "a text is needed", path)
      return nil
    }
    if let text = value.stringValue, (1...lengthMax).contains(text.unicodeScalars.count) {
      return text
    }
    report(.typeFileValue, "a text of 1 to \(lengthMax) characters is expected", path)
    return nil
  }

  private mutating func refuseUnknown(
    _ object: JSONObject, _ known: Set<String>, at path: String
  ) {
    for name in object.names where !known.contains(name) {
      report(
        .typeFileUnknown,
        "a type file has no such member here; it has "
          + known.sorted().joined(separator: ", "), "\(path).\(SchemaNode.shown(name))")
    }
  }

  private mutating func report(_ code: CertificatesError.Code, _ message: String, _ path: String) {
    problems.append(CertificatesError(code, message, at: path))
  }
}
