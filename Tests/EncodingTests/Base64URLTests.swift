import Encoding
import Testing

@Suite("base64url, base64 and hexadecimal")
struct Base64URLTests {
  @Test(
    "RFC 4648 §10 texts come out and go back",
    arguments: [
      ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
      ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ])
  func knownTexts(plain: String, encoded: String) throws {
    let bytes = Array(plain.utf8)
    #expect(Base64URL.encode(bytes) == encoded)
    #expect(try Base64URL.decode(encoded) == bytes)
    let padding = String(repeating: "=", count: (4 - encoded.count % 4) % 4)
    #expect(Base64.encode(bytes) == encoded + padding)
    #expect(try Base64.decode(encoded + padding) == bytes)
  }

  @Test("every byte string up to 70 bytes survives the round trip")
  func roundTrip() throws {
    var state: UInt64 = 1
    for count in 0...70 {
      var bytes: [UInt8] = []
      for _ in 0..<count {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(UInt8(truncatingIfNeeded: state >> 33))
      }
      #expect(try Base64URL.decode(Base64URL.encode(bytes)) == bytes)
      #expect(try Base64URL.decode(bytes: Base64URL.encodeBytes(bytes[...])[...]) == bytes)
      #expect(try Base64.decode(Base64.encode(bytes)) == bytes)
      #expect(try Hex.decode(Hex.encode(bytes)) == bytes)
      let slice = bytes[(count / 2)...]
      #expect(Base64URL.encode(slice) == Base64URL.encode(Array(slice)))
    }
  }

  @Test("a text has exactly one reading: all others of one to four characters are refused")
  func canonical() throws {
    let characters = Array("AQgw-_Z9".utf8)
    var accepted = 0
    for a in characters {
      for b in characters {
        let text = [a, b]
        if let bytes = attempt({ () throws(EncodingError) in try Base64URL.decode(bytes: text) }) {
          accepted += 1
          #expect(Base64URL.encodeBytes(bytes) == text)
        }
      }
    }
    #expect(accepted == characters.count * 4)
  }

  @Test(
    "other characters, padding, impossible lengths and trailing bits are refused with a place",
    arguments: [
      ("Zg==", 2), ("Z", 1), ("Zm9vY", 5), ("Zh", 1), ("Zm9", 2), ("Zm+v", 2), ("Zm/v", 2),
      ("Zm 9", 2), ("Zm9v\n", 5), ("Zm9vY\u{e9}", 5), ("Zm9v====", 4),
    ])
  func refused(text: String, offset: Int) {
    let error = #expect(throws: EncodingError.self) { try Base64URL.decode(text) }
    #expect(error?.code == .invalidBase64)
    #expect(error?.location == .byte(offset))
  }

  @Test("a foreign character is found in each place of texts of each length")
  func everyPlace() throws {
    for count in [2, 3, 4, 6, 7, 8, 11, 12, 16, 19, 31, 32, 34, 62, 64, 67] {
      let good = [UInt8](repeating: UInt8(ascii: "A"), count: count)
      #expect(try Base64URL.decode(bytes: good).count == count * 3 / 4)
      for place in 0..<count {
        for foreign in Array("=+/ .~\n".utf8) + [0x00, 0x40, 0x5B, 0x60, 0x7B, 0x80, 0xC1, 0xFF] {
          var text = good
          text[place] = foreign
          let error = #expect(throws: EncodingError.self, "\(count) \(place) \(foreign)") {
            try Base64URL.decode(bytes: text)
          }
          #expect(error?.location == .byte(place), "\(count) \(place) \(foreign)")
        }
      }
    }
  }

  @Test(
    "padded base64 is strict too",
    arguments: ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "====", "Z===", "Zm-v", "Zm9v\r\n", "=Zg="])
  func paddedRefused(text: String) {
    #expect(throws: EncodingError(.invalidBase64, "")) { try Base64.decode(text) }
  }

  @Test("hexadecimal is written in lower case, read in both, and refused if odd or foreign")
  func hexadecimal() throws {
    #expect(Hex.encode([0x00, 0xAB, 0xFF]) == "00abff")
    #expect(try Hex.decode("00ABff") == [0x00, 0xAB, 0xFF])
    #expect(throws: EncodingError(.invalidHexadecimal, "")) { try Hex.decode("abc") }
    #expect(throws: EncodingError(.invalidHexadecimal, "")) { try Hex.decode("0g") }
  }
}
