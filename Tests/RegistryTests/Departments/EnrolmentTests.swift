import Certificates
import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import SQLiteStorage
import Testing

@Suite struct EnrolmentTests {
  private static func departments() throws -> [NewDepartment] {
    [
      try NewDepartment(code: TestCity.police, name: "深圳市公安局", level: "municipal"),
      try NewDepartment(code: TestCity.civil, name: "深圳市民政局", level: "municipal"),
    ]
  }

  @Test func `many departments enter as one batch and can act at once`() throws {
    let test = try TestRegistry()
    let registry = try test.open()
    let report = try registry.enrol(try Self.departments())
    #expect(report.enrolled.map(\.entry.index) == [LeafIndex(2), LeafIndex(3)])
    #expect(
      report.enrolled.map { $0.identities.map(\.use) } == [
        [.act, .seal, .open], [.act, .seal, .open],
      ])
    #expect(report.enrolled[0].entry.received == report.enrolled[1].entry.received)
    #expect(report.checkpoint.head.size == TreeSize(4))
    for use in IdentityUse.allCases {
      #expect(try registry.signer(TestCity.civil, use: use).code == TestCity.civil)
    }
    try registry.close()
  }

  @Test func `the same list again changes nothing, also with one more department`() throws {
    let test = try TestRegistry()
    let registry = try test.open()
    _ = try registry.enrol([try Self.departments()[0]])
    let again = try registry.enrol(try Self.departments())
    #expect(again.enrolled.map(\.code) == [TestCity.civil])
    #expect(again.skippedCount == 1)
    let third = try registry.enrol(try Self.departments())
    #expect(third.enrolled.isEmpty)
    #expect(third.checkpoint.head.size == TreeSize(4))
    try registry.close()
  }

  @Test func `a code enrolled under another name is refused, and the refusal is an entry`() throws {
    let test = try TestRegistry()
    let registry = try test.open()
    _ = try registry.enrol(try Self.departments())
    let other = try NewDepartment(code: TestCity.civil, name: "别的名称", level: "municipal")
    #expect(try registry.enrolmentState(other) == .other)
    let error = #expect(throws: RegistryError.self) { try registry.enrol([other]) }
    #expect(error?.code == .refused)
    let refusal = try #require(error?.cause as? RuleRefusal)
    #expect(refusal.codes == [.departmentExists])
    #expect(refusal.recordedAs == LeafIndex(4))
    var facts = registry.facts()
    #expect(try facts.department(TestCity.civil)?.name == "深圳市民政局")
    try registry.close()
  }

  @Test(arguments: [
    ("11440300KH0002054X", "深圳市公安局", "municipal", "code"),
    ("11440300KH0002054H", "", "municipal", "name"),
    ("11440300KH0002054H", "a\u{202E}b", "municipal", "name"),
    ("11440300KH0002054H", "深圳市公安局", "registry", "level"),
    ("11440300KH0002054H", "深圳市公安局", "city", "level"),
  ])
  func `what no department can be is refused by member`(
    code: String, name: String, level: String, member: String
  ) throws {
    let error = #expect(throws: RegistryError.self) {
      try NewDepartment(code: code, name: name, level: level)
    }
    #expect(error?.code == .invalidSettings)
    #expect(error?.location == member)
  }

  @Test func `a wrong passphrase enrols nobody`() throws {
    let test = try TestRegistry()
    let registry = try OpenRegistry.open(
      directory: test.directory, storage: SQLiteProvider(),
      options: test.options(wrong: .registry))
    let error = #expect(throws: RegistryError.self) { try registry.enrol(try Self.departments()) }
    #expect(error?.code == .wrongPassphrase)
    #expect(try registry.ledger.size() == TreeSize(2))
  }

  @Test func `a name is compared as it is written, and rare ideographs pass`() throws {
    let test = try TestRegistry()
    let registry = try test.open()
    _ = try registry.enrol([
      try NewDepartment(code: TestCity.police, name: "caf\u{E9} \u{20BB7}", level: "direct")
    ])
    let other = try NewDepartment(
      code: TestCity.police, name: "cafe\u{301} \u{20BB7}", level: "direct")
    #expect(try registry.enrolmentState(other) == .other)
    let name = try registry.department(TestCity.police).fact.name
    #expect(Array(name.utf8) == Array("caf\u{E9} \u{20BB7}".utf8))
    try registry.close()
  }

  @Test func `two that enrol the same list at once enrol each department once`() async throws {
    let test = try TestRegistry()
    let departments = try Self.departments()
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<3 {
        group.addTask {
          let registry = try test.open()
          let report = try registry.enrol(departments)
          try registry.close()
          return report.newCount + report.skippedCount
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts == [2, 2, 2])
    let registry = try test.open()
    #expect(try registry.ledger.size() == TreeSize(4))
    #expect(try registry.signer(TestCity.police, use: .act).code == TestCity.police)
    try registry.close()
  }

  @Test func `refusals of a department wait, and enter when the registrar's key is opened`() throws
  {
    let city = try TestCity()
    let first = try city.base.open()
    let code = try TypeCode("11440300KH0002054H001")
    _ = try first.withdraw(code, version: 1)
    let error = #expect(throws: RegistryError.self) { try first.withdraw(code, version: 1) }
    let refusal = try #require(error?.cause as? RuleRefusal)
    #expect(refusal.codes == [.typeWithdrawn] && refusal.recordedAs == nil)
    try first.close()
    let registry = try city.base.open()
    #expect(try registry.ledger.size() == TreeSize(7))
    _ = try registry.publishTrust(fresh: false)
    let kinds = try registry.ledger.entries(from: LeafIndex(7), count: 2).map {
      try Event(parsing: try Entry(parsing: $0).event).kind
    }
    #expect(kinds == [.actRefused, .trustPublished])
    _ = try registry.publishTrust(fresh: true)
    #expect(try registry.ledger.size() == TreeSize(10))
    try registry.close()
  }
}
