import Certificates
import Cryptography
import Encoding
import Testing

@Suite("Texts of codes")
struct CodeSeriesTests {
  @Test("every case gives the file, or is refused with the code that the vector says")
  func cases() throws {
    let cases = try #require(try Vectors.own("qr/cases.json")["cases"]?.arrayValue)
    #expect(cases.count >= 30)
    for one in cases {
      let name = try #require(one["description"]?.stringValue)
      let texts = try #require(one["texts"]?.arrayValue).compactMap(\.stringValue)
      let bytes = Array(texts.joined(separator: "\n").utf8)
      do {
        let file = try CodeSeries.join(bytes)
        #expect(String(decoding: file, as: UTF8.self) == one["file"]?.stringValue, "\(name)")
      } catch {
        #expect(error.code.description == one["code"]?.stringValue, "\(name): \(error)")
      }
    }
  }

  @Test("a file of any length splits into texts that fit, and comes back from them in any order")
  func splitting() throws {
    for count in [1, 2, 3, 100, 999, 1_000, 5_000, 20_000] {
      let file = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
      for limit in [500, 1_451, 4_296] {
        do {
          let series = try CodeSeries(of: file, characterCountMax: limit)
          #expect(series.texts.allSatisfy { $0.utf8.count <= limit })
          let text = series.texts.shuffled().joined(separator: "\r\n") + "\r\n"
          let joined = try CodeSeries.join(Array(text.utf8))
          #expect(joined == file)
        } catch {
          #expect(error.code == .codeTooLarge && count == 20_000, "\(count) \(limit): \(error)")
        }
      }
    }
    #expect(throws: CertificatesError(.codeTooLarge, "")) {
      try CodeSeries(of: [UInt8](repeating: 65, count: 70_000), characterCountMax: 4_296)
    }
  }

  @Test("a token's base64url is taken apart: what stands in it is compressed as well")
  func packing() throws {
    let names = (0..<40).map { "\"https://registry.example/types/\($0)\"" }
    let segment = Base64URL.encode(Array("[\(names.joined(separator: ","))]".utf8))
    let token = try CodeSeries(of: Array("\(segment)~".utf8), characterCountMax: 4_296)
    let other = try CodeSeries(of: Array("\(segment)!".utf8), characterCountMax: 4_296)
    let counts = [token, other].map { $0.texts.reduce(0) { $0 + $1.utf8.count } }
    #expect(counts[0] * 10 < counts[1] * 9, "\(counts)")
  }
}
