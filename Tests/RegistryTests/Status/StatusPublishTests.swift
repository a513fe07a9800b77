import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Testing

@Suite struct StatusPublishTests {
  private let city: TestCity
  private let cards: [CertificateIdentifier]

  init() throws {
    city = try TestCity()
    cards = try city.issueCards(3)
  }

  private func publish(
    forced: Bool = false, type: String? = nil, by department: String = TestCity.police
  ) throws -> StatusPublisher.Report {
    let registry = try city.base.open()
    var selection = StatusPublisher.Selection()
    selection.isForced = forced
    selection.type = type
    let report = try StatusPublisher(registry, department: department).publish(selection)
    try registry.close()
    return report
  }

  private func path(_ list: StatusPublisher.List) -> String {
    "\(city.base.directory)/public/\(list.name.path).jwt"
  }

  private func token(_ list: StatusPublisher.List) throws -> StatusToken {
    try StatusToken(parsing: try BoundedFile.read(path: path(list), maximumBytes: 2 << 20))
  }

  private func state(_ card: CertificateIdentifier, _ token: StatusToken) throws -> UInt8? {
    let copy = try #require(try city.view(card)?.copies.first)
    #expect(copy.status.uri == token.uri)
    return token.value(at: copy.status.index)
  }

  /// The fact and the number of entries.
  private func published() throws -> (fact: PublicationFact?, size: TreeSize) {
    let registry = try city.base.open(writing: false)
    var facts = registry.facts()
    var fact: PublicationFact?
    if case .status(let found)? = try facts.fact(.status(TestCity.police)) { fact = found }
    let size = try registry.ledger.size()
    try registry.close()
    return (fact, size)
  }

  @Test func `a token tells the coarse states and nothing more`() throws {
    #expect(try city.step(cards[0], to: .transferred) == nil)
    #expect(try city.step(cards[1], to: .suspended) == nil)
    let report = try publish()
    #expect(report.lists.count == 1 && report.lists[0].isSigned && report.lists[0].isChanged)
    #expect(report.sequence == 1 && report.index != nil)
    let token = try token(report.lists[0])
    #expect(try state(cards[0], token) == StatusList.ended)
    #expect(try state(cards[1], token) == StatusList.suspended)
    #expect(try state(cards[2], token) == StatusList.valid)
    #expect(token.list.counts() == [StatusList.ownCount - 2, 1, 1, 0])
    #expect(token.issuedAt == city.base.clock.now().seconds)
  }

  @Test func `what did not change is signed again at half its life, not before`() throws {
    _ = try publish()
    let size = try published().size
    city.base.clock.advance(days: 3)
    var report = try publish()
    #expect(report.lists.map(\.isSigned) == [false] && report.index == nil)
    #expect(report.sequence == 1)
    #expect(try published().size == size)
    city.base.clock.advance(days: 1)
    report = try publish()
    #expect(report.lists.map(\.isSigned) == [true] && report.lists.map(\.isChanged) == [false])
    #expect(report.sequence == 2 && report.index != nil)
    report = try publish(forced: true)
    #expect(report.lists.map(\.isSigned) == [true] && report.sequence == 3)
  }

  @Test func `two tokens of one second have different times`() throws {
    let first = try token(try publish().lists[0])
    #expect(try city.step(cards[0], to: .suspended) == nil)
    let second = try token(try publish().lists[0])
    #expect(second.issuedAt == first.issuedAt + 1)
  }

  @Test func `the root covers every token of the department in the order of their names`() throws {
    try city.issue([try TestCity.claims("A", [7], until: "2030-01-31")])
    try city.issue([try TestCity.claims("B", [8], until: "2041-01-31")])
    let report = try publish()
    #expect(report.lists.count == 3)
    let leaves = try report.lists.sorted { $0.uri < $1.uri }.map {
      SHA256.hash([0] + (try BoundedFile.read(path: path($0), maximumBytes: 2 << 20)))
    }
    let root = SHA256.hash(
      [1] + SHA256.hash([1] + leaves[0].bytes + leaves[1].bytes).bytes + leaves[2].bytes)
    let fact = try #require(try published().fact)
    #expect(fact.digest == root && fact.size == 3 && report.root == root)
  }

  @Test func `other departments' lists are not touched`() throws {
    let report = try publish(by: TestCity.civil)
    #expect(report.lists.isEmpty && report.index == nil && report.sequence == 0)
    #expect(try publish(type: TestCity.marriage).lists.isEmpty)
  }

  @Test func `a token that was public before its entry has a round, though it changes first`()
    throws
  {
    _ = try publish()
    #expect(try city.step(cards[0], to: .revoked) == nil)
    let registry = try city.base.open()
    _ = try StatusPublisher(registry, department: TestCity.police).signTokens(
      StatusPublisher.Selection())
    try registry.close()
    let left = try rounds().count
    #expect(try city.step(cards[1], to: .revoked) == nil)
    let report = try publish()
    #expect(report.sequence == 3 && report.lists.map(\.isSigned) == [true])
    #expect(try rounds().count == left + 2)
    // A round's file that is lost is written again, by a call that has nothing to publish.
    let path = city.base.directory + "/public/status/\(TestCity.police)/rounds/3.txt"
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: path)
    #expect(try publish().index == nil)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  private func rounds() throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: city.base.directory + "/public/status/\(TestCity.police)/rounds")
  }

  @Test func `killed between tokens and entry, the next call enters what lies there`() throws {
    _ = try publish()
    #expect(try city.step(cards[0], to: .revoked) == nil)
    let registry = try city.base.open()
    let signed = try StatusPublisher(registry, department: TestCity.police).signTokens(
      StatusPublisher.Selection())
    // Here the process dies: the token is durable, the entry was never made.
    #expect(signed.map(\.isSigned) == [true])
    let before = try published()
    #expect(try state(cards[0], try token(signed[0])) == StatusList.ended)
    let report = try publish()
    #expect(report.lists.map(\.isSigned) == [false])
    #expect(report.index != nil && report.sequence == 2)
    let after = try published()
    #expect(after.fact?.digest == report.root && after.fact?.digest != before.fact?.digest)
    #expect(try publish().index == nil)
  }

  @Test func `a lost, cut or foreign token is signed anew`() throws {
    let list = try publish().lists[0]
    let file = URL(fileURLWithPath: path(list))
    let good = try Data(contentsOf: file)
    for damage in [good.prefix(200), Data(), Data("no token".utf8)] {
      try damage.write(to: file)
      #expect(try publish().lists.map(\.isSigned) == [true])
      #expect(try token(list).uri == list.uri)
    }
    try FileManager.default.removeItem(at: file)
    #expect(try publish().lists.map(\.isSigned) == [true])
  }

  @Test func `the current tokens are copied to another folder in the same layout`() throws {
    let list = try publish().lists[0]
    let registry = try city.base.open()
    let out = city.base.folder.file("www")
    try StatusPublisher(registry, department: TestCity.police).export(type: nil, to: out)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: "\(out)/\(list.name.path).jwt"))
        == Data(contentsOf: URL(fileURLWithPath: path(list))))
    try registry.close()
  }

  @Test func `a token is sealed by the department and leads to the root`() throws {
    let token = try token(try publish().lists[0])
    let registry = try city.base.open(writing: false)
    var facts = registry.facts()
    let leaf = try Identity(der: try #require(token.token.identities.first))
    #expect(try facts.identityFact(leaf.sha256)?.use == .seal)
    #expect(try facts.identityFact(leaf.sha256)?.department == TestCity.police)
    let key = try #require(leaf.publicKey)
    #expect(token.token.isSigned(by: key))
    #expect(token.token.identities.count == 2)
    try registry.close()
  }
}
