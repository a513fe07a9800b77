import Encoding
import Foundation

/// How a result is written.
enum OutputFormat: String, CaseIterable, Sendable {
  case text, json, csv
}

/// The command's two streams: standard output carries the result alone, standard error the rest.
struct Console: Sendable {
  let format: OutputFormat
  let isQuiet: Bool
  let errorIsTerminal: Bool
  /// The most characters of one line on standard error.
  private static let lineLengthMax = 4_000

  init(format: OutputFormat, isQuiet: Bool) {
    self.format = format
    self.isQuiet = isQuiet
    errorIsTerminal = isatty(STDERR_FILENO) == 1
  }

  /// Writes the result in the chosen form; text and table are made only when wanted.
  func result(_ json: JSONValue, text: () -> String, table: (() -> Table)? = nil) throws {
    switch format {
    case .json: Self.write(Self.bytes(json), to: STDOUT_FILENO)
    case .text: Self.write(Array(TerminalText.page(text()).utf8), to: STDOUT_FILENO)
    case .csv:
      guard let table else { throw Failure.noTable }
      Self.write(table().csvBytes, to: STDOUT_FILENO)
    }
  }

  /// Advice on standard error; vanishes when nobody is there to read it.
  func hint(_ text: String) {
    guard !isQuiet, errorIsTerminal, format != .json else { return }
    Self.write(Array("kanhe: hint: \(text)\n".utf8), to: STDERR_FILENO)
  }

  /// What people should know beside the result, such as why a table has no row.
  func note(_ text: String) {
    guard !isQuiet, format != .json else { return }
    Self.write(Array("kanhe: note: \(text)\n".utf8), to: STDERR_FILENO)
  }

  /// Something that the user must see even in a script.
  func warning(_ text: String) {
    let line = TerminalText.line(text, maximumLength: Self.lineLengthMax)
    Self.write(Array("kanhe: warning: \(line)\n".utf8), to: STDERR_FILENO)
  }

  /// Reports a failure in the chosen form.
  func report(_ failure: Failure) {
    if format == .json {
      Self.write(Self.bytes(failure.json), to: STDERR_FILENO)
      return
    }
    // A file's name may be an attacker's.
    let message = TerminalText.line(failure.message, maximumLength: Self.lineLengthMax)
    var lines = "kanhe: error: \(message)\n"
    if let hint = failure.hint {
      lines += "kanhe: hint: \(TerminalText.line(hint, maximumLength: Self.lineLengthMax))\n"
    }
    Self.write(Array(lines.utf8), to: STDERR_FILENO)
  }

  private static func bytes(_ json: JSONValue) -> [UInt8] {
    TerminalText.json(json.canonicalBytes()) + [0x0A]
  }

  /// Writes all bytes, going on after short writes; a closed pipe ends the output silently.
  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var offset = 0
    while offset < bytes.count {
      let written = unsafe bytes[offset...].withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        return
      }
      offset += written
    }
  }
}

/// Rows under a header, for aligned text and for CSV.
struct Table: Sendable {
  /// The most characters of a cell that a terminal shows.
  private static let cellLengthMax = 4_000

  var header: [String]
  var rows: [[String]] = []

  init(header: [String], rows: [[String]] = []) {
    self.header = header
    self.rows = rows
  }

  /// Rows of two columns or more, without a header.
  init(rows: [[String]]) { self.init(header: [], rows: rows) }

  /// A column for each of the members named; texts and whole numbers as they are.
  init(objects: [JSONObject], columns: [String]) {
    self.init(
      header: columns,
      rows: objects.map { object in
        columns.map { object[$0]?.stringValue ?? object[$0]?.integerValue.map(String.init) ?? "" }
      })
  }

  var csvBytes: [UInt8] { ([header] + rows).flatMap(Self.csvRecord) }

  /// A record of CSV that neither a terminal nor a spreadsheet obeys.
  static func csvRecord(_ cells: [String]) -> [UInt8] {
    let fields = cells.map { CSVWriter.escape(TerminalText.csvCell($0)) }
    return Array((fields.joined(separator: ",") + "\n").utf8)
  }

  /// Columns padded to their widest cell; wide characters count two. Cells may be a stranger's.
  var aligned: String {
    let all = (header.isEmpty ? rows : [header] + rows).map { row in
      row.map { TerminalText.line($0, maximumLength: Self.cellLengthMax) }
    }
    let widths = (0..<(all.map(\.count).max() ?? 0)).map { column in
      all.map { column < $0.count ? Self.width($0[column]) : 0 }.max() ?? 0
    }
    var text = ""
    for row in all {
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column + 1 < row.count {
          line += String(repeating: " ", count: widths[column] - Self.width(cell) + 2)
        }
      }
      // A last cell may be empty.
      text += (line.lastIndex { $0 != " " }.map { line[...$0] } ?? "") + "\n"
    }
    return text
  }

  /// Terminal columns: ideographs and full-width forms take two, marks that join others none.
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: return sum
      default: break
      }
      return switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
        sum + 2
      default: sum + 1
      }
    }
  }
}
