import Encoding
import Testing

/// Gives its bytes in pieces of a fixed size, to meet every boundary.
struct PiecewiseSource: ByteSource {
  var bytes: BytesSource
  let size: Int

  mutating func read(
    into buffer: inout [UInt8], maximumCount: Int
  ) throws(EncodingError) -> Int {
    try bytes.read(into: &buffer, maximumCount: min(size, maximumCount))
  }
}

/// All records, or the first error.
func records(
  _ bytes: [UInt8], encoding: TextEncoding = .utf8, limits: CSVLimits = CSVLimits(),
  pieceSize: Int = 1 << 20
) throws(EncodingError) -> [CSVRecord] {
  let source = PiecewiseSource(bytes: BytesSource(bytes), size: pieceSize)
  var reader = CSVReader(source, encoding: encoding, limits: limits)
  var records: [CSVRecord] = []
  while let record = try reader.next() { records.append(record) }
  return records
}

/// The fields of all records of a text.
func table(_ text: String) throws(EncodingError) -> [[String]] {
  try records(Array(text.utf8)).map(\.fields)
}

@Suite("CSV")
struct CSVTests {
  @Test(
    "tables are read as RFC 4180 says",
    arguments: [
      ("", []),
      ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
      ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
      ("a,b\n1,2\r\n3,4\n", [["a", "b"], ["1", "2"], ["3", "4"]]),
      ("\"a\",\"b\"\n\"1,2\",\"say \"\"hi\"\"\"\n", [["a", "b"], ["1,2", "say \"hi\""]]),
      ("a\n\"one\r\ntwo\"\n", [["a"], ["one\r\ntwo"]]),
      ("a\n\"old\rMac\"\n", [["a"], ["old\rMac"]]),
      ("a,b\n,\n", [["a", "b"], ["", ""]]),
      ("a\n\"\"\n", [["a"], [""]]),
      ("a\n\n\r\nb\n\n", [["a"], ["b"]]),
      ("a,b\n\"\",\"\"\"\"\n", [["a", "b"], ["", "\""]]),
      (" a , b\n", [[" a ", " b"]]),
      ("\u{FEFF}姓名,号码\n张三,𠮷\n", [["姓名", "号码"], ["张三", "𠮷"]]),
      ("\u{FEFF}\"a\",b\n", [["a", "b"]]),
      ("\u{FEFF}", []),
    ] as [(String, [[String]])])
  func reads(text: String, expected: [[String]]) throws {
    #expect(try table(text) == expected)
    for size in 1...5 {
      #expect(try records(Array(text.utf8), pieceSize: size).map(\.fields) == expected)
    }
  }

  private struct Fault {
    let text: String
    let code: EncodingError.Code
    let line: Int
    let column: Int?

    init(_ text: String, _ code: EncodingError.Code, _ line: Int, _ column: Int?) {
      self.text = text
      self.code = code
      self.line = line
      self.column = column
    }
  }

  private static let faults: [Fault] = [
    Fault("a,b\n1,\"2\n3,4\n", .unclosedQuote, 2, 2),
    Fault("a,b\n1,\"2\"3\n", .textAfterQuote, 2, 2),
    Fault("a,b\n1,\"2\" \n", .textAfterQuote, 2, 2),
    Fault("a,b\n1,2\"3\n", .quoteInField, 2, 2),
    Fault("a,b\n 1, \"2\"\n", .quoteInField, 2, 2),
    Fault("a,b\n1,2\r3,4\n", .loneCarriageReturn, 2, 2),
    Fault("a,b\n1,2\r", .loneCarriageReturn, 2, 2),
    Fault("a,b\n1,\u{0}\n", .nullByte, 2, 2),
    Fault("a,b\n1,\"\u{0}\"\n", .nullByte, 2, 2),
    Fault("a,b\n1\n", .wrongFieldCount, 2, nil),
    Fault("a,b\n\n1,2,3\n", .wrongFieldCount, 3, nil),
    Fault("a,b\n\"x\ny\",\"2\"3\n", .textAfterQuote, 3, 2),
  ]

  @Test("faults have their own code and the place where they begin")
  func placesOfFaults() {
    for fault in Self.faults {
      for size in [1, 2, 3, 1 << 20] {
        let error = #expect(throws: EncodingError.self) {
          try records(Array(fault.text.utf8), pieceSize: size)
        }
        #expect(error?.code == fault.code, "\(fault.text)")
        #expect(error?.location == .line(fault.line, column: fault.column), "\(fault.text)")
      }
    }
  }

  @Test("a noncharacter, which JSON could not carry, is refused by line and column")
  func noncharacter() {
    let text = Array("a,b\n1,".utf8) + [0xEF, 0xB7, 0x90]
    let error = #expect(throws: EncodingError.self) { try records(text) }
    #expect(error?.code == .noncharacter)
    #expect(error?.location == .line(2, column: 2))
  }

  @Test("after a record of wrong width or with invalid text reading goes on")
  func goesOn() throws {
    let bytes = Array("a,b\n1\n".utf8) + [0xFF] + Array(",2\n3,4\n".utf8)
    var reader = CSVReader(BytesSource(bytes))
    #expect(try reader.next()?.fields == ["a", "b"])
    #expect(throws: EncodingError(.wrongFieldCount, "")) { try reader.next() }
    let error = #expect(throws: EncodingError.self) { try reader.next() }
    #expect(error?.code == .invalidText)
    #expect(error?.description.contains("--encoding gb18030") == true)
    let record = try reader.next()
    #expect(record?.fields == ["3", "4"])
    #expect(record?.line == 4)
    #expect(try reader.next() == nil)
    #expect(try reader.next() == nil)
  }

  @Test("after any other fault every call throws it again")
  func stays() throws {
    var reader = CSVReader(BytesSource(Array("a\nx\"y\nb\n".utf8)))
    _ = try reader.next()
    for _ in 0..<3 {
      #expect(throws: EncodingError(.quoteInField, "")) { try reader.next() }
    }
  }

  @Test("a record can be read again from its place in the file")
  func rereads() throws {
    let path = try temporaryPath("table.csv")
    let text = "\u{FEFF}名,b\r\n\r\n\"甲\r\n乙\",2\r\n\u{FEFF}x,\"\"\n3,4"
    try BoundedFile.writeAtomically(path: path, bytes: Array(text.utf8))
    let file = try RandomAccessFile(path: path)
    var reader = CSVReader(try FileByteSource(path: path))
    var lines: [Int] = []
    while let record = try reader.next() {
      lines.append(record.line)
      let bytes = try file.read(offset: record.byteOffset, count: record.byteCount)
      let again = try CSVRecord.parse(recordBytes: bytes, encoding: .utf8)
      #expect(again == record.fields)
    }
    #expect(lines == [1, 3, 5, 6])
    #expect(file.size == text.utf8.count)
    #expect(throws: EncodingError(.unexpectedEnd, "")) {
      try file.read(offset: file.size - 1, count: 2)
    }
    #expect(throws: EncodingError(.trailingBytes, "")) {
      try CSVRecord.parse(recordBytes: Array("a\nb".utf8), encoding: .utf8)
    }
  }

  @Test("bounds on fields, records and columns hold at their exact values")
  func bounds() throws {
    let limits = CSVLimits(fieldBytesMax: 8, recordBytesMax: 12, columnsMax: 3)
    func code(_ text: String) -> EncodingError.Code? {
      EncodingTests.code { () throws(EncodingError) in
        try records(Array(text.utf8), limits: limits, pieceSize: 3)
      }
    }
    #expect(code("12345678\n") == nil)
    #expect(code("123456789\n") == .tooLarge)
    #expect(code("\"123456789") == .tooLarge)
    #expect(code("1234,5678901\n") == nil)
    #expect(code("1234,56789012\n") == .tooLarge)
    #expect(code("1,2,3\n") == nil)
    #expect(code("1,2,3,4\n") == .tooManyFields)
  }

  @Test("a field without end does not fill the memory")
  func endless() {
    struct Endless: ByteSource {
      mutating func read(
        into buffer: inout [UInt8], maximumCount: Int
      ) throws(EncodingError) -> Int {
        buffer.append(contentsOf: [UInt8](repeating: UInt8(ascii: "x"), count: maximumCount))
        return maximumCount
      }
    }
    var reader = CSVReader(Endless())
    #expect(throws: EncodingError(.tooLarge, "")) { try reader.next() }
  }

  @Test("UTF-16 is named, in both byte orders")
  func utf16() {
    for bytes: [UInt8] in [[0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61]] {
      let error = #expect(throws: EncodingError.self) { try records(bytes) }
      #expect(error?.code == .invalidText)
      #expect(error?.message.contains("UTF-16") == true)
    }
  }

  @Test("what the writer writes the reader reads")
  func writes() throws {
    let rows = [["a", "b"], ["1,2", "say \"hi\""], ["one\r\ntwo", ""], ["\n", "𠮷"]]
    for lineEnd in [CSVWriter.LineEnd.crlf, .lf] {
      var writer = CSVWriter(lineEnd: lineEnd, withByteOrderMark: lineEnd == .crlf)
      for row in rows { writer.record(row) }
      #expect(try records(writer.take()).map(\.fields) == rows)
      #expect(writer.bytes.isEmpty)
    }
    var single = CSVWriter(lineEnd: .lf)
    single.record([""])
    #expect(try records(single.bytes).map(\.fields) == [[""]])
    #expect(CSVWriter.escape("plain") == "plain")
    #expect(CSVWriter.escape("a\"b") == "\"a\"\"b\"")
  }
}

@Suite("CSV in GB 18030")
struct GB18030Tests {
  /// 姓名,备注 / 张三,"镕,㐂𠮷" with 㐂 (U+3402) and 𠮷 (U+20BB7) in four bytes each.
  private static let bytes: [UInt8] =
    [0xD0, 0xD5, 0xC3, 0xFB, 0x2C, 0xB1, 0xB8, 0xD7, 0xA2, 0x0D, 0x0A]
    + [0xD5, 0xC5, 0xC8, 0xFD, 0x2C, 0x22, 0xE9, 0x46, 0x2C, 0x81, 0x39, 0xEF, 0x31]
    + [0x95, 0x34, 0xB2, 0x35, 0x22, 0x0D, 0x0A]

  @Test("two- and four-byte characters are read, with their mark or without, in any pieces")
  func reads() throws {
    let mark: [UInt8] = [0x84, 0x31, 0x95, 0x33]
    for size in [1, 2, 3, 100] {
      for bytes in [Self.bytes, mark + Self.bytes] {
        let rows = try records(bytes, encoding: .gb18030, pieceSize: size)
        #expect(rows.map(\.fields) == [["姓名", "备注"], ["张三", "镕,㐂𠮷"]])
      }
    }
  }

  @Test("bytes that are no GB 18030 are refused, and the next record is still read")
  func refuses() throws {
    let bad: [[UInt8]] = [
      [0xFF], [0x81], [0x81, 0x20], [0x81, 0x30, 0x81], [0xFE, 0x39, 0xFE, 0x39],
    ]
    for bytes in bad {
      let text = Array("a\n\"".utf8) + bytes + Array("\"\nb\n".utf8)
      var reader = CSVReader(BytesSource(text), encoding: .gb18030)
      _ = try reader.next()
      #expect(throws: EncodingError(.invalidText, ""), "\(bytes)") { try reader.next() }
      #expect(try reader.next()?.fields == ["b"])
    }
  }

  @Test("GB 18030 read as UTF-8, and UTF-8 as GB 18030, say which to give")
  func confused() {
    let asUTF8 = #expect(throws: EncodingError.self) { try records(Self.bytes) }
    #expect(asUTF8?.description.contains("--encoding gb18030") == true)
    let marked = Array("\u{FEFF}姓名\n".utf8)
    let asGB = #expect(throws: EncodingError.self) { try records(marked, encoding: .gb18030) }
    #expect(asGB?.description.contains("UTF-8") == true)
  }

  @Test("encodings go by their usual names")
  func names() {
    #expect(TextEncoding(name: "UTF-8") == .utf8)
    #expect(TextEncoding(name: "utf8") == .utf8)
    #expect(TextEncoding(name: "GBK") == .gb18030)
    #expect(TextEncoding(name: "gb18030") == .gb18030)
    #expect(TextEncoding(name: "big5") == nil)
  }
}
