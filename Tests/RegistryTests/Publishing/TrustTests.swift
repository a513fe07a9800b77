import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import SQLiteStorage
import Testing

@Suite struct TrustTests {
  /// Why a verifier would not believe a list, with the registry's root as its anchor.
  private static func faults(
    _ trust: TrustPublication, _ registry: OpenRegistry, at clock: TestClock
  ) throws -> [CertificatesError] {
    let root = try Identity(
      pem: try BoundedFile.read(path: registry.paths.root, maximumBytes: 1 << 16))
    let now = clock.now().seconds
    return try SignedTrustList(parsing: trust.token).faults(
      under: try PathValidator(root: root), at: now, clock: now, sequenceMin: nil)
  }

  @Test func `the list says what the ledger says, and any verifier believes it`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let trust = try registry.publishTrust(fresh: false)
    #expect(try Self.faults(trust, registry, at: city.base.clock) == [])
    #expect(trust.list.sequence == 1)
    #expect(trust.index == LeafIndex(6) && trust.size == 6)
    #expect(
      trust.list.departments.map(\.code.text)
        == [TestRegistry.code, TestCity.police, TestCity.civil].sorted())
    #expect(trust.list.departments.allSatisfy { $0.identities.count == 3 })
    #expect(trust.list.departments.first?.level == "registry")
    #expect(
      trust.list.types.map(\.code.text) == ["11440300KH0002054H001", "11440300KH0002062C001"])
    let file = try registry.typeFile(try TypeCode("11440300KH0002062C001"), version: 1)
    #expect(trust.list.types[1].digest == file.digest)
    #expect(trust.list.ledger.keys.map(\.verifierKey) == [registry.settings.ledgerKey])
    let stored = try BoundedFile.read(path: registry.paths.trustList, maximumBytes: 1 << 20)
    #expect(stored == trust.token)
    var facts = registry.facts()
    guard case .trust(let fact)? = try facts.fact(.trust) else {
      Issue.record("the ledger knows no trust list")
      return
    }
    #expect(fact.sequence == 1 && fact.size == 6 && fact.digest == SHA256.hash(stored))
    try registry.close()
  }

  @Test func `nothing changed, nothing signed; each change gives the next number`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let first = try registry.publishTrust(fresh: false)
    let again = try registry.publishTrust(fresh: false)
    #expect(again.index == nil && again.token == first.token)
    #expect(try registry.publishTrust(fresh: true).list.sequence == 2)
    _ = try registry.publish([try TestCity.type("11440300KH0002353F001")])
    #expect(try registry.currentTrust() == nil)
    #expect(try registry.publishTrust(fresh: false).list.sequence == 3)
    _ = try registry.withdraw(try TypeCode("11440300KH0002353F001"), version: nil)
    let withdrawn = try registry.publishTrust(fresh: false)
    #expect(
      withdrawn.list.types.first { $0.state == .withdrawn }?.code.text.hasSuffix("F001") == true)
    #expect(withdrawn.list.sequence == 4)
    try registry.close()
  }

  @Test func `a list is renewed when half its life is over`() throws {
    let city = try TestCity()
    let first = try city.base.open()
    _ = try first.publishTrust(fresh: false)
    try first.close()
    city.base.clock.advance(days: 14)
    let registry = try city.base.open()
    #expect(try registry.publishTrust(fresh: false).list.sequence == 1)
    city.base.clock.advance(days: 1)
    let renewed = try registry.publishTrust(fresh: false)
    #expect(renewed.list.sequence == 2)
    #expect(try Self.faults(renewed, registry, at: city.base.clock) == [])
    try registry.close()
  }

  @Test func `a lost, changed or older file is never taken for the list in force`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let first = try registry.publishTrust(fresh: false)
    let path = registry.paths.trustList
    try FileManager.default.removeItem(atPath: path)
    #expect(try registry.publishTrust(fresh: false).list.sequence == 2)
    // As after a crash between the entry and the file: the older list is still there.
    try BoundedFile.writeAtomically(path: path, bytes: first.token)
    #expect(try registry.publishTrust(fresh: false).list.sequence == 3)
    var bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 20)
    bytes[bytes.count / 2] ^= 1
    try BoundedFile.writeAtomically(path: path, bytes: bytes)
    let newest = try registry.publishTrust(fresh: false)
    #expect(newest.list.sequence == 4)
    #expect(try Self.faults(newest, registry, at: city.base.clock) == [])
    try registry.close()
  }

  @Test func `the list signer's key must be the list signer's`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let keys = registry.paths.keys
    for ending in ["key", "pem"] {
      try FileManager.default.removeItem(atPath: keys + "/list-signer.\(ending)")
      try FileManager.default.copyItem(
        atPath: keys + "/authority.\(ending)", toPath: keys + "/list-signer.\(ending)")
    }
    let size = try registry.ledger.size()
    #expect(throws: RegistryError(.keyMismatch, "")) { try registry.publishTrust(fresh: false) }
    #expect(try registry.ledger.size() == size)
    try registry.close()
  }

  @Test func `a registry opened for reading gives the list in force and signs none`() throws {
    let city = try TestCity()
    let writing = try city.base.open()
    let trust = try writing.publishTrust(fresh: false)
    try writing.close()
    let registry = try city.base.open(writing: false)
    #expect(try registry.publishTrust(fresh: false).token == trust.token)
    #expect(throws: RegistryError(.readOnly, "")) { try registry.publishTrust(fresh: true) }
    try registry.close()
  }
}
