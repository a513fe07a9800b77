import Certificates
import Encoding
import Registry
import Rules
import Testing

@Suite struct ListingTests {
  private func list(
    _ city: TestCity, _ set: (inout CertificateSearch) throws -> Void = { _ in }, limit: Int = .max
  ) throws -> [CertificateIdentifier] {
    var search = CertificateSearch()
    try set(&search)
    let registry = try city.base.open(writing: false)
    var found: [CertificateIdentifier] = []
    try registry.certificates().forEach(search) { certificate throws(RegistryError) in
      found.append(certificate.identifier)
      return found.count < limit
    }
    try registry.close()
    return found
  }

  @Test func `all are listed newest first, and a list goes on`() throws {
    let city = try TestCity()
    #expect(try list(city).isEmpty)
    let cards = try city.issueCards(5)
    #expect(try list(city) == cards.reversed())
    let first = try list(city, limit: 2)
    #expect(first == [cards[4], cards[3]])
    #expect(try list(city) { $0.after = first[1] } == [cards[2], cards[1], cards[0]])
    #expect(throws: RegistryError(.notFound, "")) {
      try list(city) { $0.after = try cards[0].next() }
    }
  }

  @Test func `certificates are found by type, state, number and holder`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(3)
    let couple = try city.issue(
      [try TestCity.claims("M", [0, 1])], type: TestCity.marriage, by: TestCity.civil)
    #expect(try city.step(cards[1], to: .suspended) == nil)
    #expect(try city.step(cards[2], to: .lapsed) == nil)
    #expect(try list(city) { $0.type = TestCity.marriage } == couple)
    #expect(try list(city) { $0.type = "11440300KH0002054H999" }.isEmpty)
    #expect(try list(city) { $0.states = [.suspended] } == [cards[1]])
    #expect(try list(city) { $0.states = [.lapsed, .revoked] } == [cards[2]])
    #expect(try list(city) { $0.states = [.inForce] } == couple + [cards[0]])
    #expect(try list(city) { $0.number = "N1" } == [cards[1]])
    #expect(
      try list(city) {
        $0.number = "N1"
        $0.type = TestCity.marriage
      }.isEmpty)
    #expect(try list(city) { $0.number = "M" } == couple)
    #expect(try list(city) { $0.number = "m" }.isEmpty)
    func holder(_ person: Int) -> HolderCode {
      HolderCode(type: "111", code: CardSheet.citizenNumber(person))
    }
    #expect(try list(city) { $0.holder = holder(1) } == couple + [cards[1]])
    #expect(try list(city) { $0.holder = holder(2) } == [cards[2]])
    #expect(try list(city) { $0.holder = holder(77) }.isEmpty)
    #expect(
      try list(city) {
        $0.holder = holder(1)
        $0.states = [.suspended]
        $0.number = "N1"
      } == [cards[1]])
  }

  @Test func `days of issue bound a list on both sides`() throws {
    let city = try TestCity()
    var days: [Day] = []
    var cards: [CertificateIdentifier] = []
    for person in 0..<4 {
      days.append(city.base.clock.now().day)
      cards += try city.issue([try TestCity.claims("N\(person)", [person])])
      city.base.clock.advance(days: 10)
    }
    for from in 0..<4 {
      for through in from..<4 {
        let found = try list(city) {
          $0.from = days[from]
          $0.through = days[through]
        }
        #expect(found == cards[from...through].reversed())
      }
    }
    #expect(try list(city) { $0.from = days[3].adding(days: 1) }.isEmpty)
    #expect(try list(city) { $0.through = days[0].adding(days: -1) }.isEmpty)
    #expect(
      try list(city) {
        $0.from = days[2]
        $0.through = days[1]
      }.isEmpty)
    #expect(
      try list(city) {
        $0.from = days[1].adding(days: 1)
        $0.through = days[2].adding(days: -1)
      }.isEmpty)
  }

  @Test func `more than a page is listed without gap or double`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(1_101)
    #expect(try list(city) == cards.reversed())
    #expect(try list(city) { $0.type = TestCity.card } == cards.reversed())
  }

  @Test func `what is in the vault and not in the ledger is not listed`() throws {
    let city = try TestCity()
    let card = try city.issueCards(1)
    let registry = try city.base.open()
    let file = try registry.typeFile(try TypeCode(TestCity.card), version: nil)
    let builder = try registry.certificateBuilder(file, department: TestCity.police)
    let indices = StatusIndices(
      department: try USCC(TestCity.police), type: file.code, host: TestRegistry.host)
    let claims = try TestCity.claims("lost", [9])
    #expect(throws: RegistryError(.internalFault, "")) {
      try registry.write { writer throws(RegistryError) in
        writer.probe = { step throws(RegistryError) in
          if step == .vaultCommitted { throw RegistryError(.internalFault, "killed") }
        }
        let built = try builder.build(
          try builder.prepare([CertificateOrder(claims: claims)], indices, writer))
        _ = try writer.append(built.map(\.proposal))
      }
    }
    #expect(try list(city) == card)
    #expect(try list(city) { $0.number = "lost" }.isEmpty)
  }

  @Test func `a view opens claims, copies and threads`() throws {
    let city = try TestCity()
    let couple = try #require(
      try city.issue(
        [try TestCity.claims("M", [0, 1])], type: TestCity.marriage, by: TestCity.civil
      ).first)
    let view = try #require(try city.view(couple))
    #expect(view.claims?["number"] == "M")
    #expect(view.claims?["holders"]?.arrayValue?.count == 2)
    #expect(view.copies.count == 2)
    #expect(Set(view.copies.map(\.digest)).count == 2)
    #expect(Set(view.copies.map(\.status)).count == 2)
    #expect(view.previous == nil && view.successor == nil)
    #expect(view.history.count == 1)
    #expect(view.certificate.issuerCode == TestCity.civil)
  }
}
