import Cryptography
import Encoding
import Foundation
import Testing

/// The vectors in `spec/vectors/identity` and the page that explains them.
@Suite struct IdentityVectorTests {
  private static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let folder = repository.appendingPathComponent("spec/vectors/identity")

  private static func identity(_ value: JSONValue) throws -> Identity {
    try Identity(der: Base64.decode(#require(value.stringValue)))
  }

  private static func vector(_ name: String) throws -> JSONObject {
    let bytes = try BoundedFile.read(
      path: folder.appendingPathComponent(name).path, maximumBytes: 65_536)
    guard case .object(let object) = try JSONValue(parsing: bytes) else {
      throw CryptographyError(.invalidEncoding, "a vector is an object")
    }
    return object
  }

  @Test("every path vector fails for exactly the reasons it names, or not at all")
  func paths() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(names.count >= 25)
    for name in names.sorted() {
      var reader = ObjectReader(try Self.vector(name), at: name)
      let leaf = try Self.identity(reader.require("leaf"))
      let intermediates = try reader.requireArray("intermediates").map(Self.identity)
      let root = try Self.identity(reader.require("root"))
      let purpose = try #require(IdentityPurpose(rawValue: reader.requireString("purpose")))
      let host = try reader.optionalString("host")
      let result = try PathValidator(root: root, host: host).validate(
        leaf: leaf, intermediates: intermediates, purpose: purpose,
        at: reader.requireInteger("at"), expectedURI: reader.require("uri").stringValue)
      let codes = result.codes.map(\.rawValue).sorted()
      #expect(try codes == reader.requireStrings("codes"), "\(name): \(result.failures)")
      #expect(try leaf.keyID == reader.requireString("id"), "\(name)")
      #expect(try !reader.requireString("description").isEmpty)
      try reader.finish()
    }
  }

  @Test("the page on identities names every failure and shows the example as openssl does")
  func page() throws {
    let page = try String(
      contentsOf: Self.repository.appendingPathComponent("spec/identities.md"), encoding: .utf8)
    for code in PathFailure.Code.allCases {
      #expect(page.contains("| `\(code.rawValue)` |"), "\(code.rawValue) is not explained")
    }
    #expect(page.contains(IdentityProfile.arc))
    let seal = try Self.identity(#require(try Self.vector("seal.json")["leaf"]))
    #expect(page.contains(seal.keyID))
    guard let tool = try OpenSSLTool() else { return }
    try tool.write("seal.pem", seal.pem)
    let dump = try tool.run([
      "x509", "-in", "seal.pem", "-noout", "-text", "-nameopt", "RFC2253,-esc_msb", "-certopt",
      "no_sigdump,no_pubkey",
    ]).output
    let trimmed = dump.split(separator: "\n").map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
    #expect(page.contains("```\n" + trimmed + "\n```"))
  }
}
