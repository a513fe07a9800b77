import Certificates
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Testing

@Suite struct StateBulkTests {
  private struct Stopped: Error {}

  private func sheet(
    _ city: TestCity, _ text: String, state: CertificateState? = nil, isEnding: Bool = true,
    reason: String? = nil, encoding: TextEncoding = .utf8
  ) throws -> StateSheet {
    let path = city.base.folder.file("states.csv")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try StateSheet(
      try ClaimsFile(path: path, form: .sheet(encoding)),
      StateSheet.Defaults(state: state, isEnding: isEnding, reason: reason))
  }

  private func run(
    _ city: TestCity, _ job: StateJob, by department: String = TestCity.police,
    stopAfter: Int = .max
  ) throws -> StateReport {
    let registry = try city.base.open()
    var batches = 0
    let report = try job.run(
      in: registry, by: try registry.signer(department, use: .act),
      progress: { _, _ in batches += 1 }, isInterrupted: { batches >= stopAfter })
    try registry.close()
    return report
  }

  private func state(_ city: TestCity, _ card: CertificateIdentifier) throws -> CertificateState? {
    try city.view(card)?.certificate.state
  }

  @Test func `a sheet changes each row, refuses some and counts what was so before`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(5)
    #expect(try city.step(cards[0], to: .revoked) == nil)
    #expect(try city.step(cards[1], to: .lapsed) == nil)
    let foreign = try city.issue(
      [try TestCity.claims("M", [0, 1])], type: TestCity.marriage, by: TestCity.civil)
    let rows = [
      "\(cards[0]),revoked,", "\(cards[1]),revoked,", "\(cards[2]),withdrawn,错误",
      "\(foreign[0]),revoked,", "\(try cards[4].next()),revoked,", "\(cards[3]),other,迁移",
    ]
    let sheet = try sheet(city, "identifier,state,reason\n" + rows.joined(separator: "\n"))
    #expect(sheet.faults.isEmpty && sheet.rowCount == 6)
    let report = try run(city, try sheet.job())
    #expect(report.changedCount == 2 && report.alreadyCount == 1 && report.refusedCount == 3)
    let refused = Dictionary(
      uniqueKeysWithValues: report.refusals.map { ($0.line ?? 0, $0.code) })
    #expect(refused == [3: "state_step", 5: "not_issuer", 6: "not_found"])
    #expect(try state(city, cards[2]) == .withdrawn)
    #expect(try city.view(cards[2])?.history.last?.reason == "错误")
    #expect(try state(city, cards[3]) == .other)
    #expect(try state(city, cards[4]) == .inForce)
    let again = try run(city, try sheet.job())
    #expect(again.changedCount == 0 && again.alreadyCount == 3 && again.refusedCount == 3)
  }

  @Test func `a fault of form anywhere, and nothing is done`() throws {
    let city = try TestCity()
    let card = try #require(try city.issueCards(1).first).text
    let good = "\(card),revoked,"
    let cut = String(card.dropLast())
    let wrong = card.hasSuffix("0") ? "1" : "0"
    let cases: [(String, String)] = [
      ("identifier,state,reason\n\(good)\n,revoked,", "missing"),
      ("identifier,state,reason\n\(good)\n\(cut)\(wrong),revoked,", "check_character"),
      ("identifier,state,reason\n\(good)\nwhat,revoked,", "format"),
      ("identifier,state,reason\n\(good)\n\(card),gone,", "enum"),
      ("identifier,state,reason\n\(good)\n\(card),suspended,", "enum"),
      ("identifier,state,reason\n\(good)\n\(card),replaced,", "enum"),
      ("identifier,state,reason\n\(good)\n\(card),,", "enum"),
      ("identifier,state,reason\n\(good)\n\(card),other,", "missing"),
      ("identifier,state,reason\n\(good)\n\(card),other,a\u{202E}b", "unpermitted_character"),
      ("identifier,state,reason\n\(good)\n\(card),revoked", "field_count"),
      ("identifier,state,reason\n\(good)\n\"\(card)", "bad_text"),
      ("identifier,state,state\n\(good)", "duplicate_column"),
      ("identifier,status\n\(card),revoked", "unknown_column"),
      ("state,reason\nrevoked,", "missing_column"), ("identifier\n\(card)", "missing_column"),
    ]
    for (text, code) in cases {
      let sheet = try sheet(city, text)
      #expect(sheet.faults.contains { $0.code == code }, "\(code)")
      #expect(throws: RegistryError(.invalidInput, "")) { try sheet.job() }
      let refused = StateReport(refusing: sheet)
      #expect(refused.refusedCount >= 1 && refused.changedCount == 0)
      for fault in sheet.faults {
        #expect(!fault.message.contains(cut) && !fault.message.contains("what"))
      }
    }
    #expect(throws: RegistryError(.emptyInput, "")) { try sheet(city, "") }
    #expect(throws: RegistryError(.emptyInput, "")) {
      try sheet(city, "identifier,state,reason\n")
    }
    #expect(throws: RegistryError(.notFound, "")) {
      try StateSheet(
        try ClaimsFile(path: city.base.folder.file("no.csv"), form: .sheet(.utf8)),
        StateSheet.Defaults(state: nil, isEnding: true, reason: nil))
    }
  }

  @Test func `a state and a reason for all rows stand in where a row has none`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(3)
    let rows = ["\(cards[0]),", "\(cards[1]),cancelled", "\(cards[2]),"]
    let report = try run(
      city,
      try sheet(
        city, "identifier,state\r\n" + rows.joined(separator: "\r\n"), state: .lapsed,
        reason: "到期"
      ).job())
    #expect(report.changedCount == 3)
    #expect(try cards.map { try state(city, $0) } == [.lapsed, .cancelled, .lapsed])
    #expect(try city.view(cards[0])?.history.last?.reason == "到期")
    let no = try sheet(
      city, "identifier,state\n\(cards[0]),lapsed", state: .suspended, isEnding: false)
    #expect(no.faults.map(\.code) == ["unknown_column"])
  }

  @Test func `one certificate twice in a sheet takes one step`() throws {
    let city = try TestCity()
    let card = try #require(try city.issueCards(1).first)
    let report = try run(
      city,
      try sheet(city, "identifier,state\n\(card),revoked\n\(card),revoked").job())
    #expect(report.changedCount == 1 && report.alreadyCount == 1 && report.refusedCount == 0)
    #expect(try city.view(card)?.history.count == 2)
  }

  @Test func `a batch is suspended as far as its members can`() throws {
    let city = try TestCity()
    let path = city.base.folder.file("cards.csv")
    try CardSheet(0..<7).write(to: path)
    let issued = try city.issue(path, to: city.base.folder.file("cards.jsonl"))
    let others = try city.issueCards(2)
    let registry = try city.base.open()
    let members = try BatchMembers(issued.batch, in: registry.vault)
    #expect(members.count == 7)
    var search = CertificateSearch()
    search.batch = issued.batch
    var found: [CertificateIdentifier] = []
    try registry.certificates().forEach(search) { one throws(RegistryError) in
      found.append(one.identifier)
      return true
    }
    try registry.close()
    #expect(found.count == 7 && found.allSatisfy { !others.contains($0) })
    #expect(try city.step(found[0], to: .revoked) == nil)
    #expect(try city.step(found[1], to: .suspended) == nil)
    let report = try run(city, members.job(try StateStep(to: .suspended)))
    #expect(report.changedCount == 5 && report.alreadyCount == 1 && report.passedOverCount == 1)
    #expect(report.refusedCount == 0)
    for card in others { #expect(try state(city, card) == .inForce) }
    #expect(throws: RegistryError(.notFound, "")) {
      let id = try #require(BatchID("b-00000000000000000000000000000000"))
      _ = try BatchMembers(id, in: try city.base.open(writing: false).vault)
    }
  }

  @Test func `interrupted between two batches, the same job goes on`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(StateJob.batchCount + 100)
    let requests = try cards.map {
      StateRequest(.identifier($0), try StateStep(to: .suspended))
    }
    let job = StateJob(count: requests.count) { requests[$0] }
    let first = try run(city, job, stopAfter: 1)
    #expect(first.isInterrupted && first.changedCount == StateJob.batchCount)
    #expect(first.changes.count == StateReport.listedCountMax)
    let second = try run(city, job)
    #expect(!second.isInterrupted && second.changedCount == 100)
    #expect(second.alreadyCount == StateJob.batchCount)
  }

  @Test func `the order of a job is not the order of its rows`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(40)
    let report = try city.step(
      try cards.map { StateRequest(.identifier($0), try StateStep(to: .suspended)) })
    #expect(report.changes.map(\.identifier) != cards.map(\.text))
    #expect(Set(report.changes.map(\.identifier)) == Set(cards.map(\.text)))
    let indices = report.changes.map(\.index.value)
    #expect(indices == indices.sorted())
  }

  @Test(arguments: Writer.DurableStep.allCases)
  func `killed after a durable step, a repetition makes each change once`(
    step: Writer.DurableStep
  ) throws {
    let city = try TestCity()
    let cards = try city.issueCards(3)
    let requests = try cards.map {
      StateRequest(.identifier($0), try StateStep(to: .revoked))
    }
    let registry = try city.base.open()
    let signer = try registry.signer(TestCity.police, use: .act)
    #expect(throws: RegistryError(.internalFault, "")) {
      try registry.write { writer throws(RegistryError) in
        writer.probe = { reached throws(RegistryError) in
          if reached == step { throw RegistryError(.internalFault, "killed") }
        }
        _ = try writer.takeSteps(requests, by: signer)
      }
    }
    // The process is gone: nothing is closed, another one opens what is on the disk. A reader takes
    // nothing back, and sees only what is in the ledger.
    let entered = step != .vaultCommitted
    for card in cards {
      let view = try #require(try city.view(card))
      #expect(view.certificate.state == (entered ? .revoked : .inForce))
      #expect(view.history.count == (entered ? 2 : 1))
    }
    let report = try city.step(requests)
    #expect(report.changedCount == (entered ? 0 : 3))
    #expect(report.alreadyCount == (entered ? 3 : 0))
    for card in cards {
      let view = try #require(try city.view(card))
      #expect(view.certificate.state == .revoked && view.history.count == 2)
    }
  }
}
