import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Testing
import Verification

/// Grants and sharing in an audit that is shown the private members: it remembers what it needs.
@Suite struct ShareAuditTests {
  private static func settled() throws -> ShareLedger {
    let ledger = try ShareLedger()
    try ledger.issue()
    _ = try ledger.grant()
    _ = try ledger.request()
    return ledger
  }

  @Test func `a share from grant to acknowledgement breaks no rule in either layer`() throws {
    let ledger = try Self.settled()
    _ = try ledger.release()
    let last = try ledger.acknowledge()
    let report = try ledger.audit()
    #expect(report.places == [])
    #expect(report.verdict == .yes)
    #expect(report.disclosedTally.passed == 5)
    #expect(report.entryCount == last + 1)
    try ledger.thief.close()
  }

  @Test func `what is hidden of it is not shown, and accuses nobody`() throws {
    let ledger = try Self.settled()
    _ = try ledger.release()
    let last = try ledger.acknowledge()
    for index in (last - 4)...last {
      let report = try ledger.audit(hiding: [index])
      #expect(report.places == [], "hidden: \(index)")
      #expect(report.verdict == .cannotTell)
      // The next one needs what was hidden; the last is needed by none.
      #expect(report.disclosedTally.notShown >= (index == last ? 1 : 2), "hidden: \(index)")
    }
    try ledger.thief.close()
  }

  @Test func `what is hidden is told by department, and what was never decided by role and case`()
    throws
  {
    let ledger = try ShareLedger()
    try ledger.issue()
    let request = try ledger.ask(role: "head")
    _ = try ledger.release()
    let last = try ledger.acknowledge()
    let shown = try #require(try ledger.audit().shares)
    #expect(shown.counts.suffix(1) == ["orphans \(TestCity.civil) head 1"])
    #expect(shown.rows.map(\.caseReference) == ["2026-17"])
    let hidden = try #require(try ledger.audit(hiding: [request, last]).shares)
    #expect(
      hidden.counts.suffix(2) == [
        "orphans \(TestCity.civil) head 1", "not_shown \(TestCity.civil) 2",
      ])
    try ledger.thief.close()
  }

  @Test func `a grant by another key, or lodged twice, is found`() throws {
    let ledger = try ShareLedger()
    try ledger.issue()
    let foreign = try ledger.grant(by: .generate())
    #expect(try ledger.audit().places == ["\(foreign) grant-holder"])
    try ledger.thief.close()
  }

  @Test func `a grant by the holder of a suspended certificate is found, and passes later`() throws
  {
    let ledger = try ShareLedger()
    try ledger.issue()
    try ledger.step(.suspended)
    let early = try ledger.grant()
    try ledger.step(.inForce)
    let late = try ledger.grant()
    let report = try ledger.audit()
    #expect(report.places == ["\(early) grant-holder"])
    #expect(report.disclosedTally.passed == late - early + 2)
    try ledger.thief.close()
  }

  @Test func `a release of a suspended certificate, or about somebody else, is found`() throws {
    let suspended = try Self.settled()
    try suspended.step(.suspended)
    let state = try suspended.release()
    #expect(try suspended.audit().places == ["\(state) share-state"])
    try suspended.thief.close()
    let other = try Self.settled()
    let person = try other.release(person: 2)
    #expect(try other.audit().places == ["\(person) share-subject"])
    try other.thief.close()
  }

  @Test func `a number of the case's thread that is left out is the operator's fault`() throws {
    let ledger = try Self.settled()
    let key = try #require(ledger.keys["case"])
    ledger.counts[key] = 2
    let release = try ledger.release()
    #expect(try ledger.audit().places == ["\(release) thread-tag"])
    try ledger.thief.close()
  }

  @Test func `an acknowledgement in another person's thread is found`() throws {
    let ledger = try Self.settled()
    _ = try ledger.release()
    ledger.keys["subject"] = try ThreadKey.random(from: SystemRandom())
    let index = try ledger.acknowledge()
    #expect(try ledger.audit().places == ["\(index) share-subject"])
    try ledger.thief.close()
  }
}
