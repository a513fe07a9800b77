import Encoding

/// Where claims stand: names, or all elements of an array (OpenID4VP 1.0, §7).
///
/// The first step is a name; certificates are objects. Positions in an array are not taken: in
/// what is shown the elements that are not are gone, and the others have moved up.
public struct ClaimPath: Sendable, Hashable, CustomStringConvertible {
  /// One step.
  public enum Step: Sendable, Hashable {
    /// A member of an object.
    case name(String)
    /// All elements of an array that are shown.
    case all
  }

  /// The most steps.
  public static let stepCountMax = 8
  /// The most bytes of a name.
  public static let nameByteCountMax = 128

  /// The steps from the top.
  public let steps: [Step]

  /// The path to a claim of its own. Throws `query_invalid` for an empty or too long name.
  public init(_ name: String) throws(CertificatesError) {
    guard Self.isName(name) else {
      throw CertificatesError(
        .queryInvalid, "the name of a claim has 1 to \(Self.nameByteCountMax) bytes", at: "claims")
    }
    steps = [.name(name)]
  }

  /// Reads `["holders",null,"name"]`. Throws `query_invalid`, and `query_unsupported` for a
  /// position.
  init(_ value: JSONValue, at place: String) throws(CertificatesError) {
    guard let elements = value.arrayValue, (1...Self.stepCountMax).contains(elements.count) else {
      throw CertificatesError(
        .queryInvalid, "a path has 1 to \(Self.stepCountMax) steps", at: place)
    }
    var steps: [Step] = []
    for element in elements {
      switch element {
      case .null: steps.append(.all)
      case .string(let name) where Self.isName(name): steps.append(.name(name))
      case .integer:
        throw CertificatesError(
          .queryUnsupported, "a position in a list cannot be asked for; null asks for all of it",
          at: place)
      default:
        throw CertificatesError(.queryInvalid, "a step is a name or null", at: place)
      }
    }
    guard case .name = steps[0] else {
      throw CertificatesError(.queryInvalid, "a path begins with a name", at: place)
    }
    self.steps = steps
  }

  private static func isName(_ name: String) -> Bool {
    (1...nameByteCountMax).contains(name.utf8.count)
  }

  /// The name of the claim at the top.
  public var claim: String {
    if case .name(let name) = steps[0] { return name }
    return ""
  }

  /// `holders[].name`. Names are a stranger's: to be made fit for a terminal.
  public var description: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .name(let name): text += text.isEmpty ? name : ".\(name)"
      case .all: text += "[]"
      }
    }
  }

  var json: JSONValue {
    .array(
      steps.map { step in
        switch step {
        case .name(let name): .string(name)
        case .all: .null
        }
      })
  }

  /// What the path selects, with the exact place of each.
  ///
  /// Nothing at all where a step does not fit what it meets (§7.1.1); a list without an element
  /// shows nothing and is not selected.
  func selected(in claims: JSONObject) -> [(place: [SDJWT.PathStep], value: JSONValue)] {
    var found: [(place: [SDJWT.PathStep], value: JSONValue)] = [([], .object(claims))]
    for step in steps {
      var next: [(place: [SDJWT.PathStep], value: JSONValue)] = []
      for one in found {
        switch (step, one.value) {
        case (.name(let name), .object(let object)):
          if let value = object[name] { next.append((one.place + [.name(name)], value)) }
        case (.all, .array(let elements)):
          for (index, element) in elements.enumerated() {
            next.append((one.place + [.index(index)], element))
          }
        default: return []
        }
      }
      found = next
    }
    return found.filter { $0.value != .array([]) }
  }
}
