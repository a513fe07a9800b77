/// Writes a table as RFC 4180 text in UTF-8.
public struct CSVWriter: Sendable {
  /// What ends a record.
  public enum LineEnd: Sendable {
    /// CR LF, as RFC 4180 and spreadsheets have it.
    case crlf
    /// LF, for tools on Unix.
    case lf
  }

  /// The text so far.
  public private(set) var bytes: [UInt8] = []
  private let lineEnd: LineEnd

  /// Begins a table. The mark makes spreadsheets on Windows read UTF-8.
  public init(lineEnd: LineEnd = .crlf, withByteOrderMark hasMark: Bool = false) {
    self.lineEnd = lineEnd
    if hasMark { bytes = TextEncoding.utf8.byteOrderMark }
  }

  /// Appends a record.
  public mutating func record(_ fields: [String]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: Self.escape(field).utf8)
    }
    // A line without a byte is skipped by readers.
    if fields == [""] { bytes.append(contentsOf: "\"\"".utf8) }
    bytes.append(contentsOf: (lineEnd == .crlf ? "\r\n" : "\n").utf8)
  }

  /// Hands the text over and begins anew, for writing piece by piece.
  public mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// A field as it stands in a record: in quotes if it holds a comma, a quote, CR or LF.
  public static func escape(_ field: String) -> String {
    let needsQuotes = field.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
    }
    guard needsQuotes else { return field }
    var quoted = [UInt8(ascii: "\"")]
    for byte in field.utf8 {
      if byte == UInt8(ascii: "\"") { quoted.append(byte) }
      quoted.append(byte)
    }
    quoted.append(UInt8(ascii: "\""))
    return String(decoding: quoted, as: UTF8.self)
  }
}
