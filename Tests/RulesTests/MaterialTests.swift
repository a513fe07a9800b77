import Cryptography
import Encoding
import Rules
import Testing

@Suite("materials") struct MaterialTests {
  private static let requester = "11330105002500287C"
  private static let request = EventID(
    issuer: "https://certificates.example/departments/\(requester)", number: SHA256.hash([1]))
  private static let copy = Array("eyJhbGciOiJFUzI1NiJ9.e30.c2ln~WyJhIl0~".utf8)

  private static func certificate(_ claims: [String] = ["name", "number"]) throws -> Material {
    try Material(
      content: .certificate(copy), claims: claims, request: request, requester: requester)
  }

  private static func file(
    name: String = "报告.pdf", type: String = "application/pdf", _ bytes: [UInt8] = [0, 1, 255]
  ) throws -> Material {
    try Material(
      content: .file(.init(name: name, mediaType: type, bytes: bytes)), claims: ["report"],
      request: request, requester: requester)
  }

  @Test("what is written is read again, and stands as the spec shows it")
  func roundTrip() throws {
    for material in [try Self.certificate(), try Self.file()] {
      #expect(try Material(parsing: material.bytes) == material)
      #expect(try JSONValue(parsing: material.bytes).canonicalBytes() == material.bytes)
    }
    #expect(
      String(decoding: try Self.certificate(["name"]).bytes, as: UTF8.self)
        == #"{"certificate":"eyJhbGciOiJFUzI1NiJ9.e30.c2ln~WyJhIl0~","kind":"kanhe-material","#
        + #""manifest":{"claims":["name"],"request":{"iss":"\#(Self.request.issuer)","#
        + #""jti":"\#(Self.request.number.base64url)"},"requester":"\#(Self.requester)"}}"#)
  }

  @Test(
    "a file's name leads nowhere and is no longer than a name",
    arguments: [
      "", "../a", "a/b", "a\\b", ".profile", "a\nb", "a\u{202E}fdp.exe",
      String(repeating: "长", count: 20_000),
    ])
  func names(_ name: String) {
    #expect(throws: RulesError(.malformedMaterial, "")) { try Self.file(name: name) }
  }

  @Test("empty and oversized contents, and odd claims, are refused")
  func contents() throws {
    let malformed = RulesError(.malformedMaterial, "")
    #expect(throws: malformed) { try Self.file([]) }
    #expect(throws: malformed) {
      try Self.file([UInt8](repeating: 0, count: Material.fileByteCountMax + 1))
    }
    for type in ["", "pdf", "a/b/c", "text /plain"] {
      #expect(throws: malformed, "\(type)") { try Self.file(type: type) }
    }
    for claims in [[], ["name", "name"], [""], (0..<129).map { "c\($0)" }] {
      #expect(throws: malformed) { try Self.certificate(claims) }
    }
    let largest = try Self.file([UInt8](repeating: 7, count: Material.fileByteCountMax))
    #expect(largest.bytes.count <= Material.byteCountMax)
  }

  @Test("any other text is refused, and no error tells what was read")
  func otherForms() throws {
    let text = String(decoding: try Self.certificate().bytes, as: UTF8.self)
    let changes: [(String, String)] = [
      ("{\"certificate\"", "{ \"certificate\""), ("kanhe-material", "kanhe-bundle"),
      ("\"claims\":[\"name\",\"number\"]", "\"claims\":[]"),
      ("\"requester\":\"1", "\"requester\":\"2"), ("/departments/", "/somewhere/"),
      (",\"kind\"", ",\"file\":{\"bytes\":\"AA\",\"media_type\":\"a/b\",\"name\":\"n\"},\"kind\""),
      ("\"certificate\":\"\(String(decoding: Self.copy, as: UTF8.self))\",", ""),
      ("}}", "},\"more\":1}"), ("c2ln~", "c2ln~\\u007e"),
    ]
    for (old, new) in changes {
      let changed = text.replacing(old, with: new)
      #expect(changed != text, "\(old)")
      #expect(throws: RulesError(.malformedMaterial, ""), "\(new)") {
        try Material(parsing: Array(changed.utf8))
      }
    }
    for bytes in [[], Array(text.utf8) + [0x0A], Array(text.utf8.dropLast())] {
      #expect(throws: RulesError(.malformedMaterial, "")) { try Material(parsing: bytes) }
    }
  }
}
