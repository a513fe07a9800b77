import Cryptography
import Encoding
import Ledger
import Rules

/// One append in the making: what will be written, and what became of each proposal.
struct Batch {
  /// What a refused group takes back.
  struct Mark {
    fileprivate let entries: Int
    fileprivate let changes: Int
    fileprivate let insertions: Int
    fileprivate let grants: Int
    fileprivate let previousHash: Digest
    fileprivate let previousReceived: Timestamp?
  }

  let first: LeafIndex
  let received: Timestamp
  private(set) var previousHash: Digest
  private(set) var previousReceived: Timestamp?
  private(set) var entries: [Entry] = []
  private(set) var ids: [EventIDRecord] = []
  private(set) var changes: [(entry: Int64, change: VaultChange)] = []
  /// Where in `changes` new certificates stand: their counts are known at the end only.
  private(set) var insertions: [Int] = []
  private(set) var erases = false
  /// What the grants opened that were lodged with it.
  private(set) var grants: [Openings.Given] = []
  var outcomes: [Outcome] = []
  /// Refused acts that shall be recorded.
  var refused: [(event: Event, codes: [RuleCode])] = []

  init(after head: TreeHead, _ last: (hash: Digest, received: Timestamp)?, at now: Timestamp) {
    first = head.size.nextIndex
    received = max(now, last?.received ?? now)
    previousHash = last?.hash ?? .zero
    previousReceived = last?.received
  }

  var next: LeafIndex { first.advanced(by: entries.count) }
  var end: LeafIndex { next }

  var mark: Mark {
    Mark(
      entries: entries.count, changes: changes.count, insertions: insertions.count,
      grants: grants.count, previousHash: previousHash, previousReceived: previousReceived)
  }

  mutating func rollBack(to mark: Mark) {
    entries.removeLast(entries.count - mark.entries)
    ids.removeLast(ids.count - mark.entries)
    changes.removeLast(changes.count - mark.changes)
    insertions.removeLast(insertions.count - mark.insertions)
    grants.removeLast(grants.count - mark.grants)
    previousHash = mark.previousHash
    previousReceived = mark.previousReceived
  }

  mutating func add(_ entry: Entry, id: Digest, _ proposal: Proposal) {
    let index = Int64(clamping: entry.index.value)
    for change in proposal.changes {
      switch change {
      case .insertCertificate: insertions.append(changes.count)
      case .erase: erases = true
      default: break
      }
      changes.append((index, change))
    }
    if proposal.event.kind == .grantGiven, let given = Openings.Given(proposal.disclosures) {
      grants.append(given)
    }
    entries.append(entry)
    ids.append(
      EventIDRecord(
        milliseconds: proposal.event.id.milliseconds, id: id, index: entry.index))
    previousHash = entry.leafHash
    previousReceived = entry.received
  }

  /// Adds changes that belong to the batch as a whole: they carry its last entry.
  mutating func close(_ more: [VaultChange]) {
    let index = Int64(clamping: end.value) - 1
    for change in more { changes.append((index, change)) }
  }

  /// The vault's part, with the numbers in threads as they are after the batch; its changes are
  /// moved out of here.
  mutating func takeVaultBatch(_ threads: ThreadTable) -> VaultBatch {
    var batch = VaultBatch(first: first, end: end)
    swap(&batch.changes, &changes)
    for position in insertions {
      guard case .insertCertificate(var row) = batch.changes[position].change else { continue }
      row.entry = batch.changes[position].entry
      row.changed = threads.certificates[row.id]?.changed ?? row.entry
      row.count = threads.certificates[row.id]?.count ?? 1
      batch.changes[position].change = .insertCertificate(row)
    }
    for (id, subject) in threads.subjects {
      guard let entry = subject.firstEntry else { continue }
      if subject.isStored {
        batch.subjectCounts.append((id, subject.count))
      } else {
        let row = SubjectRow(
          id: id, lookup: subject.lookup, count: subject.count, secret: subject.secret)
        batch.newSubjects.append((entry, row))
      }
    }
    for (id, certificate) in threads.certificates where certificate.isStored {
      guard let changed = certificate.changed else { continue }
      batch.certificateCounts.append((id, certificate.count, changed))
    }
    // In the order of their ids: an append at the end of each tree, and the same bytes each time.
    batch.newSubjects.sort { $0.row.id < $1.row.id }
    batch.subjectCounts.sort { $0.id < $1.id }
    batch.certificateCounts.sort { $0.id < $1.id }
    return batch
  }
}
