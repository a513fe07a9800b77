/// Reads a table record by record. Memory does not grow with the file.
///
/// RFC 4180 with LF or CRLF; a byte order mark is skipped; lines without a byte are skipped; every
/// record has as many fields as the first. Spec: encoding.md, "CSV".
///
/// After `wrongFieldCount`, `invalidText` and `noncharacter` reading can go on with the next
/// record, so that all faults of a file can be told at once. After any other error there is no
/// telling where the next record begins: every further call throws the same error.
public struct CSVReader: Sendable {
  /// The number of fields of the first record, once it has been read.
  public private(set) var columnCount: Int?

  private var source: any ByteSource
  private let encoding: TextEncoding
  private let limits: CSVLimits
  private var buffer: [UInt8] = []
  /// Where in the buffer the next record begins.
  private var start = 0
  /// Bytes of the file before the buffer.
  private var bufferOffset = 0
  private var line = 1
  private var isAtEnd = false
  private var isMarkChecked: Bool
  private var failure: EncodingError?

  private static let readBytes = 1 << 16

  /// Begins to read a source.
  public init(
    _ source: some ByteSource, encoding: TextEncoding = .utf8, limits: CSVLimits = CSVLimits()
  ) {
    self.init(source, encoding: encoding, limits: limits, isWholeFile: true)
  }

  init(
    _ source: some ByteSource, encoding: TextEncoding, limits: CSVLimits, isWholeFile: Bool
  ) {
    self.source = source
    self.encoding = encoding
    self.limits = limits
    // A record from the middle of a file may begin with the character that is a mark elsewhere.
    isMarkChecked = !isWholeFile
  }

  /// The next record, or nil at the end.
  ///
  /// Throws, with line and column: `unclosedQuote`, `textAfterQuote`, `quoteInField`, `nullByte`,
  /// `loneCarriageReturn`, `wrongFieldCount`, `tooManyFields`, `tooLarge`, `invalidText`,
  /// `noncharacter`; or what the source throws.
  public mutating func next() throws(EncodingError) -> CSVRecord? {
    if let failure { throw failure }
    let scan: CSVScan
    do throws(EncodingError) {
      if !isMarkChecked { try skipByteOrderMark() }
      guard let found = try nextScan() else { return nil }
      scan = found
    } catch {
      failure = error
      throw error
    }
    let recordStart = start
    let firstLine = line
    start += scan.byteCount + scan.terminatorCount
    line = scan.line + (scan.terminatorCount > 0 ? 1 : 0)
    let fields = try fields(of: scan, from: recordStart, line: firstLine)
    return CSVRecord(
      fields: fields, line: firstLine, byteOffset: bufferOffset + recordStart,
      byteCount: scan.byteCount)
  }

  /// Finds the end of the next record that is not an empty line.
  private mutating func nextScan() throws(EncodingError) -> CSVScan? {
    while true {
      var scan = CSVScan(line: line, limits: limits, fieldCount: columnCount ?? 16)
      while try !scan.advance(buffer[start...], isAtEnd: isAtEnd) { try refill() }
      guard scan.byteCount == 0 else { return scan }
      guard scan.terminatorCount > 0 else { return nil }
      start += scan.terminatorCount
      line += 1
    }
  }

  private mutating func refill() throws(EncodingError) {
    if start > 0 {
      buffer.removeSubrange(..<start)
      bufferOffset += start
      start = 0
    }
    let count = try source.read(into: &buffer, maximumCount: Self.readBytes)
    isAtEnd = count == 0
  }

  private mutating func skipByteOrderMark() throws(EncodingError) {
    while buffer.count < 4, !isAtEnd { try refill() }
    isMarkChecked = true
    if let message = ForeignFile.message(for: buffer) {
      throw EncodingError(.invalidText, message, at: .line(1, column: 1))
    }
    let mark = encoding.byteOrderMark
    if buffer.starts(with: mark) {
      start = mark.count
    } else if buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF]) {
      throw EncodingError(
        .invalidText, "the file is UTF-16; save it as CSV in UTF-8", at: .line(1, column: 1))
    } else if encoding == .gb18030, buffer.starts(with: TextEncoding.utf8.byteOrderMark) {
      throw EncodingError(
        .invalidText, "the file is UTF-8, not GB 18030; give no encoding",
        at: .line(1, column: 1))
    }
  }

  private mutating func fields(
    of scan: CSVScan, from recordStart: Int, line: Int
  ) throws(EncodingError) -> [String] {
    let expected = columnCount ?? scan.fields.count
    guard scan.fields.count == expected else {
      throw EncodingError(
        .wrongFieldCount,
        FieldCount.message(scan.fields.count, expected: expected),
        at: .line(line, column: nil))
    }
    var fields: [String] = []
    fields.reserveCapacity(expected)
    for (index, field) in scan.fields.enumerated() {
      let bytes = buffer[(recordStart + field.start)..<(recordStart + field.end)]
      do {
        fields.append(try encoding.decode(field.hasPairs ? Self.withoutPairs(bytes) : bytes))
      } catch {
        throw textFailure(error, at: .line(line, column: index + 1))
      }
    }
    columnCount = expected
    return fields
  }

  /// Makes one quote of each pair.
  private static func withoutPairs(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    var isFirstOfPair = false
    for byte in bytes {
      isFirstOfPair = byte == UInt8(ascii: "\"") && !isFirstOfPair
      if !isFirstOfPair { plain.append(byte) }
    }
    return plain[...]
  }

  private func textFailure(
    _ error: EncodingError, at place: EncodingError.Location
  ) -> EncodingError {
    guard error.code == .invalidText else {
      return EncodingError(error.code, error.message, at: place)
    }
    let remedy =
      encoding == .utf8
      ? "; if it comes from a Chinese Windows, give --encoding gb18030"
      : "; if it is UTF-8, give no encoding"
    return EncodingError(.invalidText, error.message + remedy, at: place)
  }
}
