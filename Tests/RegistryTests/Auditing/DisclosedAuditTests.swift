import Certificates
import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Testing
import Verification

/// The private members, shown by the vault or by a file: threads, states, identifiers.
@Suite struct DisclosedAuditTests {
  /// A couple, three cards, and what became of some of them.
  private static func livelyCity() throws -> TestCity {
    let city = try TestCity()
    let couple = try city.issue(
      [try TestCity.claims("M1", [1, 2])], type: TestCity.marriage, by: TestCity.civil)
    let cards = try city.issueCards(3)
    #expect(try city.step(couple[0], to: .suspended, by: TestCity.civil) == nil)
    #expect(try city.step(cards[0], to: .revoked, reason: "why") == nil)
    #expect(try city.step(couple[0], to: .inForce, by: TestCity.civil) == nil)
    #expect(try city.step(cards[2], to: .suspended) == nil)
    return city
  }

  /// Everything that the vault shows, by entry.
  private static func openings(_ city: TestCity) throws -> [OpeningState] {
    let registry = try city.base.open(writing: false)
    let vault = try VaultOpenings(registry)
    let size = try registry.ledger.size().value
    let all = try (0..<size).map { try vault.opening(of: LeafIndex($0)) }
    try registry.close()
    return all
  }

  private static func audit(_ city: TestCity, _ openings: [OpeningState]) throws -> AuditReport {
    let registry = try city.base.open(writing: false)
    let report = try LedgerAudit(
      reader: registry.reader, root: try city.root(),
      openings: { $0.value < openings.count ? openings[Int($0.value)] : .notShown }
    ).run()
    try registry.close()
    return report
  }

  private static func lines(_ openings: [OpeningState]) -> [UInt8] {
    openings.enumerated().flatMap { index, state in
      OpeningLine.write(state, at: LeafIndex(UInt64(index))).map { $0 + [0x0A] } ?? []
    }
  }

  @Test func `the vault opens every entry, and every rule holds`() throws {
    let city = try Self.livelyCity()
    let report = try city.auditRegistry()
    #expect(report.places == [])
    #expect(report.verdict == .yes)
    #expect(report.disclosedTally.passed == 8)
    #expect(report.disclosedTally.notShown == 0)
    #expect(report.checks[.facts]?.result == .passed)
  }

  @Test func `without openings the layer is not shown, and the public answer stays yes`() throws {
    let city = try Self.livelyCity()
    let report = try city.auditExport()
    #expect(report.verdict == .yes)
    #expect(report.disclosedTally.notShown == 8)
    #expect(report.checks[.disclosed]?.result == .notShown)
  }

  @Test func `a file of disclosures says the same, also on an export`() throws {
    let city = try Self.livelyCity()
    let file = OpeningFile(BytesSource(Self.lines(try Self.openings(city))))
    _ = try city.auditExport()
    let report = try LedgerAudit(
      reader: try ExportReader(directory: city.file("audited")), root: try city.root(),
      openings: { try file.opening(of: $0) }
    ).run()
    #expect(report.verdict == .yes)
    #expect(report.disclosedTally.passed == 8)
  }

  @Test func `entries that are not shown accuse nobody, and the answer is cannot tell`() throws {
    let city = try Self.livelyCity()
    let all = try Self.openings(city)
    for hidden in 6..<all.count {
      var some = all
      some[hidden] = .notShown
      let report = try Self.audit(city, some)
      #expect(report.places == [], "hidden: \(hidden)")
      #expect(report.verdict == .cannotTell)
      #expect(report.disclosedTally.notShown >= 1)
    }
  }

  @Test func `erased entries are counted, and a fault where no act erased anything`() throws {
    let city = try Self.livelyCity()
    var all = try Self.openings(city)
    all[all.count - 1] = .erased
    let file = OpeningFile(BytesSource(Self.lines(all)))
    let registry = try city.base.open(writing: false)
    let report = try LedgerAudit(
      reader: registry.reader, root: try city.root(),
      openings: { try file.opening(of: $0) }
    ).run()
    #expect(report.disclosedTally.erased == 1)
    #expect(report.checks[.disclosed]?.result == .erased)
    #expect(report.places.count == 1 && report.places[0].hasSuffix(" erased-unfounded"))
    #expect(report.verdict == .no)
    try registry.close()
  }

  @Test func `a file is read to its end, and lines of no entry are counted`() throws {
    let city = try Self.livelyCity()
    let lines = Self.lines(try Self.openings(city))
    let registry = try city.base.open(writing: false)
    defer { _ = Result { try registry.close() } }
    let size = try registry.reader.size().value
    func stray(_ more: String) throws -> Int {
      let file = OpeningFile(BytesSource(lines + Array(more.utf8)))
      for index in 0..<size { _ = try file.opening(of: LeafIndex(index)) }
      try file.finish()
      return file.strayCount
    }
    #expect(try stray("") == 0)
    #expect(try stray("{\"erased\":true,\"index\":999999}\n") == 1)
    #expect(throws: RulesError.self) { try stray("no json\n") }
  }

  @Test func `lines out of order or of another form are refused with their number`() throws {
    let city = try Self.livelyCity()
    let lines = Self.lines(try Self.openings(city)).split(separator: 0x0A).map(Array.init)
    func code(_ lines: [[UInt8]]) -> String? {
      let file = OpeningFile(BytesSource(Array(lines.joined(separator: [0x0A]))))
      do {
        for index in 0..<20 { _ = try file.opening(of: LeafIndex(UInt64(index))) }
        return nil
      } catch let error as RulesError {
        return "\(error.code) \(error.location ?? "")"
      } catch {
        return "\(error)"
      }
    }
    #expect(code(lines) == nil)
    #expect(code([lines[1], lines[0]]) == "malformedOpening line 2")
    #expect(code([lines[0], lines[0]]) == "malformedOpening line 2")
    #expect(code([lines[0], Array("{}".utf8)]) == "malformedOpening line 2")
    #expect(code([Array(lines[0].dropLast())]) == "malformedOpening line 1")
  }

  // MARK: False entries

  /// Appends a step about a certificate, as the department and the operator together could.
  private func appendStep(
    _ city: TestCity, about opening: EntryOpening, numbers: (subject: UInt64, certificate: UInt64),
    from: String = "valid", to: String = "ended", state: String = "revoked",
    change: (inout [String: JSONValue]) -> Void = { _ in }
  ) throws -> (index: LeafIndex, opening: EntryOpening) {
    let thief = try DishonestOperator(city)
    var draft = thief.draft(
      .certificateRevoked, by: TestCity.police,
      ["from": .string(from), "to": .string(to), "type": .string(TestCity.card), "version": 1])
    let certificate = try #require(opening.disclosures.first { $0.name == "certificate" })
    var values: [String: JSONValue] = [
      "certificate": certificate.value, "state": .string(state),
    ]
    change(&values)
    for (name, value) in values.sorted(by: { $0.key < $1.key }) { draft.disclose(name, value) }
    let signed = try thief.sign(draft, by: TestCity.police)
    let key = try #require(opening.certificate)
    let index = try thief.append(
      signed.event.jwt,
      tags: [
        try thief.departmentTag(TestCity.police), opening.subjects[0].tag(numbers.subject),
        key.tag(numbers.certificate),
      ])
    try thief.close()
    return (
      index,
      EntryOpening(
        index: index, disclosures: signed.disclosures, certificate: key,
        subjects: opening.subjects)
    )
  }

  private static func issued(_ openings: [OpeningState]) throws -> EntryOpening {
    try #require(
      openings.compactMap {
        if case .opened(let opening) = $0,
          opening.disclosures.contains(where: { $0.name == "copy_1" })
        {
          return opening
        }
        return nil
      }.last)
  }

  @Test func `a left out or repeated number in a private thread is the operator's fault`() throws {
    for numbers in [(3, 2), (2, 3), (1, 2), (2, 1)] as [(UInt64, UInt64)] {
      let city = try TestCity()
      _ = try city.issueCards(1)
      let openings = try Self.openings(city)
      let step = try appendStep(
        city, about: try Self.issued(openings), numbers: (numbers.0, numbers.1))
      let report = try Self.audit(city, openings + [.opened(step.opening)])
      #expect(report.places == ["\(step.index) thread-tag"], "\(numbers)")
      #expect(report.faults.first?.layer == .disclosed)
      #expect(report.disclosedTally.failed == 1)
      #expect(report.verdict == .no)
    }
  }

  @Test func `a step from a state that the certificate does not have is found`() throws {
    let city = try TestCity()
    let card = try city.issueCards(1)
    #expect(try city.step(card[0], to: .revoked) == nil)
    let openings = try Self.openings(city)
    let step = try appendStep(city, about: try Self.issued(openings), numbers: (3, 3))
    let report = try Self.audit(city, openings + [.opened(step.opening)])
    #expect(report.places == ["\(step.index) exact-state"])
  }

  @Test func `a commitment to another thread is the actor's fault`() throws {
    let city = try TestCity()
    _ = try city.issueCards(2)
    let openings = try Self.openings(city)
    let step = try appendStep(city, about: try Self.issued(openings), numbers: (2, 2)) { values in
      let identifier = values["certificate"]?["identifier"] ?? ""
      values["certificate"] = [
        "identifier": identifier, "thread": .string(SHA256.hash([7]).base64url),
      ]
    }
    let report = try Self.audit(city, openings + [.opened(step.opening)])
    #expect(report.places == ["\(step.index) thread-commitment"])
  }

  @Test func `a wrong subject in an issue, and an identifier given out twice, are found`() throws {
    let city = try TestCity()
    _ = try city.issueCards(1)
    let openings = try Self.openings(city)
    let old = try Self.issued(openings)
    let thief = try DishonestOperator(city)
    let key = ThreadKey(SHA256.hash([1, 2, 3]))
    var draft = thief.draft(
      .certificateIssued, by: TestCity.police, ["type": .string(TestCity.card), "version": 1])
    for disclosure in old.disclosures {
      var object = try #require(disclosure.value.objectValue)
      if disclosure.name == "certificate" { object["thread"] = .string(key.commitment.base64url) }
      if disclosure.name == "subject_1" { object["thread"] = .string(SHA256.hash([9]).base64url) }
      draft.disclose(disclosure.name, .object(object))
    }
    let signed = try thief.sign(draft, by: TestCity.police)
    let index = try thief.append(
      signed.event.jwt,
      tags: [try thief.departmentTag(TestCity.police), old.subjects[0].tag(2), key.tag(1)])
    try thief.close()
    let opening = EntryOpening(
      index: index, disclosures: signed.disclosures, certificate: key, subjects: old.subjects)
    let report = try Self.audit(city, openings + [.opened(opening)])
    #expect(report.places == ["\(index) identifier-taken", "\(index) thread-commitment"])
  }

  @Test func `disclosures that do not explain the digests are found`() throws {
    let city = try TestCity()
    _ = try city.issueCards(2)
    var openings = try Self.openings(city)
    let last = openings.count - 1
    guard case .opened(let one) = openings[last], case .opened(let other) = openings[last - 1]
    else { return }
    openings[last] = .opened(
      EntryOpening(
        index: one.index, disclosures: other.disclosures, certificate: one.certificate,
        subjects: one.subjects))
    let report = try Self.audit(city, openings)
    #expect(report.places.contains("\(last) disclosure-digest"))
    #expect(report.verdict == .no)
  }
}
