import Certificates
import Testing

@Suite("Patterns of a type file")
struct PatternTests {
  @Test(
    "match what ECMAScript matches",
    arguments: [
      (
        "^[0-9]{17}[0-9X]$", ["11010519491231002X", "110105194912310021"],
        ["1101", "11010519491231002x"]
      ),
      ("^a?b*c+$", ["c", "abbcc", "acc"], ["", "ab", "aac"]),
      ("^(?:ab|cd){2,3}$", ["abcd", "cdcdab"], ["ab", "abcdabcd"]),
      ("^(粤|湘)[A-Z][0-9A-Z]{5}$", ["粤B12345"], ["京B12345", "粤B1234"]),
      ("^[^0-9]+$", ["王𠮷"], ["王1", ""]),
      ("^\\d{2}-\\w\\s.$", ["12-a x"], ["12-a \n", "12-é x"]),
      ("^\\u{20BB7}\\u4e00$", ["𠮷一"], ["一𠮷"]),
      ("^[\\d\\-.]*$", ["1-2.3", ""], ["a"]),
      ("^$", [""], ["a"]),
      ("^a{0,2}$", ["", "a", "aa"], ["aaa"]),
      ("^[一-龥·\\u{20000}-\\u{3134F}]{2,20}$", ["阿依·古丽", "𠮷野"], ["A王"]),
      ("^(?:[A-Z]{2}[0-9]{4}){20}$", [String(repeating: "AB1234", count: 20)], ["AB1234"]),
      ("^[^\\D]$", ["7"], ["a"]),
      ("^(|a)b$", ["b", "ab"], ["aab"]),
      ("^(?:(?:a|b)?(?:c|d)?){128}$", ["abcd", ""], ["ae"]),
    ] as [(String, [String], [String])])
  func matches(pattern: String, good: [String], bad: [String]) throws {
    let compiled = try Pattern(pattern)
    for text in good { #expect(compiled.matches(text), "\(pattern) should match \(text)") }
    for text in bad { #expect(!compiled.matches(text), "\(pattern) should not match \(text)") }
  }

  @Test(
    "are refused by name where they are not matched in linear time, or not understood",
    arguments: [
      ("[0-9]+", "pattern_not_anchored"), ("^a|b$", "pattern_not_anchored"),
      ("^a$b", "pattern_not_anchored"), ("a$", "pattern_not_anchored"),
      ("^a", "pattern_not_anchored"),
      ("^(a)\\1$", "pattern_unsupported"), ("^(?=a)a$", "pattern_unsupported"),
      ("^(?<!a)b$", "pattern_unsupported"), ("^(?<n>a)$", "pattern_unsupported"),
      ("^a+?$", "pattern_unsupported"), ("^\\bа$", "pattern_unsupported"),
      ("^\\p{Han}$", "pattern_unsupported"), ("^a^b$", "pattern_unsupported"),
      ("^(a$)$", "pattern_unsupported"),
      ("^(a+)+$", "pattern_nested_repetition"), ("^(a*b|c)*$", "pattern_nested_repetition"),
      ("^(?:x(?:y{2,})?)+$", "pattern_nested_repetition"),
      ("^a{513}$", "pattern_too_large"), ("^(a{30}){30}$", "pattern_too_large"),
      (
        "^" + String(repeating: "(", count: 40) + "a" + String(repeating: ")", count: 40) + "$",
        "pattern_too_large"
      ),
      ("^(?:){9999}$", "pattern_too_large"), ("^(?:(?:){0,99999}){0,99999}$", "pattern_too_large"),
      ("^(?:(?:(?:){99999}){99999}){99999}$", "pattern_too_large"),
      ("^a(?:|(?:){99999}){512}$", "pattern_too_large"),
      ("^(a$", "pattern_unsupported"), ("^a)$", "pattern_syntax"), ("^[a$", "pattern_syntax"),
      ("^[]$", "pattern_syntax"), ("^[z-a]$", "pattern_syntax"), ("^*$", "pattern_syntax"),
      ("^a**$", "pattern_syntax"), ("^a{2,1}$", "pattern_syntax"), ("^a{x}$", "pattern_syntax"),
      ("^a]$", "pattern_syntax"), ("^\\q$", "pattern_syntax"), ("^\\uD800$", "pattern_syntax"),
      ("^a\\", "pattern_syntax"), ("", "pattern_not_anchored"),
    ])
  func refused(pattern: String, code: String) {
    let error = #expect(throws: CertificatesError.self) { try Pattern(pattern) }
    #expect(error?.code.description == code, "\(pattern): \(error?.message ?? "")")
  }

  @Test("take time linear in the text, also where others run for hours")
  func isLinear() throws {
    let pattern = try Pattern("^(?:a|aa|aaa){0,80}b$")
    #expect(!pattern.matches(String(repeating: "a", count: 4_096)))
    #expect(pattern.matches(String(repeating: "a", count: 240) + "b"))
  }
}
