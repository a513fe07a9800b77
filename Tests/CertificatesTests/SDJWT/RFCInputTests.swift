import Certificates
import Cryptography
import Encoding
import Testing

/// Hides the inputs of the RFC's examples as their `!sd` tags say and brings them out again.
@Suite struct RFCInputTests {
  static let names = [
    "address_only_flat", "address_only_recursive", "address_only_structured", "arf-pid",
    "complex_eidas", "complex_ekyc", "json_serialization_flattened", "simple",
    "simple_structured", "w3c-vc",
  ]

  @Test("the RFC's inputs come out again, and hidden claims stay hidden", arguments: names)
  func input(name: String) throws {
    guard let bytes = try Vectors.bytes("sd-jwt/rfc9901-inputs/\(name).yml") else { return }
    var reader = TaggedClaimsReader(String(decoding: bytes, as: UTF8.self))
    let (claims, frame) = reader.object(indent: 2)
    #expect(claims.count > 0)
    let hidden = try SDJWT.hide(claims, frame: frame, random: SystemRandom())
    let all = try SDJWT.process(hidden.payload, disclosures: hidden.disclosures, visible: [])
    #expect(all.claims == claims)
    #expect(hidden.disclosures.count == reader.tagCount)
    let none = try SDJWT.process(hidden.payload, disclosures: [], visible: [])
    #expect(none.claims.names == claims.names.filter { !frame.hidden.contains($0) })
  }
}

/// The part of YAML that the RFC's inputs use: maps, lists and scalars, with `!sd` before a key or
/// an element. Texts stay texts; numbers and booleans are not told apart from them.
struct TaggedClaimsReader {
  private var lines: [Substring]
  private var position = 0
  private(set) var tagCount = 0

  init(_ text: String) {
    lines = text.split(separator: "\n").filter { line in
      let trimmed = line.drop { $0 == " " }
      return !trimmed.isEmpty && !trimmed.hasPrefix("#")
    }
    position = (lines.firstIndex { $0.hasPrefix("user_claims:") } ?? lines.count) + 1
  }

  private var next: (indent: Int, text: Substring)? {
    guard position < lines.count else { return nil }
    let text = lines[position].drop { $0 == " " }
    return (lines[position].count - text.count, text)
  }

  mutating func object(indent: Int) -> (JSONObject, DisclosureFrame) {
    var object = JSONObject()
    var frame = DisclosureFrame()
    while let (depth, text) = next, depth == indent, !text.hasPrefix("- ") {
      position += 1
      let isHidden = text.hasPrefix("!sd ")
      let line = isHidden ? text.dropFirst(4) : text
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.scalar(parts[0])
      let rest = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
      let (value, child) = rest.isEmpty ? below(indent) : (.string(Self.scalar(rest)), nil)
      object.append(name, value)
      frame.children[name] = child
      if isHidden {
        frame.hidden.insert(name)
        tagCount += 1
      }
    }
    return (object, frame)
  }

  /// The value in the lines after a name: a map deeper in, or a list, perhaps at the same depth.
  private mutating func below(_ indent: Int) -> (JSONValue, DisclosureFrame?) {
    guard let (depth, text) = next, depth >= indent else { return (.null, nil) }
    if text.hasPrefix("- ") { return list(indent: depth) }
    let (object, frame) = object(indent: depth)
    return (.object(object), frame)
  }

  private mutating func list(indent: Int) -> (JSONValue, DisclosureFrame?) {
    var elements: [JSONValue] = []
    var frame = DisclosureFrame()
    while let (depth, text) = next, depth == indent, text.hasPrefix("- ") {
      position += 1
      let isHidden = text.hasPrefix("- !sd")
      let rest = text.dropFirst(isHidden ? 5 : 2).drop { $0 == " " }
      let (value, child) = rest.isEmpty ? below(indent + 1) : (.string(Self.scalar(rest)), nil)
      frame.children[String(elements.count)] = child
      if isHidden {
        frame.hidden.insert(String(elements.count))
        tagCount += 1
      }
      elements.append(value)
    }
    return (.array(elements), frame)
  }

  private static func scalar(_ text: Substring) -> String {
    let quotes: Set<Character> = ["\"", "'"]
    guard let first = text.first, quotes.contains(first), text.last == first else {
      return String(text)
    }
    return String(text.dropFirst().dropLast())
  }
}
