import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import SQLiteStorage

/// An operator with all keys who writes entries past the judge, and signs the tree they give.
final class DishonestOperator {
  let city: TestCity
  let registry: OpenRegistry
  private let ledger: SQLiteLedger
  private var tree: TreeAppender
  private var last: Entry
  var now: Timestamp

  init(_ city: TestCity) throws {
    self.city = city
    registry = try city.base.open(writing: false)
    ledger = try SQLiteLedger.open(path: registry.paths.ledger, forWriting: true)
    let size = try ledger.size()
    tree = try TreeAppender(reader: registry.reader, size: size)
    last = try Entry(parsing: try ledger.entries(from: LeafIndex(size.value - 1), count: 1)[0])
    now = max(city.base.clock.now(), last.received)
  }

  /// The tree that honest drafts made now have seen.
  var seen: SeenTree { SeenTree(size: tree.size, root: tree.root) }

  /// Where the next entry will stand.
  var next: LeafIndex { tree.size.nextIndex }

  /// A draft as the department itself would make it.
  func draft(
    _ kind: EventKind, by code: String, _ clear: JSONObject, seen: SeenTree? = nil,
    audience: String? = nil, subjects: Int = 1, copies: Int = 1
  ) -> EventDraft {
    EventDraft(
      kind, audience: audience ?? registry.settings.origin,
      issuer: registry.settings.departmentURI(code), seen: seen ?? self.seen, clear: clear,
      subjects: subjects, copies: copies)
  }

  func sign(_ draft: EventDraft, by code: String, at time: Timestamp? = nil) throws -> SignedEvent {
    let signer = try registry.signer(code, use: .act)
    return try draft.signed(with: signer.key, keyID: signer.keyID, at: time ?? now)
  }

  /// The tag that a department's thread has next, as the stored facts count it.
  func departmentTag(_ code: String, ahead: UInt64 = 1) throws -> Tag {
    var facts = registry.facts()
    return ThreadKey(publicDepartment: code).tag(try facts.threadCount(code) + ahead)
  }

  /// Makes an entry durable and signs the ledger with it, unjudged.
  @discardableResult
  func append(_ event: [UInt8], tags: [Tag]) throws -> LeafIndex {
    let entry = try Entry(
      event: event, index: next, previous: last.leafHash, received: max(now, last.received),
      tags: tags)
    var ids: [EventIDRecord] = []
    do {
      let id = try Event(parsing: event).id
      ids = [EventIDRecord(milliseconds: id.milliseconds, id: id.digest, index: entry.index)]
    } catch {
      // What is no event has no number.
    }
    let known = try ledger.indices(of: ids.map { ($0.milliseconds, $0.id) })
    let batch = try LedgerBatch(
      appending: [entry], to: &tree, eventIDs: known == [nil] ? ids : [], changes: [])
    try ledger.commit(batch)
    let key = try registry.keys.ledgerKey()
    let signer = try NoteSigner(name: registry.settings.origin, key: key)
    try ledger.store(checkpoint: try VerifiedCheckpoint(signing: tree.head, with: signer).note)
    last = entry
    return entry.index
  }

  func close() throws {
    try ledger.close()
    try registry.close()
  }
}
