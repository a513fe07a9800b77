import Certificates
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Testing
import Verification

@Suite struct ReplaceTests {
  private let city: TestCity

  init() throws { city = try TestCity() }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = city.base.folder.file(name)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// A sheet in which persons get a new card in the place of an old one.
  private func sheet(
    _ rows: [(person: Int, previous: String)], named name: String = "new.csv"
  ) throws -> String {
    try file(
      name,
      CardSheet.header + ",previous_identifier\r\n"
        + rows.map { CardSheet.row($0.person) + "," + $0.previous + "\r\n" }.joined())
  }

  private func replace(
    _ path: String, single previous: CertificateIdentifier? = nil, to out: String = "new.jsonl",
    watch: IssueWatch = IssueWatch(), in open: OpenRegistry? = nil
  ) throws -> IssueReport {
    let registry = try open ?? city.base.open()
    let type = try registry.typeFile(try TypeCode(TestCity.card), version: nil)
    let claims = try ClaimsFile(path: path, form: previous == nil ? .sheet(.utf8) : .json)
      .check(type, isReplacement: previous == nil)
    #expect(claims.faults.isEmpty, "\(claims.faults)")
    var order = IssueOrder(
      department: TestCity.police, type: type, claims: claims,
      target: DeliveryTarget(path: city.base.folder.file(out)))
    order.previous = previous
    let report = try registry.issue(order, watch: watch)
    if open == nil { try registry.close() }
    return report
  }

  private func issueSheet(_ persons: Range<Int>) throws -> [CertificateIdentifier] {
    let path = city.base.folder.file("cards.csv")
    try CardSheet(persons).write(to: path)
    let report = try city.issue(path, to: city.base.folder.file("cards.jsonl"))
    return try report.identifiers.map { try CertificateIdentifier($0) }
  }

  private func person(_ card: CertificateIdentifier) throws -> Int {
    let code = try city.view(card)?.claims?["number"]?.stringValue
    return try #require((0..<100).first { CardSheet.citizenNumber($0) == code })
  }

  @Test func `a successor goes on with the serial, and both entries stand side by side`() throws {
    let cards = try issueSheet(0..<3)
    let old = try #require(try city.view(cards[1]))
    let report = try replace(try sheet([(try person(cards[1]), cards[1].text)]))
    #expect(report.issuedCount == 1 && report.refused.isEmpty)
    let successor = try cards[1].next()
    #expect(report.identifiers == [successor.text])
    #expect(
      report.replaced.map(\.identifier) == [cards[1].text]
        && report.replaced.map(\.successor) == [successor.text])
    let before = try #require(try city.view(cards[1]))
    let after = try #require(try city.view(successor))
    #expect(before.certificate.state == .replaced && before.successor == successor.text)
    #expect(before.history.map(\.kind) == [.certificateIssued, .certificateReplaced])
    #expect(after.previous == cards[1].text && after.certificate.state == .inForce)
    #expect(after.certificate.row.base == old.certificate.row.base)
    #expect(after.certificate.index.value == (before.history.last?.index.value ?? 0) + 1)
    #expect(report.replaced.first?.index == before.history.last?.index)
    // The subject's thread goes on through both.
    #expect(after.certificate.row.subjects == old.certificate.row.subjects)
  }

  @Test func `the audit holds both halves of every replacement together`() throws {
    let cards = try issueSheet(0..<3)
    _ = try replace(try sheet(try cards.map { (person: try person($0), previous: $0.text) }))
    let report = try city.auditRegistry()
    #expect(report.places == [] && report.verdict == .yes)
    let registry = try city.base.open(writing: false)
    let vault = try VaultOpenings(registry)
    let size = try registry.ledger.size().value
    // The last half of the last pair is not shown, then the first: neither accuses the other.
    for hidden in [size - 1, size - 2] {
      let some = try LedgerAudit(
        reader: registry.reader, root: try city.root(),
        openings: { $0.value == hidden ? .notShown : try vault.opening(of: $0) }
      ).run()
      #expect(some.places == [] && some.verdict == .cannotTell)
    }
    try registry.close()
    #expect(try city.auditExport().verdict == .yes)
  }

  @Test func `a certificate that names a predecessor does not enter alone`() throws {
    let cards = try issueSheet(0..<1)
    let registry = try city.base.open()
    let type = try registry.typeFile(try TypeCode(TestCity.card), version: nil)
    let builder = try registry.certificateBuilder(type, department: TestCity.police)
    let indices = StatusIndices(
      department: try USCC(TestCity.police), type: type.code, host: TestRegistry.host)
    let found = try registry.certificates().find(cards[0])
    let order = CertificateOrder(claims: try TestCity.claims("N", [0]), previous: found)
    let outcomes = try registry.write { writer throws(RegistryError) in
      let built = try builder.build(try builder.prepare([order], indices, writer))
      return try writer.append(built.map(\.proposal)).outcomes
    }
    try registry.close()
    guard case .refused(let codes) = outcomes[0] else {
      Issue.record("it entered")
      return
    }
    #expect(codes == [.replacementPair])
  }

  @Test func `the predecessor's copy verifies as ended once the status is published`() throws {
    let cards = try issueSheet(0..<1)
    _ = try replace(try sheet([(0, cards[0].text)]))
    let registry = try city.base.open()
    _ = try StatusPublisher(registry, department: TestCity.police).publish(
      StatusPublisher.Selection())
    try registry.close()
    for (card, expected) in [(cards[0], StatusList.ended), (try cards[0].next(), 0)] {
      let status = try #require(try city.view(card)?.copies.first?.status)
      let name = try StatusListName.parse(status.uri).name
      let token = try StatusToken(
        parsing: try BoundedFile.read(
          path: "\(city.base.directory)/public/\(name.path).jwt", maximumBytes: 2 << 20))
      #expect(token.value(at: status.index) == expected)
    }
  }

  @Test func `rows that can replace nothing are refused alone`() throws {
    let cards = try issueSheet(0..<6)
    let persons = try cards.map(person)
    #expect(try city.step(cards[0], to: .revoked) == nil)
    #expect(try city.step(cards[1], to: .suspended) == nil)
    // One person's two cards: the citizen number is the holder's, the card's another.
    let twice = CardSheet.row(persons[2]).replacing(
      CardSheet.citizenNumber(persons[2]) + ",", with: CardSheet.citizenNumber(12) + ",",
      maxReplacements: 1)
    let couple = try city.issue(
      [try TestCity.claims("M", [0, 1])], type: TestCity.marriage, by: TestCity.civil)
    let unknown = try cards[5].next()
    let rows: [(Int, String)] = [
      (persons[0], cards[0].text), (persons[1], cards[1].text), (persons[2], cards[2].text),
      (10, couple[0].text), (11, unknown.text), (persons[4], cards[3].text),
    ]
    let text =
      CardSheet.header + ",previous_identifier\r\n"
      + (rows.map { (CardSheet.row($0.0), $0.1) } + [(twice, cards[2].text)])
      .map { "\($0.0),\($0.1)\r\n" }.joined()
    let report = try replace(try file("new.csv", text))
    #expect(report.issuedCount == 1)
    let refused = Dictionary(uniqueKeysWithValues: report.refused.map { ($0.line, $0.code) })
    #expect(refused.count == 6)
    #expect(refused[2] == "state_step" && refused[5] == "not_issuer" && refused[6] == "not_found")
    #expect(refused[3] == "suspended" && refused[7] == "holder_mismatch")
    // Of two rows for one certificate the order, which is shuffled, decides.
    #expect([refused[4], refused[8]].compactMap { $0 } == ["duplicate_in_file"])
    #expect(report.refused.allSatisfy { !$0.message.contains("refuse it") })
    #expect(try city.view(cards[3])?.certificate.state == .inForce)
    #expect(try city.view(cards[1])?.certificate.state == .suspended)
  }

  @Test func `a successor with the number of another certificate in force is refused`() throws {
    let cards = try issueSheet(0..<2)
    let numbers = try cards.map { CardSheet.citizenNumber(try person($0)) }
    let row = CardSheet.row(try person(cards[0]))
      .replacing(numbers[0] + ",", with: numbers[1] + ",", maxReplacements: 1)
    let text = CardSheet.header + ",previous_identifier\r\n\(row),\(cards[0].text)\r\n"
    let report = try replace(try file("new.csv", text))
    #expect(report.refused.map(\.code) == ["not_unique"])
    #expect(report.refused.first?.message.hasPrefix(cards[1].text) == true)
  }

  @Test func `one certificate is replaced once, however often the command is given`() throws {
    let cards = try issueSheet(0..<1)
    let claims = try #require(try city.view(cards[0])?.claims)
    let input: JSONObject = [
      "number": claims["number"] ?? .null, "holders": claims["holders"] ?? .null,
      "valid_from": "2026-11-24", "valid_until": "2046-11-23", "sex": "女", "ethnicity": "汉",
      "birth_date": "1990-01-01", "address": "广东省深圳市福田区1号",
    ]
    let path = try file(
      "new.json", String(decoding: JSONValue.object(input).canonicalBytes(), as: UTF8.self))
    let first = try replace(path, single: cards[0], to: "out")
    let again = try replace(path, single: cards[0], to: "out")
    #expect(first.batch == again.batch && again.issuedCount == 0 && again.isResumed)
    let successor = try cards[0].next()
    #expect(try city.view(successor)?.claims?["address"] == "广东省深圳市福田区1号")
    #expect(
      FileManager.default.fileExists(
        atPath: city.base.folder.file("out/\(successor).1.json")))
    // The same claims for the successor are another job.
    let next = try replace(path, single: successor, to: "out")
    let third = try successor.next().text
    #expect(next.batch != first.batch && next.identifiers == [third])
    let late = try replace(path, single: cards[0], to: "out")
    #expect(late.issuedCount == 0)
  }

  @Test func `a rule that refuses the successor keeps the predecessor`() throws {
    let cards = try issueSheet(0..<1)
    let registry = try city.base.open()
    // Issuing ends with the withdrawal of the type; ending does not.
    _ = try registry.withdraw(try TypeCode(TestCity.card), version: nil)
    let report = try replace(try sheet([(0, cards[0].text)]), in: registry)
    try registry.close()
    #expect(report.issuedCount == 0 && report.refused.map(\.code) == ["type-withdrawn"])
    let view = try #require(try city.view(cards[0]))
    #expect(view.certificate.state == .inForce && view.history.count == 1)
    #expect(try city.view(try cards[0].next()) == nil)
    #expect(try city.step(cards[0], to: .cancelled) == nil)
  }

  @Test(arguments: Writer.DurableStep.allCases)
  func `killed after a durable step, the pair is whole and the deliveries come`(
    step: Writer.DurableStep
  ) throws {
    let cards = try issueSheet(0..<3)
    let path = try sheet(try cards.map { (person: try person($0), previous: $0.text) })
    let registry = try city.base.open()
    try registry.write { writer throws(RegistryError) in
      writer.probe = { reached throws(RegistryError) in
        if reached == step { throw RegistryError(.internalFault, "killed") }
      }
    }
    #expect(throws: RegistryError(.internalFault, "")) { try replace(path, in: registry) }
    let report = try replace(path)
    #expect(report.record.issuedCount == 3 && report.record.refusedCount == 0)
    for card in cards {
      #expect(try city.view(card)?.history.count == 2)
      #expect(try city.view(try card.next())?.history.count == 1)
      #expect(try city.view(try card.next().next()) == nil)
    }
    let lines = try String(contentsOfFile: city.base.folder.file("new.jsonl"), encoding: .utf8)
    #expect(lines.split(separator: "\n").count == 3)
  }
}
