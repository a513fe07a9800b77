import Cryptography
import Ledger
import Rules

/// Reads, prepares and judges entries: chunk by chunk, the next one being prepared on all cores
/// while this one is judged.
struct AuditRun<Reader: LedgerReader> {
  private struct Ahead {
    let preparation: EntryPreparation
    let threads: WorkerThreads
    let first: LeafIndex
  }

  var judge: AuditJudge<Reader>
  private var feed: AuditFeed<Reader>
  let reader: Reader
  private let checkedFrom: LeafIndex
  private let projection: (any LedgerProjection)?
  /// The largest tree that an event so far has seen.
  private var lastSeen = TreeSize.zero

  /// A run over the first `size` entries. Signatures before `checkedFrom` are left to the judge;
  /// with a projection its index of events is compared on the way.
  init(
    reader: Reader, size: TreeSize, pinnedRoot: Digest, checkedFrom: LeafIndex,
    projection: (any LedgerProjection)? = nil
  ) {
    judge = AuditJudge(reader: reader, size: size, pinnedRoot: pinnedRoot)
    feed = AuditFeed(reader: reader, size: size)
    self.reader = reader
    self.checkedFrom = checkedFrom
    self.projection = projection
  }

  /// How far there are entries to read.
  var size: TreeSize { feed.size }

  /// Lets the run go on to a larger size.
  mutating func extend(to size: TreeSize) {
    feed.size = max(feed.size, size)
    judge.size = feed.size
  }

  /// Goes on to the end; returns false if it was stopped.
  mutating func advance(isStopped: () -> Bool, progress: (UInt64, UInt64) -> Void) throws -> Bool {
    var ahead = try prepareNext()
    while let current = ahead {
      current.threads.join()
      let entries = current.preparation.results()
      if isStopped() { return false }
      // Before judging: the other cores have work meanwhile.
      ahead = try prepareNext()
      for (offset, entry) in entries.enumerated() {
        let next =
          offset + 1 < entries.count ? entries[offset + 1].next : ahead?.preparation.leading
        try judge.judge(entry, before: next ?? .end, at: current.first.advanced(by: offset))
      }
      try compareIndex(entries, from: current.first)
      try compareSeen(entries, from: current.first)
      try compareTiles(atEnd: false)
      progress(judge.report.entryCount, size.value)
    }
    judge.reportUnread(through: feed.hasGivenUp ? size : nil)
    return true
  }

  /// Compares the tiles, with `atEnd` also those at the right edge.
  mutating func compareTiles(atEnd: Bool) throws(LedgerError) {
    for (tile, reason) in try judge.tree.differingTiles(atEnd: atEnd) {
      judge.add(nil, .tile, "\(tile.path) \(reason)")
    }
  }

  private mutating func prepareNext() throws(LedgerError) -> Ahead? {
    let first = feed.next
    let slots = try feed.chunk()
    guard !slots.isEmpty else { return nil }
    let preparation = EntryPreparation(
      slots, from: first, identities: judge.identities, checkedFrom: checkedFrom)
    return Ahead(
      preparation: preparation,
      threads: preparation.start(threadCount: WorkerThreads.coreCount), first: first)
  }

  /// Whoever acted saw a signed tree: of its size there is a stored checkpoint.
  private mutating func compareSeen(
    _ entries: [PreparedEntry], from first: LeafIndex
  ) throws(LedgerError) {
    guard let projection else { return }
    for (offset, prepared) in entries.enumerated() {
      guard case .event(_, let event, _) = prepared else { continue }
      // Where it was read: what the entry says of itself may be a lie.
      let place = first.advanced(by: offset)
      let size = event.seen.size
      // A larger one is the rules' affair.
      guard size > lastSeen, size.value <= place.value else { continue }
      lastSeen = size
      do throws(LedgerError) {
        if try projection.checkpoints(from: size, limit: 1).first?.size == size { continue }
      } catch {
        // What is stored there is judged with all others.
        guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
        continue
      }
      judge.add(
        place, .checkpointStored, "no checkpoint is stored of the \(size) entries it has seen")
    }
  }

  /// The stored index must lead from every event to its entry.
  private mutating func compareIndex(
    _ entries: [PreparedEntry], from first: LeafIndex
  ) throws(LedgerError) {
    guard let projection else { return }
    var ids: [(milliseconds: Int64, id: Digest)] = []
    var places: [LeafIndex] = []
    for (offset, prepared) in entries.enumerated() {
      guard case .event(_, let event, _) = prepared else { continue }
      ids.append((event.id.milliseconds, event.id.digest))
      places.append(first.advanced(by: offset))
    }
    let stored: [LeafIndex?]
    do throws(LedgerError) { stored = try projection.indices(of: ids) } catch {
      guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
      judge.add(places.first, .eventIndex, "the index of events cannot be read: \(error.message)")
      return
    }
    for (place, found) in zip(places, stored) where found != place {
      judge.add(place, .eventIndex, "the index of events does not lead to the entry")
    }
  }
}
