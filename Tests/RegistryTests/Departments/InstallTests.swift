import Cryptography
import Encoding
import Foundation
import Registry
import Rules
import Testing

/// What a department installs, and what it does not.
@Suite struct InstallTests {
  private struct Setting {
    let city: TestRegistry
    let department: TestDepartment
    let registry: OpenRegistry
    let received: ReceivedIdentities

    init() throws {
      city = try TestRegistry()
      department = TestDepartment(city)
      registry = try city.open()
      let report = try registry.enrol(
        try NewDepartment(code: TestCity.police, name: "深圳市公安局", level: "municipal"),
        requests: try department.request().pairs)
      received = try department.answer(report.enrolled[0].identities.map(\.identity), registry)
    }

    func codes(_ received: ReceivedIdentities, days: Int = 0) throws -> Set<IdentityFault.Code> {
      let now = city.clock.now().adding(days: days)
      return Set(try department.keys.faults(of: received, at: now).map(\.code))
    }
  }

  @Test func `what the registry returned fits, before and after it is installed`() throws {
    let setting = try Setting()
    #expect(try setting.codes(setting.received) == [])
    try setting.department.keys.install(setting.received)
    #expect(try setting.codes(setting.received) == [])
    try setting.department.keys.install(setting.received)
    let folder = setting.department.keys.directory
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/pending").isEmpty)
    for leaf in setting.received.leaves {
      let path = "\(folder)/\(leaf.keyID).key"
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
    try setting.registry.close()
  }

  @Test func `an identity without its key, expired or not yet valid does not fit`() throws {
    let setting = try Setting()
    let stranger = TestDepartment(setting.city, code: TestCity.civil, name: "x")
    #expect(
      Set(try stranger.keys.faults(of: setting.received, at: setting.city.clock.now()).map(\.code))
        == [.noSuchKey])
    #expect(try setting.codes(setting.received, days: 366 * 6) == [.path])
    #expect(try setting.codes(setting.received, days: -3) == [.path])
    try setting.registry.close()
  }

  @Test func `another root, another ledger and a missing authority do not fit`() throws {
    let setting = try Setting()
    let other = try TestRegistry()
    let foreign = try other.open()
    var received = setting.received
    received.root = try setting.department.answer([], foreign).root
    #expect(try setting.codes(received) == [.foreignRoot])
    received = setting.received
    received.authorities = []
    #expect(try setting.codes(received) == [.foreignRoot])
    received = setting.received
    received.root = received.authorities[0]
    #expect(try setting.codes(received) == [.foreignRoot])
    try setting.department.keys.install(setting.received)
    received = setting.received
    received.origin = "other.example/ledger"
    #expect(try setting.codes(received) == [.foreignRoot])
    received = try setting.department.answer(setting.received.leaves, foreign)
    #expect(try setting.codes(received) == [.foreignRoot])
    try foreign.close()
    try setting.registry.close()
  }

  @Test func `an identity of another use or department does not fit`() throws {
    let setting = try Setting()
    var received = setting.received
    received.leaves.append(try setting.registry.keys.identity(.listSigner))
    #expect(try setting.codes(received).contains(.wrongUsage))
    try setting.department.keys.install(setting.received)
    let other = TestDepartment(setting.city, code: TestCity.civil, name: "深圳市民政局")
    let enrolled = try other.enrol(in: setting.registry)
    received = setting.received
    received.leaves = enrolled.identities.map(\.identity)
    #expect(try setting.codes(received).isSuperset(of: [.uriMismatch, .noSuchKey]))
    received.leaves = []
    #expect(try setting.codes(received) == [])
    try setting.registry.close()
  }
}
