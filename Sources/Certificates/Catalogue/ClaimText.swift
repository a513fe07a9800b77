/// Which characters a claim may hold.
///
/// Text is kept and compared as given, never normalised: a name is what the register says. What
/// can be misread on a screen or a paper is refused: controls, marks that turn the direction of
/// writing, invisible fillers, and characters that do not exist. Rare ideographs, private use and
/// variation selectors pass. Spec: type-file.md, "Text".
package enum ClaimText {
  /// What a text is like, found in one pass.
  struct Findings {
    /// The number of Unicode scalars, which is the length JSON Schema counts.
    var length = 0
    /// The first reason to refuse the text.
    var objection: String?
  }

  static func examine(_ text: String) -> Findings {
    var findings = Findings()
    // Codes, addresses and digests are plain ASCII.
    let bytes = text.utf8Span.span
    if bytes.indices.allSatisfy({ bytes[$0] >= 0x20 && bytes[$0] < 0x7F }) {
      findings.length = bytes.count
      return findings
    }
    for scalar in text.unicodeScalars {
      findings.length += 1
      let value = scalar.value
      if value >= 0x20, value < 0x7F { continue }
      // The common case by far: the plain ideographs.
      if value >= 0x3000, value < 0xD800 { continue }
      if findings.objection == nil { findings.objection = objection(to: value) }
    }
    return findings
  }

  /// Whether every character is permitted; line feed and tab are.
  package static func isPermitted(_ text: String) -> Bool { examine(text).objection == nil }

  /// The fault of a text, if it has one.
  package static func fault(in text: String) -> ClaimFault? {
    examine(text).objection.map { ClaimFault(.unpermittedCharacter, $0) }
  }

  private static func objection(to value: UInt32) -> String? {
    switch value {
    case 0x09, 0x0A: return nil
    case 0x00: return "the text holds the character NUL; remove it"
    case 0x01...0x1F, 0x7F...0x9F:
      return "the text holds the control character \(name(value)); remove it"
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
      return "the text holds \(name(value)), which turns the direction of writing; remove it"
    case 0x200B, 0x2060...0x2064, 0xFEFF, 0x206A...0x206F, 0x180E, 0x00AD:
      return "the text holds the invisible character \(name(value)); remove it"
    case 0x2028, 0x2029: return "the text holds the separator \(name(value)); use a line feed"
    case 0x2065, 0xFFF0...0xFFFB, 0xE0000...0xE00FF, 0xE01F0...0xE0FFF:
      return "the text holds the special or unassigned character \(name(value)); remove it"
    case 0xFDD0...0xFDEF: return "the text holds \(name(value)), which is no character"
    default:
      return value & 0xFFFE == 0xFFFE
        ? "the text holds \(name(value)), which is no character" : nil
    }
  }

  private static func name(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
