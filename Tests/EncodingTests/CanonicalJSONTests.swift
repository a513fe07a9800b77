import Encoding
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The canonical text of a JSON text.
private func canonical(_ text: String) throws(EncodingError) -> String {
  String(decoding: try json(text).canonicalBytes(), as: UTF8.self)
}

@Suite("Canonical JSON, RFC 8785")
struct CanonicalJSONTests {
  /// RFC 8785, appendix B, and boundaries of each notation.
  private static let numbers: [(UInt64, String)] = [
    (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"),
    (0x0000_0000_0000_0001, "5e-324"), (0x8000_0000_0000_0001, "-5e-324"),
    (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
    (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"),
    (0x4340_0000_0000_0000, "9007199254740992"), (0xC340_0000_0000_0000, "-9007199254740992"),
    (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
    (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
    (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
    (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
    (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
    (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
    (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
    (0x41B3_DE43_5555_5557, "333333333.33333343"),
    (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
    (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
  ]

  @Test("numbers are written as in the RFC's appendix B")
  func appendixB() throws {
    for (bits, text) in Self.numbers {
      let value = Double(bitPattern: bits)
      #expect(JSONValue.number(value).canonicalBytes() == Array(text.utf8), "\(text)")
    }
  }

  @Test(
    "the example of spec/encoding.md holds byte for byte",
    .enabled(if: access("\(Vectors.root)/spec/encoding.md", R_OK) == 0))
  func specExample() throws {
    let path = "\(Vectors.root)/spec/encoding.md"
    let page = try TextCheck.string(try BoundedFile.read(path: path, maximumBytes: 1 << 20))
    let lines = page.split(separator: "\n")
    let given = try #require(lines.first { $0.hasPrefix("as given ") })
    let expected = try #require(lines.first { $0.hasPrefix("canonical ") })
    #expect(try canonical(String(given.dropFirst(12))) == expected.dropFirst(12))
  }

  @Test("two hundred thousand random doubles read back as the same bits")
  func randomDoubles() throws {
    var state: UInt64 = 42
    for _ in 0..<200_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state ^ (state >> 29))
      guard value.isFinite else { continue }
      let bytes = JSONValue.number(value).canonicalBytes()
      let back = Double(String(decoding: bytes, as: UTF8.self))
      if back != value { Issue.record("\(value) became \(String(decoding: bytes, as: UTF8.self))") }
    }
  }

  @Test(
    "texts become their canonical form",
    arguments: [
      ("[56, 1.0, 1e30, 4.50, 2e-3, 1E-27, -0, -0.0]", "[56,1,1e+30,4.5,0.002,1e-27,0,0]"),
      (
        #"{"n":[333333333.33333329],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}"#,
        #"{"n":[333333333.3333333],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
      ),
      ("{\"b\":1 ,\t\"a\" : {\"d\":[ ] , \"c\":{ }}}\n", "{\"a\":{\"c\":{},\"d\":[]},\"b\":1}"),
      (
        #""\b\t\n\f\r\u0001\u001f\u007f\u0080😀""#,
        "\"\\b\\t\\n\\f\\r\\u0001\\u001f\u{7f}\u{80}😀\""
      ),
      ("9007199254740991", "9007199254740991"), ("-9007199254740991", "-9007199254740991"),
      ("1e21", "1e+21"),
      ("0.0000001", "1e-7"), ("0.000001", "0.000001"), ("null", "null"),
      ("[true,false]", "[true,false]"),
    ])
  func forms(text: String, expected: String) throws {
    #expect(try canonical(text) == expected)
    #expect(try canonical(expected) == expected)
  }

  @Test("a double from 2^53 to 10^21 has a canonical text that is refused, and says so")
  func unreadable() throws {
    let values: [(JSONValue, Bool)] = [
      (1, true), (.number(9_007_199_254_740_991), true), (.number(9_007_199_254_740_992), false),
      (["a": [.number(1e20)]], false), (.number(-1e20), false), (.number(1e21), true),
      (["a": [1.5, nil, "x"]], true), (.integer(.max), false),
    ]
    for (value, isReadable) in values {
      #expect(value.isReadableWhenCanonical == isReadable)
      let text = value.canonicalBytes()
      let again = code { () throws(EncodingError) in try JSONValue(parsing: text) }
      #expect((again == nil) == isReadable)
    }
  }

  @Test("member names are ordered by UTF-16 code units, as in RFC 8785 §3.2.3")
  func order() throws {
    let text = #"""
      {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
       "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control",
       "\u00f6":"Latin Small Letter O With Diaeresis"}
      """#
    let object = try #require(try json(canonical(text)).objectValue)
    #expect(
      object.map { $0.value.stringValue ?? "" } == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
        "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
      ])
  }

  @Test("the order agrees with a comparison of UTF-16 code units on every pair")
  func orderAgrees() {
    let pieces = [
      "", "a", "é", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFD}", "😀", "\u{10FFFD}",
    ]
    var names: [String] = []
    for first in pieces { for second in pieces { names.append(first + second) } }
    for left in names {
      for right in names {
        let slow = left.utf16.lexicographicallyPrecedes(right.utf16)
        if CanonicalOrder.precedes(left, right) != slow {
          Issue.record("\(left.unicodeScalars.map(\.value)) \(right.unicodeScalars.map(\.value))")
        }
      }
    }
  }

  @Test("the writer's hand-written parts give the same bytes as a value")
  func parts() throws {
    var writer = JSONWriter(reservingCapacity: 64)
    writer.raw("{\"a\":")
    writer.integer(.min)
    writer.raw(",\"b\":")
    writer.string("x\"é\n")
    writer.raw(Array(",\"c\":".utf8))
    writer.string(plain: Array("abc".utf8))
    writer.raw(Array(",\"d\":0}".utf8)[...])
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == "{\"a\":-9223372036854775808,\"b\":\"x\\\"é\\n\",\"c\":\"abc\",\"d\":0}")
    for value: Int64 in [0, 7, -7, 10, 1_234_567_890, .max] {
      var writer = JSONWriter()
      writer.integer(value)
      #expect(String(decoding: writer.bytes, as: UTF8.self) == String(value))
    }
  }

  @Test("writing infinity stops the program: no input can lead to it")
  func infinity() async {
    await #expect(processExitsWith: .failure) {
      _ = JSONValue.number(.infinity).canonicalBytes()
    }
  }
}
