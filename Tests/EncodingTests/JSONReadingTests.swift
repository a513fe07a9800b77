import Encoding
import Testing

@Suite("Strict JSON")
struct JSONReadingTests {
  private struct Fault {
    let text: String
    let code: EncodingError.Code
    let offset: Int

    init(_ text: String, _ code: EncodingError.Code, _ offset: Int) {
      self.text = text
      self.code = code
      self.offset = offset
    }
  }

  private static let faults: [Fault] = [
    Fault("", .unexpectedEnd, 0), Fault(" ", .unexpectedEnd, 1), Fault("{", .unexpectedEnd, 1),
    Fault("[1,", .unexpectedEnd, 3), Fault("\"ab", .unexpectedEnd, 3),
    Fault("-", .unexpectedEnd, 1), Fault("1.", .unexpectedEnd, 2), Fault("1e", .unexpectedEnd, 2),
    Fault("tru", .unexpectedEnd, 3), Fault("\"\\u12", .unexpectedEnd, 5),
    Fault("{} x", .trailingBytes, 3), Fault("1 2", .trailingBytes, 2),
    Fault("[1,]", .invalidJSON, 3), Fault("{\"a\":1,}", .invalidJSON, 7),
    Fault("{a:1}", .invalidJSON, 1), Fault("{\"a\" 1}", .invalidJSON, 5),
    Fault("[1 2]", .invalidJSON, 3), Fault("'a'", .invalidJSON, 0), Fault("01", .invalidJSON, 1),
    Fault("+1", .invalidJSON, 0), Fault(".5", .invalidJSON, 0), Fault("1.e1", .invalidJSON, 2),
    Fault("NaN", .invalidJSON, 0), Fault("nulL", .invalidJSON, 3),
    Fault("\"\\x\"", .invalidJSON, 1), Fault("\"\t\"", .invalidJSON, 1),
    Fault("\"\\u00g0\"", .invalidJSON, 5), Fault("\u{FEFF}{}", .invalidJSON, 0),
    Fault("{\"a\":1,\"a\":2}", .duplicateName, 7),
    Fault("{\"a\":1,\"\\u0061\":2}", .duplicateName, 7),
    Fault("\"\\ud800\"", .loneSurrogate, 1), Fault("\"\\udc00\"", .loneSurrogate, 1),
    Fault("\"\\ud800\\u0041\"", .loneSurrogate, 1), Fault("\"\\ud800x\"", .loneSurrogate, 1),
    Fault("\"\\ud800\\n\"", .loneSurrogate, 1), Fault("\"\\uFFFE\"", .noncharacter, 1),
    Fault("\"a\\udbff\\udfff\"", .noncharacter, 2),
    Fault("9007199254740992", .numberOutOfRange, 0),
    Fault("[-9007199254740992]", .numberOutOfRange, 1),
    Fault("123456789012345678901234567890", .numberOutOfRange, 0),
    Fault("1e400", .numberOutOfRange, 0), Fault("[-1e400]", .numberOutOfRange, 1),
  ]

  @Test("every refusal has its code and the byte where the fault is")
  func refusals() {
    for fault in Self.faults {
      let error = #expect(throws: EncodingError.self, "\(fault.text)") { try json(fault.text) }
      #expect(error?.code == fault.code, "\(fault.text)")
      #expect(error?.location == .byte(fault.offset), "\(fault.text)")
    }
  }

  @Test("a fault is found in each place of a text, plain or with characters of several bytes")
  func everyPlace() throws {
    for filling in ["a", "汉", "a汉", "\\n"] {
      for count in [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65] {
        let begin = String(repeating: filling, count: count)
        for (fault, code) in [
          ("\u{1F}", EncodingError.Code.invalidJSON), ("\\x", .invalidJSON),
          ("\u{FFFE}", .noncharacter), ("\\ud800", .loneSurrogate),
        ] {
          for end in ["", "a", "汉汉汉汉", String(repeating: "b", count: 40)] {
            let text = "[1,\"\(begin)\(fault)\(end)\"]"
            let error = #expect(throws: EncodingError.self, "\(text)") { try json(text) }
            #expect(error?.code == code, "\(text)")
            #expect(error?.location == .byte(4 + begin.utf8.count), "\(text)")
          }
        }
        #expect(throws: EncodingError(.unexpectedEnd, "")) { try json("\"\(begin)") }
      }
    }
  }

  @Test(
    "bytes that are not strict UTF-8 are refused in values and names",
    arguments: [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
      [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5], [0xFF],
      [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3, 0x28],
    ] as [[UInt8]])
  func invalidText(bytes: [UInt8]) {
    let quoted = Array("\"".utf8) + bytes + Array("\"".utf8)
    let named = Array("{".utf8) + quoted + Array(":1}".utf8)
    let escaped = Array("\"\\n".utf8) + bytes + Array("\"".utf8)
    for text in [quoted, named, escaped] {
      #expect(throws: EncodingError(.invalidText, "")) { try JSONValue(parsing: text) }
    }
    #expect(throws: EncodingError(.invalidText, "")) { try TextCheck.string(bytes) }
  }

  @Test("noncharacters in plain UTF-8 are refused, their neighbours read")
  func noncharacters() throws {
    for bytes: [UInt8] in [[0xEF, 0xBF, 0xBE], [0xEF, 0xB7, 0x90], [0xF0, 0x9F, 0xBF, 0xBF]] {
      #expect(throws: EncodingError(.noncharacter, "")) { try TextCheck.string(bytes) }
    }
    for text in ["\u{FFFD}", "\u{FDCF}", "\u{FDF0}", "\u{1FFFD}", "\u{10000}", "\u{E000}"] {
      #expect(try json("\"\(text)\"") == .string(text))
    }
  }

  @Test("depth 64 is read and 65 refused, in arrays and objects; breadth is free")
  func depth() throws {
    func nested(_ count: Int) -> String {
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(code { () throws(EncodingError) in try json(nested(64)) } == nil)
    #expect(code { () throws(EncodingError) in try json(nested(65)) } == .tooDeep)
    let objects = String(repeating: "{\"a\":", count: 65) + "1" + String(repeating: "}", count: 65)
    #expect(code { () throws(EncodingError) in try json(objects) } == .tooDeep)
    let wide = "[" + Array(repeating: "[[]]", count: 200).joined(separator: ",") + "]"
    #expect(try json(wide).arrayValue?.count == 200)
  }

  @Test("more bytes than the bound are refused before they are read")
  func size() throws {
    let text = Array("[1,2]".utf8)
    #expect(
      code { () throws(EncodingError) in try JSONValue(parsing: text, maximumBytes: 5) } == nil)
    #expect(
      code { () throws(EncodingError) in try JSONValue(parsing: text, maximumBytes: 4) }
        == .tooLarge)
    #expect(try JSONValue(parsing: text[1...1]) == 1)
  }

  @Test("numbers keep the kind in which they were written")
  func kinds() throws {
    #expect(try json("1") == .integer(1))
    #expect(try json("1.0") == .number(1))
    #expect(try json("1e0") == .number(1))
    #expect(try json("1.0").integerValue == nil)
    #expect(try json("1").numberValue == 1)
    #expect(try json("-0") == .integer(0))
    #expect(try json("123e-10000000") == .number(0))
  }

  @Test("names that look alike but differ in bytes are different members")
  func equivalence() throws {
    let value = try json("{\"\u{e9}\":1,\"e\u{301}\":2}")
    #expect(value["\u{e9}"] == 1)
    #expect(value["e\u{301}"] == 2)
    #expect(JSONValue.string("\u{e9}") != JSONValue.string("e\u{301}"))
    let text = try json("{\"\u{e9}\":1}")
    #expect(text["e\u{301}"] == nil)
  }

  @Test("names of many accents are told apart by their bytes, without sorting accents")
  func accents() throws {
    // Canonically equivalent would be what differs only in the order of these two.
    let run = String(repeating: "\u{301}\u{316}", count: 50_000)
    let other = String(repeating: "\u{316}\u{301}", count: 50_000)
    let value = try json("{\"a\(run)\":1,\"a\(other)\":2,\"a\(run)b\":3}")
    #expect(value["a\(run)"] == 1 && value["a\(other)"] == 2)
    #expect(JSONValue.string(run) != JSONValue.string(other))
  }

  @Test("an object of fifty thousand members is read in time, and its duplicates found")
  func manyMembers() throws {
    var text = "{"
    for index in 0..<50_000 { text += "\"n\(index)\":\(index)," }
    let value = try json(text + "\"last\":0}")
    #expect(value["n49999"] == 49_999)
    #expect(code { () throws(EncodingError) in try json(text + "\"n7\":0}") } == .duplicateName)
  }
}

@Suite("JSON objects")
struct JSONObjectTests {
  @Test("members keep their order; setting, removing and adding work at every size")
  func members() {
    for size in [1, 5, 23, 24, 25, 60] {
      var object = JSONObject((0..<size).map { ("n\($0)", .integer(Int64($0))) })
      #expect(object.names == (0..<size).map { "n\($0)" })
      object["n0"] = "changed"
      object["new"] = nil
      #expect(object.count == size)
      object["added"] = true
      #expect(object.names.last == "added")
      object["n0"] = nil
      #expect(!object.contains("n0"))
      #expect(object["added"] == true)
      #expect(object.append("added", 1) == false)
      #expect(object.count == size)
      for index in 1..<max(size, 2) where index < size {
        #expect(object["n\(index)"] == .integer(Int64(index)))
      }
    }
  }

  @Test("order does not count in comparisons, names and values do")
  func equality() {
    let object: JSONObject = ["a": 1, "b": [nil, 1.5]]
    #expect(object == ["b": [nil, 1.5], "a": 1])
    #expect(object != ["a": 1])
    #expect(object != ["a": 1, "c": [nil, 1.5]])
    #expect(JSONValue.integer(1) != JSONValue.number(1))
    #expect(JSONObject().isEmpty)
  }
}

@Suite("Object reader")
struct ObjectReaderTests {
  private static let value: JSONValue = [
    "text": "x", "number": 5, "flag": true, "list": ["a", "b"], "inner": ["key": "Zg"],
    "items": [["n": 1], ["n": 2]],
  ]

  @Test("members are read by type and everything was asked for")
  func reads() throws {
    var reader = try ObjectReader(Self.value, at: "thing")
    #expect(try reader.requireString("text") == "x")
    #expect(try reader.requireInteger("number", in: 1...5) == 5)
    #expect(try reader.requireBoolean("flag"))
    #expect(try reader.requireStrings("list") == ["a", "b"])
    var inner = try reader.requireReader("inner")
    #expect(try inner.requireBytes("key") == [0x66])
    try inner.finish()
    for (index, item) in try reader.requireReaders("items").enumerated() {
      var item = item
      #expect(try item.requireInteger("n") == Int64(index + 1))
      try item.finish()
    }
    #expect(try reader.optionalString("absent") == nil)
    #expect(try reader.optionalInteger("absent") == nil)
    #expect(try reader.optionalObject("absent") == nil)
    #expect(try reader.optionalReader("absent") == nil)
    #expect(try reader.optionalStrings("absent") == nil)
    #expect(try reader.optionalBytes("absent") == nil)
    #expect(try reader.optionalBoolean("absent") == nil)
    try reader.finish()
  }

  @Test("faults name the path of the member")
  func faults() throws {
    func check(
      _ code: EncodingError.Code, _ path: String, _ body: (inout ObjectReader) throws -> Void
    ) throws {
      var reader = try ObjectReader(Self.value, at: "thing")
      let error = #expect(throws: EncodingError.self) { try body(&reader) }
      #expect(error?.code == code)
      #expect(error?.location == .path(path))
    }
    try check(.missingMember, "thing.none") { _ = try $0.requireString("none") }
    try check(.wrongType, "thing.number") { _ = try $0.requireString("number") }
    try check(.wrongType, "thing.text") { _ = try $0.optionalInteger("text") }
    try check(.valueOutOfRange, "thing.number") { _ = try $0.requireInteger("number", in: 0...4) }
    try check(.valueOutOfRange, "thing.text") { _ = try $0.requireString("text", oneOf: ["y"]) }
    try check(.invalidBase64, "thing.text") { _ = try $0.requireBytes("text") }
    try check(.wrongType, "thing.items[0]") { _ = try $0.requireStrings("items") }
    try check(.wrongType, "thing.list[0]") { _ = try $0.requireReaders("list") }
    try check(.unknownMember, "thing.text") { try $0.finish() }
    #expect(throws: EncodingError(.wrongType, "")) { try ObjectReader([1] as JSONValue, at: "x") }
  }

  @Test("a hostile member name is not repeated")
  func hostileName() throws {
    let reader = try ObjectReader(["\u{1B}[2J": 1] as JSONValue, at: "thing")
    let error = #expect(throws: EncodingError.self) { try reader.finish() }
    #expect(error?.location == .path("thing.(another name)"))
  }
}
