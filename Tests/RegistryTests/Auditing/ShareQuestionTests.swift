import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Testing
import Verification

/// Who took which data, on which basis, and what followed: asked of the ledger alone.
@Suite struct ShareQuestionTests {
  private let civil = TestCity.civil
  private let police = TestCity.police

  @Test func `a request is one row with all that followed it`() throws {
    let ledger = try ShareLedger()
    try ledger.issue()
    _ = try ledger.grant()
    let request = try ledger.request()
    let release = try ledger.release()
    let last = try ledger.acknowledge()
    let open = try ledger.ask("second", role: "head")
    let report = try ledger.question()
    #expect(report.verdict == .yes)
    #expect(report.rows.map(\.index.value) == [request, open])
    #expect(report.rows.map(\.state) == [.acknowledged, .open])
    #expect(report.rows[0].history.map(\.index.value) == [release, last])
    #expect(report.rows[0].history.map(\.department) == [police, civil])
    #expect(report.thread.through.value == open + 1)
    #expect(report.asOf != nil)
    // Each part of the question chooses.
    let chosen: [((inout ShareQuestion) -> Void, [UInt64])] = [
      ({ $0.mode = .duty }, [open]), ({ $0.mode = .grant }, [request]),
      ({ $0.role = "head" }, [open]), ({ $0.purpose = "other" }, []),
      ({ $0.type = TestCity.card }, [request, open]), ({ $0.outcome = .open }, [open]),
      ({ $0.outcome = .released }, []), ({ $0.outcome = .acknowledged }, [request]),
      ({ $0.department = TestCity.civil }, [request, open]),
      ({ $0.department = TestRegistry.code }, []), ({ $0.isAskedAbout = { _ in false } }, []),
      (
        {
          $0.department = TestCity.civil
          $0.side = .provider
        }, []
      ),
      (
        {
          $0.department = TestCity.police
          $0.side = .provider
        }, [request, open]
      ),
    ]
    for (change, rows) in chosen {
      let report = try ledger.question(change)
      #expect(report.rows.map(\.index.value) == rows)
      #expect(report.places == [] && report.verdict == .yes)
    }
    try ledger.thief.close()
  }

  @Test func `an act that breaks a rule is not counted, and is named where it was asked about`()
    throws
  {
    let ledger = try ShareLedger()
    try ledger.issue()
    let request = try ledger.ask()
    _ = try ledger.release()
    // By somebody else, of other bytes, a second time.
    let foreign = try ledger.enter(
      "foreign", .shareAcknowledged, by: police,
      [
        "release": ledger.name("release"), "provider": .string(police),
        "enclosed": .string(SHA256.hash("enclosed").base64url),
      ], [])
    let other = try ledger.enter(
      "other", .shareAcknowledged, by: civil,
      [
        "release": ledger.name("release"), "provider": .string(police),
        "enclosed": .string(SHA256.hash("other").base64url),
      ], [])
    let second = try ledger.refuse()
    let report = try ledger.question()
    #expect(report.rows.map(\.state) == [.released])
    #expect(report.rows[0].history.count == 1 && report.rows[0].index.value == request)
    #expect(
      report.places == [
        "\(foreign) signer-role", "\(other) enclosed", "\(second) request-answered",
      ])
    #expect(report.verdict == .no)
    // Whoever asks about something else is told nothing of it.
    #expect(try ledger.question { $0.purpose = "other" }.places == [])
    #expect(try ledger.question { $0.department = TestRegistry.code }.verdict == .yes)
    #expect(try ledger.question { $0.department = TestCity.civil }.verdict == .no)
    try ledger.thief.close()
  }

  @Test func `a number left out of a department's thread is a gap, whatever is chosen`() throws {
    let ledger = try ShareLedger()
    try ledger.issue()
    try ledger.ask()
    let draft = ledger.thief.draft(.ledgerRuled, by: civil, ["rules": 1])
    let skipping = try ledger.thief.append(
      try ledger.thief.sign(draft, by: civil).event.jwt,
      tags: [try ledger.thief.departmentTag(civil, ahead: 3)])
    let report = try ledger.question {
      $0.department = TestCity.civil
      $0.purpose = "other"
    }
    #expect(report.places.contains("\(skipping) thread-gap"))
    #expect(report.rows.isEmpty && report.verdict == .no)
    #expect(try ledger.question { $0.department = TestCity.police }.verdict == .yes)
    try ledger.thief.close()
  }

  @Test func `the figures tell what is owed, what was refused and on which basis data was used`()
    throws
  {
    let ledger = try ShareLedger()
    try ledger.issue()
    _ = try ledger.grant()
    _ = try ledger.request()
    _ = try ledger.release()
    _ = try ledger.acknowledge()
    try ledger.ask()
    _ = try ledger.release()
    try ledger.ask("late", answerWithin: 1)
    try ledger.ask("third")
    try ledger.refuse("third")
    try ledger.refuseAct()
    ledger.thief.now = ledger.thief.now.adding(milliseconds: 5000)
    try ledger.ask("open")
    let report = try ledger.question(report: true)
    #expect(report.places == [])
    #expect(report.rows.isEmpty)
    #expect(
      report.counts == [
        "requests \(civil) 5", "uses_by_duty \(civil) 《婚姻登记条例》 1", "uses_by_grant \(civil) 1",
        "refusals \(police) none 1", "refused_acts \(civil) duty-claims 1",
        "refused_acts \(civil) duty-unknown 1", "unanswered \(police) 1",
        "unanswered_late \(police) 1", "unacknowledged \(civil) 1", "orphans_not_shown \(civil) 2",
      ])
    let grants = try ledger.question(report: true) { $0.mode = .grant }
    #expect(
      grants.counts == [
        "requests \(civil) 1", "uses_by_grant \(civil) 1", "orphans_not_shown \(civil) 1",
      ])
    try ledger.thief.close()
  }

  @Test func `a use whose case was never decided is an orphan, where that is shown`() throws {
    let ledger = try ShareLedger()
    try ledger.issue()
    let request = try ledger.ask(role: "head")
    _ = try ledger.release()
    _ = try ledger.acknowledge()
    let before = try ledger.question(report: true, shows: true)
    #expect(before.places == [])
    #expect(before.counts.last == "orphans \(civil) head 1")
    #expect(before.rows.map(\.index.value) == [request])
    #expect(before.rows.map(\.caseReference) == ["2026-17"])
    let decision = try ledger.decide()
    let after = try ledger.question(report: true, shows: true)
    #expect(after.counts == ["requests \(civil) 1", "uses_by_duty \(civil) 《婚姻登记条例》 1"])
    #expect(after.rows.isEmpty && after.verdict == .yes)
    // A decision that is not shown may be this case's.
    let hidden = try ledger.question(report: true, shows: true, hiding: [decision])
    #expect(hidden.counts.contains("orphans_not_shown \(civil) 1"))
    let rows = try ledger.question(shows: true) { $0.caseReference = "2026-17" }
    #expect(rows.rows.map(\.history.last?.kind) == [.caseDecided])
    let none = try ledger.question(shows: true) { $0.caseReference = "2026-18" }
    #expect(none.rows.isEmpty && none.verdict == .yes)
    let unknown = try ledger.question(shows: true, hiding: [request]) {
      $0.caseReference = "2026-17"
    }
    #expect(unknown.rows.isEmpty && unknown.caseNotShownCount == 1)
    #expect(unknown.verdict == .cannotTell)
    try ledger.thief.close()
  }

  @Test func `figures are not given without the faults of acts about what is settled`() throws {
    let ledger = try ShareLedger()
    try ledger.issue()
    try ledger.ask()
    try ledger.refuse()
    let second = try ledger.refuse()
    try ledger.ask("other")
    _ = try ledger.release(of: "other")
    _ = try ledger.acknowledge()
    // What may still follow is no fault; what may not, is.
    try ledger.dispute()
    let again = try ledger.acknowledge()
    let report = try ledger.question(report: true)
    #expect(
      report.places == ["\(second) request-answered", "\(again) release-acknowledged"])
    #expect(report.verdict == .no)
    #expect(try ledger.question { _ in }.places == report.places)
    #expect(try ledger.question(report: true) { $0.purpose = "other" }.places == [])
    #expect(try ledger.question(report: true) { $0.outcome = .open }.places == [])
    try ledger.thief.close()
  }

  @Test func `a use is of the case that its request tells, where the release is not shown`() throws
  {
    let ledger = try ShareLedger()
    try ledger.issue()
    try ledger.ask(role: "head")
    let release = try ledger.release()
    _ = try ledger.acknowledge()
    let before = try ledger.question(report: true, shows: true, hiding: [release])
    #expect(before.counts.contains("orphans \(civil) head 1"))
    #expect(before.rows.map(\.caseReference) == ["2026-17"])
    try ledger.decide()
    let after = try ledger.question(report: true, shows: true, hiding: [release])
    #expect(after.rows.isEmpty && !after.counts.contains { $0.hasPrefix("orphans") })
    try ledger.thief.close()
  }

  @Test func `swapped tags of two persons are found by whoever is shown both`() throws {
    let ledger = try ShareLedger()
    try ledger.issue()
    try ledger.ask()
    // The other person's thread stands where this one's should.
    let own = try #require(ledger.keys["subject"])
    let other = try ThreadKey.random(from: SystemRandom())
    ledger.counts[other] = ledger.counts[own]
    ledger.keys["subject"] = other
    let swapped = try ledger.release()
    let index = Int(swapped)
    guard case .opened(let opening) = ledger.openings[index] else { return }
    ledger.openings[index] = .opened(
      EntryOpening(
        index: opening.index, disclosures: opening.disclosures, certificate: opening.certificate,
        subjects: [own], caseThread: opening.caseThread))
    let report = try ledger.question(shows: true)
    #expect(report.verdict == .no)
    #expect(report.places.contains("\(swapped) thread-tag"))
    #expect(report.rows.map(\.state) == [.open])
    try ledger.thief.close()
  }

  @Test func `a ledger that is one entry short, or has a foreign one, answers no`() throws {
    for (change, isFirst) in [
      ("DELETE FROM entry WHERE id = LAST", false), ("DELETE FROM entry WHERE id = FIRST", true),
      ("DELETE FROM entry WHERE id = MIDDLE", false),
      (
        "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE id = FIRST) WHERE id = MIDDLE",
        false
      ),
    ] {
      let ledger = try ShareLedger()
      try ledger.issue()
      let first = try ledger.ask()
      let middle = try ledger.release()
      let last = try ledger.acknowledge()
      try ledger.thief.close()
      let sql = change.replacing("FIRST", with: "\(first)").replacing("LAST", with: "\(last)")
        .replacing("MIDDLE", with: "\(middle)")
      try RawDatabase.execute(ledger.city.base.directory + "/ledger.sqlite", sql)
      for department in [nil, TestCity.civil] {
        let report = try ledger.question { $0.department = department }
        #expect(report.verdict == .no, "\(change)")
        #expect(report.rows.count == (isFirst ? 0 : 1), "\(change)")
      }
    }
  }
}
