/// Text from files that may be hostile, made fit for a terminal.
enum TerminalText {
  /// One line in which nothing moves the cursor, turns the direction of writing or stays unseen:
  /// such characters are written as `\u{202E}`. Longer texts are cut, with their length.
  static func line(_ text: String, maximumLength: Int = 400) -> String {
    // Nearly every text is as it should be, and short: building it anew is slow.
    if text.utf8.count <= maximumLength, text.unicodeScalars.allSatisfy(isHarmless) { return text }
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

  /// Several lines, each made fit; what was typed as an argument cannot break a line.
  static func lines(_ text: String, arguments: some Sequence<String>) -> String {
    var text = text
    for argument in arguments {
      // `--name=value` is also told by its parts.
      for part in [argument] + argument.split(separator: "=").map(String.init)
      where part.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
        text = text.replacing(part, with: line(part))
      }
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line(String($0), maximumLength: 4_000) }.joined(separator: "\n")
  }

  /// A text of many lines that was put together from parts; whoever put in a part that may be a
  /// stranger's made it one line before.
  static func page(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy({ $0 == "\n" || isHarmless($0) }) { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line(String($0), maximumLength: .max) }.joined(separator: "\n")
  }

  /// A cell of CSV: hidden characters as in ``line(_:maximumLength:)``, nothing cut; before what a
  /// spreadsheet would run as a formula stands an apostrophe. Numbers stay numbers.
  static func csvCell(_ text: String) -> String {
    let cell = line(text, maximumLength: .max)
    guard let first = cell.first, "=+-@".contains(first), cell.count > 1, Int64(cell) == nil
    else { return cell }
    return "'" + cell
  }

  /// JSON with the same value, in which a terminal obeys nothing and hides nothing: such
  /// characters, which stand in strings only, become escapes. For showing; what is signed has its
  /// own form.
  static func json(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0A }) { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 64)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar == "\n" || isHarmless(scalar) {
        result += UTF8.encode(scalar).map(Array.init) ?? []
      } else {
        for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
          let digits = String(unit, radix: 16)
          result += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
        }
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
