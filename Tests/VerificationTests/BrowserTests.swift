import Cryptography
import Encoding
import Ledger
import Rules
import Testing
import Verification

@Suite("Looking into a ledger")
struct BrowserTests {
  private func event(_ book: Book, _ index: Int) throws -> Event {
    try Event(parsing: try Entry(parsing: book.entries[index]).event)
  }

  @Test("every event is found by its number, and a number that never entered is not")
  func byNumber() throws {
    let book = try BookMaker.settled(rules: 700).book
    let browser = try LedgerBrowser(book)
    for index in [0, 1, 2, 255, 256, 257, 500, 701] {
      let number = try event(book, index).id.number
      #expect(try browser.index(ofEvent: number) == LeafIndex(UInt64(index)))
      // The same time with other random bits, and a time before and after all.
      let words = number.words
      #expect(
        try browser.index(ofEvent: Digest(words.0, words.1, words.2, words.3 ^ 1)) == nil)
    }
    #expect(try browser.index(ofEvent: .zero) == nil)
    #expect(try browser.index(ofEvent: Digest(.max, 0, 0, 0)) == nil)
  }

  @Test("the last entries come without a start, the next ones with it; a filter skips the others")
  func lists() throws {
    let book = try BookMaker.settled(rules: 700).book
    let browser = try LedgerBrowser(book)
    func places(_ start: UInt64?, _ count: Int, _ filter: LedgerBrowser<Book>.Filter) throws
      -> [UInt64]
    {
      try browser.lines(from: start.map { LeafIndex($0) }, count: count, where: filter)
        .map(\.entry.index.value)
    }
    #expect(try places(nil, 3, .init()) == [699, 700, 701])
    #expect(try places(255, 3, .init()) == [255, 256, 257])
    #expect(try places(700, 20, .init()) == [700, 701])
    #expect(try places(702, 20, .init()) == [])
    #expect(try places(nil, 1000, .init()).count == 702)
    #expect(try places(nil, 5, .init(kind: "ledger.opened")) == [0])
    #expect(try places(nil, 5, .init(kind: "department")) == [1])
    #expect(try places(nil, 2, .init(kind: "ledger")) == [700, 701])
    #expect(try places(0, 2, .init(kind: "ledg")) == [])
    #expect(try places(nil, 2, .init(department: BookMaker.code)) == [700, 701])
    #expect(try places(nil, 2, .init(department: "11440300KH0002054H")) == [])
  }

  @Test("a proof leads from the entry's bytes to the checkpoint, or is not given out")
  func proofs() throws {
    let maker = try BookMaker.settled(rules: 300)
    var book = maker.book
    for index in [0, 255, 256, 301] as [UInt64] {
      let proof = try #require(try LedgerBrowser(book).proof(of: LeafIndex(index)))
      let parsed = try TlogProof(parsing: proof.bytes)
      let hash = MerkleTree.leafHash(book.entries[Int(index)])
      let checkpoint = try parsed.verify(
        leafHash: hash, keys: [maker.noteSigner.verifierKey], origin: BookMaker.origin)
      #expect(checkpoint.head.size == TreeSize(302))
    }
    book.entries[7][20] ^= 1
    #expect(throws: LedgerError(.proofMismatch, "")) {
      try LedgerBrowser(book).proof(of: LeafIndex(7))
    }
    book.note = nil
    #expect(throws: LedgerError(.missingCheckpoint, "")) {
      try LedgerBrowser(book).proof(of: LeafIndex(7))
    }
  }

  @Test("an entry beyond the newest checkpoint has no proof yet")
  func beyond() throws {
    var maker = try BookMaker.settled(rules: 3)
    let note = maker.book.note
    try maker.append(.ledgerRuled, ["rules": 1])
    maker.book.note = note
    let browser = try LedgerBrowser(maker.book)
    #expect(try browser.proof(of: LeafIndex(4)) != nil)
    #expect(try browser.proof(of: LeafIndex(5)) == nil)
    #expect(try browser.proof(of: LeafIndex(6)) == nil)
    #expect(try browser.bytes(at: LeafIndex(6)) == nil)
  }
}
