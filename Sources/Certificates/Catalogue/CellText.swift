import Encoding

/// How the text of a cell becomes a value. Nothing is guessed that could mean two things.
package enum CellText {
  /// What is told of a rounded number.
  package static let roundedMessage =
    "the spreadsheet has rounded this number; format the column as text and enter it again"

  /// A day written year first, as a spreadsheet may have rewritten it, as YYYY-MM-DD; other text
  /// comes back as it was, to be refused by the check of the day.
  ///
  /// Taken: `2026-01-05`, `2026/1/5`, `2026.1.5`, `2026-1-5`, `2026年1月5日`, `20260105`.
  static func day(_ text: String) -> String {
    let bytes = Array(text.utf8)
    if bytes.count == 10, bytes[4] == 45, bytes[7] == 45 { return text }
    if bytes.count == 8, bytes.allSatisfy({ (48...57).contains($0) }) {
      return "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))"
    }
    var body = text[...]
    if body.hasSuffix("日"), body.contains("年"), body.contains("月") { body = body.dropLast() }
    let separators: [(Character, Character)] = [("-", "-"), ("/", "/"), (".", "."), ("年", "月")]
    for (first, second) in separators {
      guard let one = body.firstIndex(of: first) else { continue }
      let rest = body[body.index(after: one)...]
      guard let two = rest.firstIndex(of: second) else { continue }
      let parts = [body[..<one], rest[..<two], rest[rest.index(after: two)...]]
      guard parts[0].utf8.count == 4,
        parts.dropFirst().allSatisfy({ (1...2).contains($0.utf8.count) }),
        parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
      else { return text }
      let padded = parts.dropFirst().map { $0.utf8.count == 1 ? "0\($0)" : String($0) }
      return "\(parts[0])-\(padded[0])-\(padded[1])"
    }
    return text
  }

  /// Whether a spreadsheet has turned a long row of digits into a rounded number, `1.10E+17`.
  package static func isRounded(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count <= 24, let sign = bytes.firstIndex(of: 43), sign > 1,
      bytes[sign - 1] | 0x20 == 101, sign + 1 < bytes.count
    else { return false }
    return bytes[..<(sign - 1)].allSatisfy { (48...57).contains($0) || $0 == 46 }
      && bytes[(sign + 1)...].allSatisfy { (48...57).contains($0) }
  }

  /// The value of a cell for a schema of a single value; a fault where the text is no such value.
  static func value(_ text: String, for node: SchemaNode) -> Result<JSONValue, CellFault> {
    switch node.kind {
    case .integer:
      if let number = integer(text) { return .success(.integer(number)) }
      return .failure(CellFault("write a whole number in digits, without separators"))
    case .number:
      if let number = number(text) { return .success(number) }
      return .failure(CellFault("write a number in digits with a decimal point, such as 153.6"))
    case .boolean:
      switch text {
      case "true", "TRUE", "True", "是": return .success(.boolean(true))
      case "false", "FALSE", "False", "否": return .success(.boolean(false))
      default: return .failure(CellFault("write true or false, or 是 or 否"))
      }
    default:
      return .success(.string(node.isDay ? day(text) : text))
    }
  }

  struct CellFault: Error {
    let message: String
    init(_ message: String) { self.message = message }
  }

  private static func integer(_ text: String) -> Int64? {
    let digits = text.utf8.first == 45 ? text.utf8.dropFirst() : text.utf8[...]
    guard (1...16).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }),
      digits.count == 1 || digits.first != 48, let value = Int64(text),
      abs(value) <= JSONValue.integerMax
    else { return nil }
    return value
  }

  private static func number(_ text: String) -> JSONValue? {
    if let whole = integer(text) { return .integer(whole) }
    guard let last = text.utf8.last, (48...57).contains(last), let first = text.utf8.first,
      (48...57).contains(first) || first == 45
    else { return nil }
    do { return try JSONValue(parsing: Array(text.utf8), maximumBytes: 64) } catch { return nil }
  }
}
