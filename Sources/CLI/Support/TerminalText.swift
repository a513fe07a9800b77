/// Text from files that may be hostile, made fit for a terminal.
enum TerminalText {
  /// One line in which nothing moves the cursor, turns the direction of writing or stays unseen:
  /// such characters are written as `\u{202E}`. Longer texts are cut, with their length.
  static func line(_ text: String, maximumLength: Int = 400) -> String {
    var result = ""
    var length = 0
    for scalar in text.unicodeScalars {
      if length == maximumLength {
        return result + "… (\(text.unicodeScalars.count) characters)"
      }
      length += 1
      if isHarmless(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
    return result
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    if (0x20..<0x7F).contains(scalar.value) { return true }
    return switch scalar.properties.generalCategory {
    // Variation selectors choose the form of an ideograph and are marks; all else that is
    // invisible, bidirectional, unassigned or a control is none of these.
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned: false
    default: true
    }
  }
}
