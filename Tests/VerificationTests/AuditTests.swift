import Cryptography
import Encoding
import Ledger
import Rules
import Testing
import Verification

/// A ledger in memory whose bytes a test may change.
struct Book: LedgerReader {
  var note: [UInt8]?
  var entries: [[UInt8]] = []
  var tiles: [String: [Digest]] = [:]

  func latestCheckpoint() throws(LedgerError) -> [UInt8]? { note }
  func size() throws(LedgerError) -> TreeSize { TreeSize(UInt64(entries.count)) }
  func entries(from index: LeafIndex, count: Int) throws(LedgerError) -> [[UInt8]] {
    Array(entries[Int(index.value)...].prefix(count))
  }
  func tile(level: Int, index: UInt64, width: Int) throws(LedgerError) -> [Digest] {
    guard let hashes = tiles["\(level)/\(index)"], hashes.count >= width else {
      throw LedgerError(.missingTile, "no such tile")
    }
    return Array(hashes.prefix(width))
  }
}

/// Writes a small, faultless book: opened, the registry enrolled, then rule entries.
struct BookMaker {
  static let origin = "certificates.example/ledger"
  static let code = "11430000006122244L"
  let root: Identity
  let act: Identity
  let key: P256PrivateKey
  let noteSigner: NoteSigner
  let listSigner: (identity: Identity, key: P256PrivateKey)
  private let opened: JSONObject
  var book = Book()
  private var tree = TreeAppender()
  private(set) var facts = FactOverlay()
  private var previous = Digest.zero
  private var now = Timestamp(seconds: 1_790_000_000)

  init() throws {
    let start = now.seconds - 86_400
    func contents(
      _ profile: IdentityProfile, _ key: P256PrivateKey, uri: String? = nil
    ) -> IdentityContents {
      IdentityContents(
        profile: profile, publicKey: key.publicKey,
        subject: IdentitySubject(commonName: "Registry", organizationIdentifier: Self.code),
        uri: uri, validFrom: start, through: start + 864_000)
    }
    let rootKey = try P256PrivateKey.generate()
    let authorityKey = try P256PrivateKey.generate()
    root = try IdentityIssuer.root(contents(.root, rootKey), key: rootKey)
    let top = try IdentityIssuer(identity: root, key: rootKey)
    let authority = try top.issue(
      contents(.authority(permittedHost: "certificates.example"), authorityKey))
    let listKey = try P256PrivateKey.generate()
    listSigner = (try top.issue(contents(.listSigner, listKey)), listKey)
    key = try .generate()
    act = try IdentityIssuer(identity: authority, key: authorityKey).issue(
      contents(.act, key, uri: DepartmentURI(host: "certificates.example", code: Self.code).text))
    let ledgerKey = try Ed25519PrivateKey.generate()
    noteSigner = try NoteSigner(name: Self.origin, key: ledgerKey)
    let vkey = try VerifierKey(name: Self.origin, key: ledgerKey.publicKey)
    func text(_ identity: Identity) -> JSONValue { .string(Base64.encode(identity.der)) }
    opened = [
      "name": "Sample", "host": "certificates.example", "ledger_key": .string("\(vkey)"),
      "root": text(root), "authority": text(authority), "list_signer": text(listSigner.identity),
      "registrar": text(act), "rules": 1,
    ]
  }

  /// `others`: tags beside those of departments, which break a rule and count in runs all the same.
  mutating func append(
    _ kind: EventKind, _ clear: JSONObject, seen: SeenTree? = nil, others: [Ledger.Tag] = []
  ) throws {
    now = now.adding(milliseconds: 1500)
    let head = tree.head
    let draft = EventDraft(
      kind, audience: Self.origin, issuer: act.uris[0],
      seen: seen ?? SeenTree(size: head.size, root: head.root), clear: clear)
    let event = try draft.signed(with: key, keyID: act.sha256, at: now).verified
    let tags = try RuleSet.departmentTags(for: event.event, facts: &facts) + others
    let index = head.size.nextIndex
    let context = EntryContext(
      index: index, received: now, previousReceived: nil, tags: tags, rootAt: { _ in nil },
      isReplayed: { _ in false })
    _ = try RuleSet.judge(.verified(event), in: context, facts: &facts)
    let entry = try Entry(
      event: event.event.jwt, index: index, previous: previous, received: now, tags: tags)
    previous = entry.leafHash
    book.entries.append(entry.bytes)
    for tile in tree.append([entry.leafHash]) {
      book.tiles["\(tile.level)/\(tile.index)"] = tile.hashes
    }
    book.note = try VerifiedCheckpoint(signing: tree.head, with: noteSigner).note
  }

  static func settled(rules: Int = 300) throws -> BookMaker {
    var maker = try BookMaker()
    try maker.append(.ledgerOpened, maker.opened, seen: .empty)
    try maker.append(
      .departmentEnrolled,
      [
        "department": .string(code), "name": "Registry", "uri": .string(maker.act.uris[0]),
        "level": "registry",
        "identities": .array([["der": .string(Base64.encode(maker.act.der)), "use": "act"]]),
      ])
    for _ in 0..<rules { try maker.append(.ledgerRuled, ["rules": 1]) }
    return maker
  }
}

@Suite("The audit of a ledger")
struct AuditTests {
  private func audit(_ book: Book, _ root: Identity) throws -> AuditReport {
    try LedgerAudit(reader: book, root: root).run()
  }

  @Test("a faultless book passes, entry by entry, against its signed checkpoint")
  func faultless() throws {
    let maker = try BookMaker.settled()
    let report = try audit(maker.book, maker.root)
    #expect(report.faults == [])
    #expect(report.isFaultless)
    #expect(report.entryCount == 302)
    #expect(report.signatureCount == 302)
    #expect(report.checkpoint?.head == report.head)
  }

  @Test("a changed byte anywhere in an entry is found, and the entry named")
  func changedByte() throws {
    let maker = try BookMaker.settled(rules: 5)
    let original = maker.book.entries[3]
    for position in stride(from: 0, to: original.count, by: 7) {
      var book = maker.book
      book.entries[3][position] ^= 1
      let report = try audit(book, maker.root)
      #expect(!report.isFaultless)
      #expect(report.faults.contains { $0.code == "entry-altered" })
      // The tiles keep the tree that later actors have seen; only a changed time reaches further.
      #expect(report.faults.allSatisfy { $0.index?.value == 3 || $0.code == "entry-order" })
    }
  }

  @Test("an entry deleted, doubled or swapped, and a tail cut off, are found")
  func reordered() throws {
    let maker = try BookMaker.settled(rules: 5)
    func codes(_ change: (inout [[UInt8]]) -> Void) throws -> Set<String> {
      var book = maker.book
      change(&book.entries)
      let report = try audit(book, maker.root)
      #expect(!report.isFaultless)
      return Set(report.faults.map(\.code))
    }
    #expect(try codes { $0.remove(at: 3) }.isSuperset(of: ["chain", "entry-index"]))
    #expect(try codes { $0.insert($0[3], at: 4) }.contains("replayed"))
    #expect(try codes { $0.swapAt(3, 4) }.isSuperset(of: ["chain", "entry-index"]))
    #expect(try codes { $0.removeLast() }.contains("truncated"))
  }

  @Test("an event that breaks a rule is named by its code, and the audit goes on")
  func brokenRule() throws {
    var maker = try BookMaker.settled(rules: 2)
    try maker.append(.ledgerRuled, ["rules": 7])
    try maker.append(
      .ledgerRuled, ["rules": 1],
      seen: SeenTree(size: TreeSize(3), root: SHA256.hash([1])))
    try maker.append(.ledgerRuled, ["rules": 1])
    let report = try audit(maker.book, maker.root)
    #expect(report.faults.map(\.code) == ["rules-version", "seen-fork"])
    #expect(report.faults.map(\.index) == [LeafIndex(4), LeafIndex(5)])
    #expect(report.entryCount == 7)
  }

  @Test("another root, another ledger's checkpoint and a missing one are found")
  func foreign() throws {
    let maker = try BookMaker.settled(rules: 2)
    let other = try BookMaker.settled(rules: 2)
    #expect(try audit(maker.book, other.root).faults.map(\.code) == ["other-root"])
    var book = maker.book
    book.note = other.book.note
    #expect(try audit(book, maker.root).faults.map(\.code) == ["checkpoint-signature"])
    book.note = nil
    #expect(try audit(book, maker.root).faults.map(\.code) == ["checkpoint-missing"])
  }
}
