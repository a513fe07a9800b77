import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Testing
import Verification

/// Entries that an operator wrote past the judge, each followed by an honest one: the audit names
/// the false one by index and code, and goes on.
@Suite struct DishonestEntryTests {
  private static let ruled: JSONObject = ["rules": 1]

  private func findings(
    _ write: (DishonestOperator) throws -> Void
  ) throws -> (first: UInt64, places: [String]) {
    let city = try TestCity()
    let thief = try DishonestOperator(city)
    let first = thief.next.value
    try write(thief)
    try thief.close()
    let report = try city.auditExport()
    #expect(report.entryCount > first)
    #expect(report.checkpoint != nil, "the operator did sign this tree")
    #expect(report.verdict == .no)
    return (first, report.places)
  }

  @Test func `a signature that is not the department's`() throws {
    let (first, places) = try findings { thief in
      let draft = thief.draft(.ledgerRuled, by: TestRegistry.code, Self.ruled)
      let named = try thief.registry.signer(TestRegistry.code, use: .act)
      let other = try thief.registry.signer(TestCity.police, use: .act)
      let signed = try draft.signed(with: other.key, keyID: named.keyID, at: thief.now)
      try thief.append(signed.event.jwt, tags: [try thief.departmentTag(TestRegistry.code)])
    }
    #expect(places == ["\(first) signature"])
  }

  @Test func `a department that signs what is the registrar's`() throws {
    let (first, places) = try findings { thief in
      let draft = thief.draft(.ledgerRuled, by: TestCity.police, Self.ruled)
      try thief.append(
        try thief.sign(draft, by: TestCity.police).event.jwt,
        tags: [try thief.departmentTag(TestCity.police)])
    }
    #expect(places == ["\(first) signer-role"])
  }

  @Test func `an event of another ledger`() throws {
    let (first, places) = try findings { thief in
      let draft = thief.draft(
        .ledgerRuled, by: TestRegistry.code, Self.ruled, audience: "other.example/ledger")
      try thief.append(
        try thief.sign(draft, by: TestRegistry.code).event.jwt,
        tags: [try thief.departmentTag(TestRegistry.code)])
    }
    #expect(places == ["\(first) audience"])
  }

  @Test func `an event signed eleven minutes before, and one from the future`() throws {
    for (seconds, code) in [(-661, "stale"), (120, "early")] as [(Int64, String)] {
      let (first, places) = try findings { thief in
        let draft = thief.draft(.ledgerRuled, by: TestRegistry.code, Self.ruled)
        let signed = try thief.sign(
          draft, by: TestRegistry.code, at: thief.now.adding(seconds: seconds))
        try thief.append(
          signed.event.jwt, tags: [try thief.departmentTag(TestRegistry.code)])
      }
      #expect(places == ["\(first) \(code)"])
    }
  }

  @Test func `an event whose actor saw another tree, or a larger one`() throws {
    let fork = SeenTree(size: TreeSize(3), root: SHA256.hash([1]))
    let ahead = SeenTree(size: TreeSize(999), root: SHA256.hash([1]))
    for (seen, code) in [(fork, "seen-fork"), (ahead, "seen-ahead")] {
      let (first, places) = try findings { thief in
        let draft = thief.draft(.ledgerRuled, by: TestRegistry.code, Self.ruled, seen: seen)
        try thief.append(
          try thief.sign(draft, by: TestRegistry.code).event.jwt,
          tags: [try thief.departmentTag(TestRegistry.code)])
      }
      #expect(places == ["\(first) \(code)"])
    }
  }

  @Test func `the same event a second time`() throws {
    let (first, places) = try findings { thief in
      let draft = thief.draft(.ledgerRuled, by: TestRegistry.code, Self.ruled)
      let event = try thief.sign(draft, by: TestRegistry.code).event.jwt
      try thief.append(event, tags: [try thief.departmentTag(TestRegistry.code)])
      try thief.append(event, tags: [try thief.departmentTag(TestRegistry.code, ahead: 2)])
    }
    #expect(places == ["\(first + 1) replayed"])
  }

  @Test func `a department's tag that leaves a number out`() throws {
    let (first, places) = try findings { thief in
      let draft = thief.draft(.ledgerRuled, by: TestRegistry.code, Self.ruled)
      try thief.append(
        try thief.sign(draft, by: TestRegistry.code).event.jwt,
        tags: [try thief.departmentTag(TestRegistry.code, ahead: 2)])
    }
    #expect(places == ["\(first) department-tag"])
  }

  @Test func `a certificate that ends as replaced, and no new one beside it`() throws {
    let (first, places) = try findings { thief in
      var draft = thief.draft(
        .certificateReplaced, by: TestCity.police,
        ["type": .string(TestCity.card), "version": 1, "from": "valid", "to": "ended"])
      draft.disclose("state", "replaced")
      let tags = [try thief.departmentTag(TestCity.police), Tag(.zero), Tag(SHA256.hash([1]))]
      try thief.append(try thief.sign(draft, by: TestCity.police).event.jwt, tags: tags)
      let honest = thief.draft(.ledgerRuled, by: TestRegistry.code, Self.ruled)
      try thief.append(
        try thief.sign(honest, by: TestRegistry.code).event.jwt,
        tags: [try thief.departmentTag(TestRegistry.code)])
    }
    #expect(places == ["\(first) replacement-alone"])
  }

  @Test func `something that is no event at all`() throws {
    let (first, places) = try findings { thief in
      try thief.append(Array("aa.bb.cc".utf8), tags: [])
    }
    #expect(places == ["\(first) event-form"])
  }

  @Test func `after each false entry the honest ones are judged as before`() throws {
    let city = try TestCity()
    let thief = try DishonestOperator(city)
    let draft = thief.draft(.ledgerRuled, by: TestRegistry.code, ["rules": 7])
    let index = try thief.append(
      try thief.sign(draft, by: TestRegistry.code).event.jwt,
      tags: [try thief.departmentTag(TestRegistry.code)])
    let more = thief.draft(.ledgerRuled, by: TestRegistry.code, Self.ruled)
    try thief.append(
      try thief.sign(more, by: TestRegistry.code).event.jwt,
      tags: [try thief.departmentTag(TestRegistry.code, ahead: 2)])
    try thief.close()
    let report = try city.auditExport()
    #expect(report.places == ["\(index) rules-version"])
    #expect(report.publicTally.failed == 1)
    #expect(report.publicTally.passed == report.entryCount - 1)
    // In the registry itself the facts do not count the thief's entries either.
    let own = try city.auditRegistry()
    #expect(own.places.contains("\(index) rules-version"))
    #expect(own.places.contains("fact"))
  }
}
