import Encoding
import Testing

@Suite("JSON vectors made elsewhere")
struct JSONVectorTests {
  /// Read by the suite's rules, refused by I-JSON's.
  private static let stricter: [String: EncodingError.Code] = [
    "y_object_duplicated_key.json": .duplicateName,
    "y_object_duplicated_key_and_value.json": .duplicateName,
    "y_string_escaped_noncharacter.json": .noncharacter,
    "y_string_last_surrogates_1_and_2.json": .noncharacter,
    "y_string_nonCharacterInUTF-8_U+10FFFF.json": .noncharacter,
    "y_string_nonCharacterInUTF-8_U+FFFF.json": .noncharacter,
    "y_string_unicode_U+10FFFE_nonchar.json": .noncharacter,
    "y_string_unicode_U+1FFFE_nonchar.json": .noncharacter,
    "y_string_unicode_U+FDD0_nonchar.json": .noncharacter,
    "y_string_unicode_U+FFFE_nonchar.json": .noncharacter,
  ]

  /// Left open by the suite, read by us: finite doubles.
  private static let open = [
    "i_number_double_huge_neg_exp.json", "i_number_real_underflow.json",
  ]

  @Test("y_ is read, n_ refused, i_ decided; where I-JSON is stricter it wins by name")
  func suite() throws {
    guard let folder = Vectors.folder("json") else { return }
    let names = Vectors.names(in: folder)
    #expect(names.count > 300)
    for name in names {
      let bytes = try BoundedFile.read(path: "\(folder)/\(name)", maximumBytes: 1 << 20)
      let code = code { () throws(EncodingError) in try JSONValue(parsing: bytes) }
      if let expected = Self.stricter[name] {
        #expect(code == expected, "\(name)")
      } else if name.hasPrefix("y_") || Self.open.contains(name) {
        #expect(code == nil, "\(name)")
      } else {
        #expect(code != nil, "\(name)")
      }
    }
  }

  @Test("what was read comes back from its canonical text, which is a fixed point")
  func canonicalRoundTrip() throws {
    guard let folder = Vectors.folder("json") else { return }
    for name in Vectors.names(in: folder) {
      let bytes = try BoundedFile.read(path: "\(folder)/\(name)", maximumBytes: 1 << 20)
      guard
        let value = attempt({ () throws(EncodingError) in try JSONValue(parsing: bytes) })
      else { continue }
      let canonical = value.canonicalBytes()
      let again = try JSONValue(parsing: canonical)
      #expect(again.canonicalBytes() == canonical, "\(name)")
    }
  }
}
