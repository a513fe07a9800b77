import Certificates
import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Testing

extension TestCity {
  func row(_ identifier: CertificateIdentifier) throws -> CertificateRow? {
    let registry = try base.open(writing: false)
    let row = try registry.certificates().find(identifier)?.row
    try registry.close()
    return row
  }
}

@Suite struct StateEntryTests {
  /// A couple, each with a copy; both threads and the certificate's go on in every entry.
  @Test func `an entry about a couple carries both threads and changes both copies`() throws {
    let city = try TestCity()
    let couple = try #require(
      try city.issue(
        [try TestCity.claims("M1", [1, 2])], type: TestCity.marriage, by: TestCity.civil
      ).first)
    #expect(try city.step(couple, to: .suspended, by: TestCity.civil) == nil)
    #expect(try city.step(couple, to: .cancelled, by: TestCity.civil) == nil)
    let registry = try city.base.open()
    let row = try #require(try registry.certificates().find(couple)?.row)
    #expect(row.copies.count == 2)
    for copy in row.copies { #expect(try registry.vault.copy(copy)?.state == 1) }
    let history = try registry.certificates().history(of: row)
    let keys = try registry.write { writer throws(RegistryError) in
      let certificate = try writer.certificate(row).key
      var subjects: [ThreadKey] = []
      for id in row.subjects { subjects.append(try writer.subject(id).key) }
      return subjects + [certificate]
    }
    for (number, event) in history.enumerated() {
      let bytes = try registry.ledger.entries(from: event.index, count: 1)
      let entry = try Entry(parsing: bytes[0])
      // One department tag, then a place for each subject of the type, then the certificate's.
      #expect(entry.tags.count == 4)
      #expect(Array(entry.tags[1...]) == keys.map { $0.tag(UInt64(number + 1)) })
    }
    try registry.close()
  }

  @Test func `nothing of a state but the coarse one stands in the entry`() throws {
    let city = try TestCity()
    let card = try #require(try city.issueCards(1).first)
    #expect(try city.step(card, to: .transferred, reason: "搬迁") == nil)
    let registry = try city.base.open(writing: false)
    let size = try registry.ledger.size()
    let bytes = try registry.ledger.entries(from: LeafIndex(size.value - 1), count: 1)[0]
    let event = try Event(parsing: try Entry(parsing: bytes).event)
    #expect(event.kind == .certificateRevoked)
    #expect(Set(event.clear.names) == ["from", "to", "type", "version"])
    #expect(event.text("from") == "valid" && event.text("to") == "ended")
    let text = String(decoding: event.jwt, as: UTF8.self)
    let payload = try Base64URL.decode(String(text.split(separator: ".")[1]))
    let clear = String(decoding: payload, as: UTF8.self)
    for word in ["transferred", "搬迁", card.serial] { #expect(!clear.contains(word)) }
    try registry.close()
  }

  @Test func `a step with a reason has as many digests as one without`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(2)
    #expect(try city.step(cards[0], to: .revoked, reason: "why") == nil)
    #expect(try city.step(cards[1], to: .revoked) == nil)
    let registry = try city.base.open(writing: false)
    let size = try registry.ledger.size()
    let counts = try registry.ledger.entries(from: LeafIndex(size.value - 2), count: 2).map {
      try Event(parsing: try Entry(parsing: $0).event).digests.count
    }
    #expect(counts[0] == counts[1])
    try registry.close()
  }
}
