import Encoding
import Testing

@Suite("Base45")
struct Base45Tests {
  @Test(
    "the examples of RFC 9285",
    arguments: [
      ("", ""), ("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"),
      ("ietf!", "QED8WEX0"),
    ])
  func examples(_ plain: String, _ text: String) throws {
    #expect(Base45.encode(Array(plain.utf8)) == text)
    #expect(try Base45.decode(Array(text.utf8)) == Array(plain.utf8))
  }

  @Test("every byte alone, and every pair of some, comes back")
  func roundTrip() throws {
    for byte in UInt8.min...UInt8.max {
      let bytes = [byte]
      #expect(try Base45.decode(Array(Base45.encode(bytes).utf8)) == bytes)
      let pair = [byte, 255 - byte]
      #expect(try Base45.decode(Array(Base45.encode(pair).utf8)) == pair)
    }
  }

  @Test(
    "what no bytes have is refused",
    arguments: ["A", "AAAA", "ab8", "BB8=", ":::", "::", "GGW"]
  )
  func refused(_ text: String) {
    #expect(throws: EncodingError(.invalidText, "")) { try Base45.decode(Array(text.utf8)) }
  }
}
