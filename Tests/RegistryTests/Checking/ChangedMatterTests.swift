import Certificates
import Cryptography
import Registry
import Testing

/// One changed value of what the vault keeps of shares and decisions is noticed.
@Suite(.serialized) struct ChangedMatterTests {
  private let city: TestCity
  private let cipher: VaultCipher
  private let path: String

  /// A request that waits, one that was refused, a release that waits, a share that was settled,
  /// a decision, a grant, evidence: three persons, two cases.
  init() throws {
    let city = try TestCity()
    let cards = try city.issueCards(3)
    func share(_ person: Int, _ reference: String = "17") -> TestShare {
      TestShare(city, cards[person], person: person, reference: reference)
    }
    _ = try share(1).request()
    let refused = share(2)
    _ = try refused.request(names: false)
    _ = try refused.refuse()
    let released = share(1, "18")
    _ = try released.request(names: false)
    _ = try released.release()
    let settled = share(2, "18")
    _ = try settled.request()
    for act in [{ try settled.release() }, settled.acknowledge, settled.dispute, settled.settle] {
      try #require(try act().entry != nil)
    }
    try #require(try settled.decide().entry != nil)
    let grant = try city.grant(with: P256PrivateKey.generate())
    try #require(try city.lodge([grant], person: 0)[0].entry != nil)
    try #require(try city.discloseEvidence(of: 0, to: TestCity.civil).entry != nil)
    self.city = city
    cipher = try city.cipher()
    path = city.base.directory + "/vault.sqlite"
  }

  @Test func `an untouched registry has no findings`() throws {
    #expect(try city.findings(cipher) == nil)
    let matters = try RawDatabase.texts(path, "SELECT kind || ' ' || state FROM matter ORDER BY id")
    #expect(matters == ["1 0", "1 1", "1 2", "1 5", "3 0", "2 0", "4 0"])
  }

  @Test func `every changed value of a matter and what is kept with it is noticed`() throws {
    let tables: Set = ["matter", "record", "subject", "name", "item"]
    let header = try RawDatabase.texts(path, "SELECT space FROM item ORDER BY space, key")
      .firstIndex(of: "header")
    let (missed, count) = try city.missed(path, cipher) { attack in
      // The header of tokens is the affair of certificates; it is attacked with them.
      tables.contains(attack.table) && !(attack.table == "item" && attack.row == header)
    }
    #expect(count > 300)
    #expect(missed == [])
  }

  @Test func `a row that is gone, and one that is too many, are noticed`() throws {
    let saved = try SavedFile(path)
    for change in [
      "DELETE FROM matter WHERE id = 1",
      "DELETE FROM record WHERE matter = 4 AND entry = "
        + "(SELECT changed FROM matter WHERE id = 4)",
      "DELETE FROM item WHERE space = 'outbox'",
      "UPDATE item SET key = x'0000000000000004' WHERE space = 'outbox'",
      "INSERT INTO item SELECT space, x'0000000000000001', entry, value FROM item "
        + "WHERE space = 'outbox'",
      "DELETE FROM subject WHERE id = (SELECT case_thread FROM matter WHERE id = 4)",
      "UPDATE matter SET subject = 0 WHERE id = 1",
      "UPDATE matter SET case_thread = 0 WHERE id = 1",
      "UPDATE matter SET certificate = 0", "UPDATE matter SET other = 0 WHERE id = 1",
      "UPDATE matter SET state = 4 WHERE id = 4",
      // As if another act had been the last one.
      "UPDATE matter SET state = 3, changed = changed - 2 WHERE id = 4",
    ] {
      try RawDatabase.execute(path, change)
      #expect(try city.findings(cipher) != nil, "\(change)")
      try saved.restore()
    }
  }
}
