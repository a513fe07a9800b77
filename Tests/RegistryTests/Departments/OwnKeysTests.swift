import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import SQLiteStorage
import Testing

/// Departments that keep their keys to themselves.
@Suite struct OwnKeysTests {
  @Test func `a department with its own keys acts with them, and only with them`() throws {
    let city = try TestRegistry()
    let department = TestDepartment(city)
    let registry = try city.open()
    let enrolled = try department.enrol(in: registry)
    #expect(enrolled.entry.index == LeafIndex(2))
    #expect(throws: RegistryError(.keyNotFound, "")) {
      try registry.signer(TestCity.police, use: .act)
    }
    try registry.close()
    let own = try OpenRegistry.open(
      directory: city.directory, storage: SQLiteProvider(),
      options: city.options(keys: department.keys.directory))
    for use in IdentityUse.allCases {
      #expect(try own.signer(TestCity.police, use: use).identity.keyID.isEmpty == false)
    }
    let report = try own.publish([try TestCity.type("11440300KH0002054H001")])
    #expect(report.published.count == 1)
    try own.close()
  }

  @Test func `a key is read under its own name only: no link is followed, no pipe waited for`()
    throws
  {
    let city = try TestRegistry()
    let department = TestDepartment(city)
    var registry = try city.open()
    _ = try department.enrol(in: registry)
    try registry.close()
    let files = FileManager.default
    for folder in [department.keys.directory, city.directory + "/keys"] {
      let names = try files.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".key") }
      try #require(!names.isEmpty)
      for name in names {
        let path = "\(folder)/\(name)"
        try files.moveItem(atPath: path, toPath: path + ".moved")
        try files.createSymbolicLink(atPath: path, withDestinationPath: path + ".moved")
      }
    }
    let error = #expect(throws: RegistryError.self) {
      registry = try city.open()
      try registry.write { _ in }
    }
    #expect(error?.message.contains("link") == true, "\(String(describing: error))")
    let own = try OpenRegistry.open(
      directory: city.directory, storage: SQLiteProvider(),
      options: city.options(keys: department.keys.directory))
    #expect(throws: RegistryError.self) { try own.signer(TestCity.police, use: .act) }
    try own.close()
  }

  @Test func `the same requests again give the same identities and no entry`() throws {
    let city = try TestRegistry()
    let department = TestDepartment(city)
    let registry = try city.open()
    let requests = try department.request().pairs
    let new = try NewDepartment(code: TestCity.police, name: "深圳市公安局", level: "municipal")
    let first = try registry.enrol(new, requests: requests)
    let again = try registry.enrol(new, requests: requests)
    #expect(again.newCount == 0 && again.skippedCount == 1)
    #expect(
      again.enrolled[0].identities.map(\.identity) == first.enrolled[0].identities.map(\.identity))
    #expect(again.enrolled[0].entry == first.enrolled[0].entry)
    #expect(again.checkpoint.head == first.checkpoint.head)
    let other = try department.request().pairs
    let error = #expect(throws: RegistryError.self) { try registry.enrol(new, requests: other) }
    #expect((error?.cause as? RuleRefusal)?.codes == [.departmentExists])
    try registry.close()
  }

  @Test func `two uses never share a key, and a department has all three`() throws {
    let city = try TestRegistry()
    let made = try TestDepartment(city).request()
    let act = made.requests[0].request
    #expect(throws: RegistryError(.invalidRequest, "")) {
      try IdentityRequests([.act: act, .seal: act])
    }
    #expect(throws: RegistryError(.invalidRequest, "")) { try IdentityRequests([:]) }
    let registry = try city.open()
    #expect(throws: RegistryError(.invalidRequest, "")) {
      try registry.enrol(
        try NewDepartment(code: TestCity.police, name: "x", level: "direct"),
        requests: try IdentityRequests([.act: act]))
    }
    #expect(try registry.ledger.size() == TreeSize(2))
    try registry.close()
  }

  @Test func `a request touches no key, and a wrong passphrase leaves nothing`() throws {
    let city = try TestRegistry()
    let department = TestDepartment(city)
    let registry = try city.open()
    _ = try department.enrol(in: registry)
    try registry.close()
    let folder = department.keys.directory
    let before = try Self.contents(folder)
    let wrong = DepartmentKeys(
      directory: folder,
      passphrases: { _ throws(RegistryError) in SecretBytes(copying: [1, 2, 3]) })
    #expect(throws: RegistryError(.wrongPassphrase, "")) {
      try wrong.request(
        code: try USCC(TestCity.police), name: "x", uses: [.act], at: city.clock.now())
    }
    #expect(try Self.contents(folder) == before)
    let next = try department.request()
    #expect(next.token != nil)
    let after = try Self.contents(folder)
    #expect(after.count == before.count + 3)
    #expect(before.allSatisfy { after[$0.key] == $0.value })
  }

  private static func contents(_ folder: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where name.contains(".") || name == "act" {
      files[name] = try BoundedFile.read(path: folder + "/" + name, maximumBytes: 1 << 16)
    }
    return files
  }

  @Test func `rotation is the department's own word: new keys in force, old ones retired`() throws {
    let city = try TestRegistry()
    let department = TestDepartment(city)
    let registry = try city.open()
    let enrolled = try department.enrol(in: registry)
    let next = try department.request([.act, .seal])
    let token = try #require(next.token)
    let report = try registry.rotate(
      TestCity.police, requests: try next.pairs, token: token, retiring: nil)
    #expect(report.identities.map(\.use) == [.act, .seal])
    let old = enrolled.identities.map(\.identity.sha256)
    #expect(report.retired == Array(old.prefix(2)))
    try department.keys.install(try department.answer(report.identities.map(\.identity), registry))
    let known = try registry.department(TestCity.police)
    #expect(known.identities.map(\.fact.state) == [.retired, .retired, .active, .active, .active])
    // The next request is signed by the new identity.
    let third = try department.request([.seal])
    let kept = try registry.rotate(
      TestCity.police, requests: try third.pairs, token: try #require(third.token), retiring: [])
    #expect(kept.retired.isEmpty)
    #expect(
      try registry.department(TestCity.police).identities.count { $0.fact.state == .active } == 4)
    try registry.close()
  }

  @Test func `nobody but the department can ask for its further identities`() throws {
    let city = try TestRegistry()
    let department = TestDepartment(city)
    let other = TestDepartment(city, code: TestCity.civil, name: "深圳市民政局")
    let registry = try city.open()
    _ = try department.enrol(in: registry)
    _ = try other.enrol(in: registry)
    let wanted = try department.request()
    let foreign = try other.request()
    let size = try registry.ledger.size()
    for token in [
      try #require(foreign.token), "not.a.token",
      String(try #require(wanted.token).dropLast(2)) + "AA",
    ] {
      let error = #expect(throws: RegistryError.self) {
        try registry.rotate(
          TestCity.police, requests: try wanted.pairs, token: token, retiring: nil)
      }
      #expect([.refused, .invalidEvent].contains(error?.code))
    }
    // A token for other keys than those handed in.
    let swapped = #expect(throws: RegistryError.self) {
      try registry.rotate(
        TestCity.police, requests: try foreign.pairs, token: try #require(wanted.token),
        retiring: nil)
    }
    #expect((swapped?.cause as? RuleRefusal)?.codes == [.identityRequest])
    #expect(try registry.department(TestCity.police).identities.count == 3)
    #expect(try registry.ledger.size() > size)
    try registry.close()
  }

  @Test func `a retired department acts no more; a revoked key is compromised since then`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let act = try registry.signer(TestCity.civil, use: .act).identity
    let seal = try registry.signer(TestCity.civil, use: .seal).identity
    let since = city.base.clock.now().seconds - 3600
    _ = try registry.revoke(seal.sha256, of: TestCity.civil, since: since)
    let fact = try #require(try registry.identity(seal.keyID)).fact
    #expect(fact.state == .compromised && fact.at == since)
    let future = #expect(throws: RegistryError.self) {
      try registry.revoke(act.sha256, of: TestCity.civil, since: since + 8000)
    }
    #expect((future?.cause as? RuleRefusal)?.codes == [.identityState])
    let foreign = #expect(throws: RegistryError.self) {
      try registry.revoke(act.sha256, of: TestCity.police, since: since)
    }
    #expect((foreign?.cause as? RuleRefusal)?.codes == [.identityUnknown])
    _ = try registry.retire(TestCity.civil, successor: nil)
    #expect(try registry.department(TestCity.civil).isEnrolled == false)
    #expect(throws: RegistryError(.unknownIdentity, "")) {
      try registry.signer(TestCity.civil, use: .act)
    }
    let again = #expect(throws: RegistryError.self) {
      try registry.retire(TestCity.civil, successor: nil)
    }
    #expect((again?.cause as? RuleRefusal)?.codes == [.departmentRetired])
    let own = #expect(throws: RegistryError.self) {
      try registry.retire(TestRegistry.code, successor: nil)
    }
    #expect((own?.cause as? RuleRefusal)?.codes == [.signerRole])
    #expect(throws: RegistryError(.unknownDepartment, "")) {
      try registry.retire("x", successor: nil)
    }
    try registry.close()
  }
}
