/// Finds the fields and the end of one record in raw bytes, which may arrive in pieces.
///
/// UTF-8 and GB 18030 never use the bytes of comma, quote, CR, LF and NUL for anything else (GB
/// 18030's second to fourth bytes are 30–39, 40–7E and 80–FE), so nothing is decoded here.
struct CSVScan {
  /// A field's place, counted from the record's start, quotes left out.
  struct Field {
    var start: Int
    var end: Int
    /// Whether quotes stand in pairs inside.
    var hasPairs = false
  }

  private enum State {
    case fieldStart, plain, quoted, quoteInQuoted
  }

  /// The fields found so far.
  private(set) var fields: [Field] = []
  /// Bytes of the record without its line end.
  private(set) var byteCount = 0
  /// 0 at the end of the file, 1 for LF, 2 for CRLF.
  private(set) var terminatorCount = 0
  /// The line of the last byte that was looked at.
  private(set) var line: Int

  private let limits: CSVLimits
  private var state = State.fieldStart
  private var field = Field(start: 0, end: 0)
  private var position = 0
  /// The line of the quote that opened the field.
  private var quoteLine = 0

  /// Begins at a line; `fieldCount` fields are expected.
  init(line: Int, limits: CSVLimits, fieldCount: Int) {
    self.line = line
    self.limits = limits
    fields.reserveCapacity(fieldCount)
  }

  /// Goes on through the record's bytes from its start; false if more are needed.
  mutating func advance(
    _ slice: ArraySlice<UInt8>, isAtEnd: Bool
  ) throws(EncodingError) -> Bool {
    let bytes = slice.span
    while position < bytes.count {
      let byte = bytes[position]
      // Letters and the bytes of other scripts are the bulk; they mean nothing here.
      if byte > UInt8(ascii: ","), state == .plain || state == .quoted {
        position += 1
        continue
      }
      switch byte {
      case UInt8(ascii: "\n") where state != .quoted:
        try endRecord(terminator: 1)
        return true
      case UInt8(ascii: "\r") where state != .quoted:
        guard position + 1 < bytes.count || isAtEnd else { return try needsMore() }
        guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\n") else {
          throw fault(.loneCarriageReturn, "a carriage return without a line feed after it")
        }
        try endRecord(terminator: 2)
        return true
      case 0:
        throw fault(
          .nullByte, "a zero byte: the file is binary or UTF-16; save it as CSV in UTF-8")
      default: try step(byte)
      }
    }
    guard isAtEnd else { return try needsMore() }
    guard state != .quoted else {
      line = quoteLine
      throw fault(.unclosedQuote, "the quote that begins this field is never closed")
    }
    try endRecord(terminator: 0)
    return true
  }

  private mutating func step(_ byte: UInt8) throws(EncodingError) {
    let isQuote = byte == UInt8(ascii: "\"")
    switch state {
    case .fieldStart where isQuote:
      state = .quoted
      quoteLine = line
      field = Field(start: position + 1, end: position + 1)
    case .fieldStart, .plain:
      if byte == UInt8(ascii: ",") {
        try endField(at: position)
      } else if isQuote {
        throw fault(
          .quoteInField, "a quote inside a field; put the field in quotes and write it twice")
      } else {
        state = .plain
      }
    case .quoted:
      if byte == UInt8(ascii: "\n") { line += 1 }
      if isQuote {
        state = .quoteInQuoted
        field.end = position
      }
    case .quoteInQuoted:
      if isQuote {
        state = .quoted
        field.hasPairs = true
      } else if byte == UInt8(ascii: ",") {
        try endField(at: field.end)
      } else {
        throw fault(.textAfterQuote, "text after a closing quote; write a quote in a field twice")
      }
    }
    position += 1
  }

  private mutating func endField(at end: Int) throws(EncodingError) {
    field.end = end
    guard field.end - field.start <= limits.fieldBytesMax else { throw fieldTooLarge() }
    guard fields.count < limits.columnsMax else {
      throw fault(.tooManyFields, "the record has more than \(limits.columnsMax) fields")
    }
    fields.append(field)
    field = Field(start: position + 1, end: position + 1)
    state = .fieldStart
  }

  private mutating func endRecord(terminator: Int) throws(EncodingError) {
    try endField(at: state == .quoteInQuoted ? field.end : position)
    byteCount = position
    terminatorCount = terminator
    try checkRecordSize()
  }

  private func needsMore() throws(EncodingError) -> Bool {
    guard position - field.start <= limits.fieldBytesMax else { throw fieldTooLarge() }
    try checkRecordSize()
    return false
  }

  private func checkRecordSize() throws(EncodingError) {
    guard position <= limits.recordBytesMax else {
      throw fault(.tooLarge, "the record is larger than \(limits.recordBytesMax) bytes")
    }
  }

  private func fieldTooLarge() -> EncodingError {
    let hint = state == .quoted ? "; perhaps a quote is never closed" : ""
    return fault(.tooLarge, "the field is larger than \(limits.fieldBytesMax) bytes\(hint)")
  }

  private func fault(_ code: EncodingError.Code, _ message: String) -> EncodingError {
    EncodingError(code, message, at: .line(line, column: fields.count + 1))
  }
}
