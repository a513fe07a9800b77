import Cryptography
import Encoding
import Ledger
import Rules

/// Reads every row of a ledger and holds it against the entries.
///
/// Signatures are not checked again: that is the audit's work, which needs no registry. Streams;
/// memory is that of the facts and 32 bytes for 256 entries.
struct LedgerCheck {
  let ledger: any RegistryLedger
  let vkeys: [VerifierKey]
  let origin: String
  private(set) var report = CheckReport()
  private var facts = FactOverlay()
  private var roots = HistoricRoots()
  private var tiles = TreeAppender()
  private var previous: (leaf: Digest, received: Timestamp?) = (.zero, nil)
  private var expected = LedgerCensus()

  init(ledger: any RegistryLedger, vkeys: [VerifierKey], origin: String) {
    self.ledger = ledger
    self.vkeys = vkeys
    self.origin = origin
  }

  private var reader: RegistryReader { RegistryReader(ledger: ledger) }

  /// Runs all checks; throws `damagedLedger` when the ledger cannot be read on.
  mutating func run() throws(RegistryError) {
    for name in [
      CheckReport.Name.chain, .tiles, .facts, .eventIDs, .checkpoints, .census,
    ] { report.begin(name) }
    do {
      let head = try ledger.head()
      while roots.size < head.size {
        let batch = try ledger.entries(
          from: roots.size.nextIndex, count: Int(min(256, head.size.value - roots.size.value)))
        for bytes in batch { try read(bytes) }
      }
      for tile in tiles.partialTiles { try compare(tile) }
      if roots.root != head.root {
        report.add(.chain, "the entries do not lead to the stored root")
      }
      try compareFacts()
      try checkCheckpoints(head)
      try count(head)
    } catch let error as LedgerError {
      throw RegistryError(error)
    } catch let error as RulesError {
      throw RegistryError(error)
    } catch {
      throw RegistryError(.damagedLedger, "the ledger cannot be read on", cause: error)
    }
  }

  private mutating func read(_ bytes: [UInt8]) throws {
    let index = roots.size.nextIndex
    let leaf = MerkleTree.leafHash(bytes)
    defer {
      roots.append(leaf)
      previous.leaf = leaf
    }
    for tile in tiles.append([leaf]) where tile.hashes.count == Tile.widthMaximum {
      try compare(tile)
    }
    let entry: Entry
    let event: Event
    do {
      entry = try Entry(parsing: bytes)
      event = try Event(parsing: entry.event)
    } catch {
      report.add(.chain, "entry \(index) cannot be read")
      return
    }
    if entry.index != index || entry.previous != previous.leaf {
      report.add(.chain, "entry \(index) does not continue the one before it")
    }
    if try ledger.indices(of: [(event.id.milliseconds, event.id.digest)]) != [index] {
      report.add(.eventIDs, "the id of entry \(index) does not lead to it")
    }
    try judge(event, in: entry)
    previous.received = entry.received
  }

  private mutating func judge(_ event: Event, in entry: Entry) throws {
    var root: Digest?
    if event.seen.size <= roots.size {
      root = try roots.root(at: event.seen.size, reader: reader)
    }
    let context = EntryContext(
      index: entry.index, received: entry.received, previousReceived: previous.received,
      tags: entry.tags, following: try following(event, at: entry.index),
      rootAt: { _ in root }, isReplayed: { _ in false })
    let judgement = try RuleSet.judge(
      .verified(VerifiedEvent(trustingSignatureOf: event)), in: context, facts: &facts)
    for code in judgement.codes {
      report.add(.facts, "entry \(entry.index) breaks the rule \(code.rawValue)")
    }
  }

  /// The entry after, where the rules look at it.
  private func following(
    _ event: Event, at index: LeafIndex
  ) throws(LedgerError) -> EntryContext.Following {
    let next = index.advanced(by: 1)
    guard event.kind == .certificateReplaced, try ledger.size().contains(next) else { return .end }
    do {
      for bytes in try ledger.entries(from: next, count: 1) {
        let entry = try Entry(parsing: bytes)
        return .event(try Event(parsing: entry.event), entry.received)
      }
    } catch let error as LedgerError where [.storage, .inputOutput].contains(error.code) {
      throw error
    } catch {
      // The check comes to it next and tells what is wrong with it.
    }
    return .unread
  }

  private mutating func compare(_ tile: Tile) throws {
    expected.tiles += 1
    expected.tileBytes += Int64(tile.hashes.count * Digest.byteCount)
    do throws(LedgerError) {
      let stored = try ledger.tile(
        level: tile.level, index: tile.index, width: tile.hashes.count)
      if stored == tile.hashes { return }
    } catch {
      guard error.code == .missingTile || error.code == .invalidTile else { throw error }
    }
    report.add(.tiles, "level \(tile.level) tile \(tile.index) is not that of the entries")
  }

  private mutating func compareFacts() throws {
    let right = facts.known()
    let stored = try ledger.facts(prefix: [])
    if stored.count != right.count {
      report.add(.facts, "\(stored.count) facts are stored, the entries give \(right.count)")
    }
    for (mine, theirs) in zip(right, stored)
    where mine.key.bytes != theirs.key || mine.fact.bytes != theirs.value {
      report.add(.facts, "the stored fact is not that of the entries: \(mine.key.text)")
    }
  }

  private mutating func checkCheckpoints(_ head: TreeHead) throws {
    var next = TreeSize(0)
    while true {
      let page = try ledger.checkpoints(from: next, limit: 256)
      for stored in page {
        let isGood = try isGood(stored.note, at: stored.size, head)
        if !isGood {
          report.add(
            .checkpoints, "the checkpoint stored for size \(stored.size) is not of this tree")
        }
      }
      guard page.count == 256, let last = page.last else { return }
      next = TreeSize(last.size.value + 1)
    }
  }

  private mutating func isGood(
    _ note: [UInt8], at size: TreeSize, _ head: TreeHead
  ) throws -> Bool {
    do throws(LedgerError) {
      let checkpoint = try VerifiedCheckpoint(note: note, keys: vkeys, origin: origin)
      guard checkpoint.head.size == size, size <= roots.size else { return false }
      return try roots.root(at: size, reader: reader) == checkpoint.head.root
    } catch {
      return false
    }
  }

  private mutating func count(_ head: TreeHead) throws {
    let size = Int64(clamping: head.size.value)
    expected.entries = size
    expected.eventIDs = size
    expected.settings = 2
    let found = try ledger.census()
    if !found.isSound { report.add(.census, "the database's pages or indices are damaged") }
    expected.isSound = found.isSound
    if found != expected {
      report.add(.census, "a table has rows that belong to nothing, or too few")
    }
  }
}
