import Ledger
import Registry
import Rules
import Testing
import Verification

/// Shares as the writer takes them: it knows what the acts before opened, and gives every thread
/// its number.
@Suite struct ShareWritingTests {
  private let city: TestCity
  private let share: TestShare

  init() throws {
    city = try TestCity()
    share = TestShare(city, try city.issueCards(2)[1], person: 1)
  }

  private func codes(_ outcome: Outcome) -> [RuleCode] {
    if case .refused(let codes) = outcome { codes } else { [] }
  }

  private func matter(_ id: Int64) throws -> MatterRow {
    let registry = try city.base.open(writing: false)
    defer { _ = Result { try registry.close() } }
    return try #require(try registry.vault.matter(id))
  }

  private func audit() throws -> AuditReport {
    let registry = try city.base.open(writing: false)
    defer { _ = Result { try registry.close() } }
    let openings = try VaultOpenings(registry)
    return try LedgerAudit(
      reader: registry.reader, root: try city.root(),
      openings: { try openings.opening(of: $0) }
    ).run()
  }

  @Test(arguments: [true, false])
  func `a share goes from request to settlement, and an audit agrees`(names: Bool) throws {
    let first = try #require(try share.request(names: names).entry)
    let row = try matter(1)
    #expect(row.kind == .share && row.state == ShareState.open.number)
    #expect(row.entry == Int64(first.index.value) && row.changed == row.entry)
    #expect(row.certificate == (names ? 2 : 0))
    let acts: [(ShareState, () throws -> Outcome)] = [
      (.released, { try share.release() }), (.acknowledged, share.acknowledge),
      (.disputed, share.dispute), (.settled, share.settle),
    ]
    for (state, act) in acts {
      let outcome = try act()
      let entry = try #require(outcome.entry, "\(state): \(codes(outcome))")
      let row = try matter(1)
      #expect(row.state == state.number)
      #expect(row.changed == Int64(entry.index.value))
      #expect(row.certificate == 2)
    }
    #expect(try #require(try share.decide().entry).tags.count == 4)
    let report = try audit()
    #expect(report.places == [])
    #expect(report.verdict == .yes)
    #expect(report.disclosedTally.notShown == 0)
  }

  @Test func `a refused request does its neighbours no harm, and leaves nothing`() throws {
    // Nobody was issued a card under this number: it makes a subject, and is refused.
    let stranger = TestShare(city, share.card, person: 7, reference: "99")
    let outcomes = try TestShare.request([stranger, share])
    #expect(codes(outcomes[0]) == [.shareCertificate])
    #expect(outcomes[1].entry != nil)
    #expect(try city.findings(try city.cipher()) == nil)
    // What was left unused stays unused; what comes next goes on.
    #expect(try stranger.decide(names: ["subject_1", "case"]).entry != nil)
    #expect(try city.findings(try city.cipher()) == nil)
  }

  @Test func `an answer about another person, case or certificate is refused`() throws {
    try #require(try share.request().entry != nil)
    #expect(
      codes(try share.release(names: ["subject_1", "case"])) == [.shareCertificate, .shareState])
    #expect(try matter(1).state == ShareState.open.number)
    #expect(try share.release().entry != nil)
    #expect(codes(try share.release()) == [.requestAnswered])
    #expect(try city.findings(try city.cipher()) == nil)
  }

  @Test func `a certificate that was suspended in between is not released`() throws {
    try #require(try share.request(names: false).entry != nil)
    #expect(try city.step(share.card, to: .suspended) == nil)
    #expect(codes(try share.release()) == [.shareState])
    #expect(try city.step(share.card, to: .inForce) == nil)
    #expect(try share.release().entry != nil)
    // The certificate's thread has all four, in order, and goes on.
    #expect(try city.step(share.card, to: .suspended) == nil)
    let history = try #require(try city.view(share.card)).history
    #expect(
      history.map(\.kind) == [
        .certificateIssued, .certificateSuspended, .certificateReinstated, .shareReleased,
        .certificateSuspended,
      ])
    #expect(history.last?.state == .suspended)
    #expect(try city.findings(try city.cipher()) == nil)
  }

  @Test func `what was shared of a certificate outlives its erasure, and is told erased`() throws {
    try #require(try share.request(names: false).entry != nil)
    try #require(try share.release().entry != nil)
    try #require(try share.acknowledge().entry != nil)
    #expect(try city.step(share.card, to: .revoked, reason: "x") == nil)
    let erased = try #require(try city.erase(share.card))
    #expect(erased.entry != nil, "\(codes(erased))")
    #expect(try city.findings(try city.cipher()) == nil)
    let report = try audit()
    #expect(report.places == [])
    // The issue, the release, the acknowledgement, the step and the erasure are in its thread.
    #expect(report.disclosedTally.erased == 5)
    // The request is not: it named no certificate.
    let registry = try city.base.open(writing: false)
    let reader = try registry.matters()
    let row = try #require(try registry.vault.matter(1))
    let records = try reader.records(of: row)
    #expect(records.count == 3)
    #expect(try reader.disclosures(records[0], of: row).contains { $0.name == "case" })
    try registry.close()
  }
}
