import Certificates
import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Testing
import Verification

/// Answers from threads: what happened to a certificate, what a department did.
@Suite struct ThreadAuditTests {
  private func audit(
    _ city: TestCity, _ thread: ThreadAudit<RegistryReader>.Thread,
    known: KnownEntry? = nil,
    isListed: @escaping (Timestamp) -> Bool = { _ in true }
  ) throws -> ThreadReport {
    let registry = try city.base.open(writing: false)
    let report = try ThreadAudit(
      reader: registry.reader, root: try city.root(), thread: thread, known: known,
      isListed: isListed
    ).run()
    try registry.close()
    return report
  }

  private func key(_ city: TestCity, _ identifier: CertificateIdentifier) throws -> ThreadKey {
    let registry = try city.base.open(writing: false)
    let found = try #require(try registry.certificates().find(identifier))
    let key = try registry.threadKey(of: found)
    try registry.close()
    return key
  }

  private func places(_ report: ThreadReport) -> [String] {
    report.faults.map { ($0.index.map { "\($0) " } ?? "") + $0.code }
  }

  @Test func `a certificate's key finds its entries, each proved, and no other's`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(3)
    try city.grow(by: 600)
    #expect(try city.step(cards[1], to: .suspended) == nil)
    #expect(try city.step(cards[0], to: .revoked) == nil)
    #expect(try city.step(cards[1], to: .inForce) == nil)
    let report = try audit(city, .certificate(try key(city, cards[1])))
    #expect(report.verdict == .yes)
    #expect(report.entries.map(\.number) == [1, 2, 3])
    #expect(
      report.entries.map(\.kind) == [
        .certificateIssued, .certificateSuspended, .certificateReinstated,
      ])
    #expect(report.entries.allSatisfy { $0.proof == .passed })
    #expect(report.state == .valid)
    #expect(report.count == 3)
    let other = try audit(city, .certificate(try key(city, cards[0])))
    #expect(other.state == .ended)
    let nobody = try audit(city, .certificate(ThreadKey(SHA256.hash([1]))))
    #expect(nobody.entries.isEmpty && nobody.state == nil && nobody.verdict == .yes)
  }

  @Test func `an entry that was shown must be the thread's at its number`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(2)
    let first = try key(city, cards[0])
    let registry = try city.base.open(writing: false)
    let entries = try (6...7).map {
      try Entry(parsing: try registry.ledger.entries(from: LeafIndex($0), count: 1)[0])
    }
    try registry.close()
    let report = try audit(city, .certificate(first))
    let own = try #require(entries.first { $0.index == report.entries[0].index })
    let others = try #require(entries.first { $0.index != own.index })
    func verdict(_ number: UInt64, _ entry: Entry) throws -> CheckList.Verdict {
      try audit(city, .certificate(first), known: .init(number: number, entry: entry)).verdict
    }
    #expect(try verdict(1, own) == .yes)
    #expect(try verdict(2, own) == .no)
    #expect(try verdict(1, others) == .no)
  }

  @Test func `a number left out, given twice, and a wrong state are named`() throws {
    for (numbers, code) in [([3], "thread-gap"), ([1], "thread-tag")] as [([UInt64], String)] {
      let city = try TestCity()
      let card = try city.issueCards(1)[0]
      let thread = try key(city, card)
      let thief = try DishonestOperator(city)
      var draft = thief.draft(
        .certificateRevoked, by: TestCity.police,
        ["from": "valid", "to": "ended", "type": .string(TestCity.card), "version": 1])
      draft.disclose("certificate", ["identifier": .string(card.text)])
      let index = try thief.append(
        try thief.sign(draft, by: TestCity.police).event.jwt,
        tags: [
          try thief.departmentTag(TestCity.police), Tag(SHA256.hash([1])),
          thread.tag(numbers[0]),
        ])
      try thief.close()
      let report = try audit(city, .certificate(thread))
      #expect(places(report) == ["\(index) \(code)"])
      #expect(report.verdict == .no)
    }
    let city = try TestCity()
    let card = try city.issueCards(1)[0]
    let thread = try key(city, card)
    let thief = try DishonestOperator(city)
    let draft = thief.draft(
      .certificateReinstated, by: TestCity.police,
      ["from": "suspended", "to": "valid", "type": .string(TestCity.card), "version": 1])
    let index = try thief.append(
      try thief.sign(draft, by: TestCity.police).event.jwt,
      tags: [
        try thief.departmentTag(TestCity.police), Tag(SHA256.hash([1])), thread.tag(2),
      ])
    try thief.close()
    #expect(places(try audit(city, .certificate(thread))) == ["\(index) exact-state"])
  }

  @Test func `a department's thread is public: all it signed and all that name it`() throws {
    let city = try TestCity()
    _ = try city.issueCards(3)
    let report = try audit(city, .department(TestCity.police))
    #expect(report.name == "深圳市公安局")
    #expect(report.entries.map(\.number) == [1, 2, 3, 4, 5])
    #expect(
      report.entries.map(\.kind.rawValue).sorted() == [
        "certificate.issued", "certificate.issued", "certificate.issued", "department.enrolled",
        "type.published",
      ])
    #expect(report.verdict == .yes)
    let later = try audit(city, .department(TestCity.police), isListed: { _ in false })
    #expect(later.entries.isEmpty && later.count == 5)
  }

  @Test func `an entry of a department without its tag, or with a number too far, is named`() throws
  {
    let city = try TestCity()
    let thief = try DishonestOperator(city)
    let draft = thief.draft(.ledgerRuled, by: TestCity.police, ["rules": 1])
    let bare = try thief.append(
      try thief.sign(draft, by: TestCity.police).event.jwt, tags: [Tag(SHA256.hash([3]))])
    let skipping = try thief.append(
      try thief.sign(draft, by: TestCity.police).event.jwt,
      tags: [try thief.departmentTag(TestCity.police, ahead: 2)])
    try thief.close()
    let found = places(try audit(city, .department(TestCity.police)))
    #expect(found.contains("\(bare) thread-tag"))
    #expect(found.contains("\(skipping) thread-gap"))
    #expect(found.contains("\(bare) signer-role"))
    // Nobody else is accused of it.
    #expect(places(try audit(city, .department(TestCity.civil))) == [])
  }

  @Test func `another's broken rule accuses nobody, also where the audit has a code of its name`()
    throws
  {
    let city = try TestCity()
    let card = try city.issueCards(1)[0]
    let thread = try key(city, card)
    let thief = try DishonestOperator(city)
    let draft = thief.draft(
      .departmentRetired, by: TestRegistry.code, ["department": .string("11440300KH0001019M")])
    let index = try thief.append(
      try thief.sign(draft, by: TestRegistry.code).event.jwt,
      tags: [
        try thief.departmentTag(TestRegistry.code),
        try thief.departmentTag("11440300KH0001019M"),
      ])
    try thief.close()
    #expect(RuleCode.departmentUnknown.rawValue == AuditCode.departmentUnknown.rawValue)
    #expect(
      places(try audit(city, .department(TestRegistry.code))) == ["\(index) department-unknown"])
    for other in [.certificate(thread), .department(TestCity.police)]
      as [ThreadAudit<RegistryReader>.Thread]
    {
      let report = try audit(city, other)
      #expect(places(report) == [])
      #expect(report.verdict == .yes)
    }
  }

  @Test func `what hides entries spoils every answer; another's broken rule does not`() throws {
    let city = try TestCity()
    let card = try city.issueCards(2)[0]
    let thread = try key(city, card)
    let before = try audit(city, .certificate(thread))
    try RawDatabase.execute(
      city.base.directory + "/ledger.sqlite", "UPDATE entry SET bytes = x'00' WHERE id = 3")
    let report = try audit(city, .certificate(thread))
    #expect(places(report) == ["3 entry-form", "3 entry-altered"])
    #expect(report.entries.map(\.index) == before.entries.map(\.index))
    #expect(report.verdict == .no)
  }
}
