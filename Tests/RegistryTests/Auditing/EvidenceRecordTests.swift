import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Testing
import Verification

/// What is shown of persons enters their threads, and the vault can show it in turn.
@Suite struct EvidenceRecordTests {
  @Test func `what is handed over about one person is an entry for each 256 events`() throws {
    let city = try TestCity()
    _ = try city.issueCards(2)
    let registry = try city.base.open()
    let code = HolderCode(type: "111", code: CardSheet.citizenNumber(1))
    let person = try #require(try registry.person(code))
    #expect(try registry.person(HolderCode(type: "111", code: "nobody")) == nil)
    let events = (0..<300).map {
      EventID(
        issuer: registry.settings.departmentURI(TestCity.police), number: SHA256.hash("\($0)"))
    }
    let receiver = try EvidenceReceiver(
      name: "审计局", citation: "《审计法》", department: TestCity.civil)
    #expect(
      try registry.recordEvidence(
        [
          PersonEvidence(person: person.id, events: events),
          PersonEvidence(person: nil, events: [events[0]]),
        ], to: receiver
      ).count == 3)
    #expect(try registry.recordEvidence([], to: receiver) == [])
    try registry.close()
    let reader = try city.base.open(writing: false)
    let report = try ThreadAudit(
      reader: reader.reader, root: try city.root(), thread: .subject(person.key)
    ).run()
    try reader.close()
    #expect(report.verdict == .yes)
    #expect(report.entries.map(\.kind).dropFirst() == [.evidenceDisclosed, .evidenceDisclosed])
    #expect(report.entries.compactMap { $0.clear["count"]?.integerValue } == [256, 44])
    // The vault opens all of it, and both layers of rules hold.
    let audit = try city.auditRegistry()
    #expect(audit.places == [] && audit.verdict == .yes)
    #expect(audit.disclosedTally.passed == 5)
    let long = String(repeating: "x", count: 257)
    for (name, citation) in [("", "x"), ("x", ""), ("a\nb", "x"), (long, "x")] {
      #expect(throws: RegistryError(.invalidInput, "")) {
        try EvidenceReceiver(name: name, citation: citation)
      }
    }
  }

  @Test func `a receiver that is no department here is refused, and nothing is shown for it`()
    throws
  {
    let city = try TestCity()
    _ = try city.issueCards(1)
    let registry = try city.base.open()
    let person = try #require(
      try registry.person(HolderCode(type: "111", code: CardSheet.citizenNumber(0))))
    let receiver = try EvidenceReceiver(
      name: "x", citation: "y", department: "11440300KH0001019M")
    let event = EventID(
      issuer: registry.settings.departmentURI(TestCity.police), number: SHA256.hash("a"))
    #expect(throws: RegistryError(.refused, "")) {
      try registry.recordEvidence(
        [PersonEvidence(person: person.id, events: [event])], to: receiver)
    }
    try registry.close()
  }

  @Test func `what the registry's own vault shows of shares tells which have no decision`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(2)
    let share = TestShare(city, cards[1], person: 1)
    #expect(try share.request().entry != nil)
    #expect(try share.release().entry != nil)
    #expect(try share.acknowledge().entry != nil)
    let before = try report(city)
    #expect(before.verdict == .yes)
    #expect(before.counts.last == "orphans \(TestCity.civil) clerk 1")
    #expect(before.rows.map(\.caseReference) == ["17"])
    #expect(try share.decide().entry != nil)
    #expect(try report(city).rows.isEmpty)
  }

  private func report(_ city: TestCity) throws -> ShareReport {
    let registry = try city.base.open(writing: false)
    let vault = try VaultOpenings(registry)
    let report = try ShareAudit(
      reader: registry.reader, root: try city.root(), question: ShareQuestion(), isReport: true,
      openings: { try vault.opening(of: $0) }
    ).run()
    try registry.close()
    return report
  }
}
