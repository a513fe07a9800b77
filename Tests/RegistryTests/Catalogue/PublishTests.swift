import Certificates
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Testing

@Suite struct PublishTests {
  private static let card = "11440300KH0002054H001"

  /// The sample's file with another version and, optionally, other contents.
  private static func file(_ code: String, version: Int, citation: String? = nil) throws -> TypeFile
  {
    var object = try TestCity.type(code).object
    object["version"] = .integer(Int64(version))
    if let citation { object["retention"] = ["citation": .string(citation)] }
    return try TypeFile(.object(object))
  }

  @Test func `a published file is read back as the ledger names it`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let code = try TypeCode(Self.card)
    let file = try registry.typeFile(code, version: nil)
    #expect(file == (try TestCity.type(Self.card)))
    #expect(try registry.typeFile(code, version: 1) == file)
    #expect(try registry.types().map(\.code.text) == [Self.card, "11440300KH0002062C001"])
    #expect(try registry.types().map(\.fact.subjects) == [1, 2])
    try registry.close()
  }

  @Test func `the definer signs where it is enrolled, else the registrar`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    _ = try registry.publish([try TestCity.type("11440300KH0002353F001")])
    let entries = try registry.ledger.entries(from: LeafIndex(4), count: 3)
    let issuers = try entries.map { try Event(parsing: try Entry(parsing: $0).event).issuerCode }
    #expect(issuers == [TestCity.police, TestCity.civil, TestRegistry.code])
    try registry.close()
  }

  @Test func `the same file again makes no entry, and puts a lost file back`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let size = try registry.ledger.size()
    let path = registry.paths.type(Self.card, version: 1)
    try FileManager.default.removeItem(atPath: path)
    #expect(throws: RegistryError(.damagedType, "")) {
      try registry.typeFile(try TypeCode(Self.card), version: 1)
    }
    let report = try registry.publish([try TestCity.type(Self.card)])
    #expect(report.published.isEmpty && report.unchangedCount == 1)
    #expect(try registry.ledger.size() == size)
    #expect(try registry.typeFile(try TypeCode(Self.card), version: 1).version == 1)
    try registry.close()
  }

  @Test func `a version follows the newest, several in one call`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let report = try registry.publish([
      try Self.file(Self.card, version: 3), try Self.file(Self.card, version: 2),
    ])
    #expect(report.published.map(\.file.version) == [2, 3])
    #expect(try registry.type(try TypeCode(Self.card), version: nil).version == 3)
    try registry.close()
  }

  @Test func `one bad file keeps all from being published`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let size = try registry.ledger.size()
    let good = try TestCity.type("11440300KH0002353F001")
    for bad in [
      try Self.file(Self.card, version: 3), try Self.file(Self.card, version: 1, citation: "x"),
    ] {
      #expect(throws: RegistryError(.invalidType, "")) { try registry.publish([good, bad]) }
    }
    #expect(try registry.ledger.size() == size)
    #expect(throws: RegistryError(.unknownType, "")) {
      try registry.typeFile(good.code, version: nil)
    }
    #expect(
      !FileManager.default.fileExists(atPath: registry.paths.type(good.code.text, version: 1)))
    try registry.close()
  }

  @Test func `a changed file in the public folder is noticed, and put back by publishing it again`()
    throws
  {
    let city = try TestCity()
    let registry = try city.base.open()
    let path = registry.paths.type(Self.card, version: 1)
    var bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 20)
    bytes[bytes.count / 2] ^= 1
    try BoundedFile.writeAtomically(path: path, bytes: bytes)
    #expect(throws: RegistryError(.damagedType, "")) {
      try registry.typeFile(try TypeCode(Self.card), version: 1)
    }
    #expect(try registry.publicFileFaults().count == 1)
    _ = try registry.publish([try TestCity.type(Self.card)])
    #expect(try registry.typeFile(try TypeCode(Self.card), version: 1).version == 1)
    #expect(try registry.publicFileFaults() == [])
    try registry.close()
  }

  @Test func `a withdrawn version stays readable and cannot be withdrawn twice`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let code = try TypeCode(Self.card)
    let (type, change) = try registry.withdraw(code, version: nil)
    #expect(type.version == 1)
    #expect(change.entry.index == LeafIndex(6))
    #expect(try registry.type(code, version: 1).fact.isWithdrawn)
    #expect(try registry.typeFile(code, version: 1).version == 1)
    let error = #expect(throws: RegistryError.self) { try registry.withdraw(code, version: 1) }
    #expect((error?.cause as? RuleRefusal)?.codes == [.typeWithdrawn])
    try registry.close()
  }
}
