import Cryptography
import Ledger
import Rules

/// An entry as far as it can be looked at without knowing those before it.
enum PreparedEntry: Sendable {
  /// What is known of an event's signature.
  enum Signature: Sendable {
    /// Checked, and good.
    case verified(VerifiedEvent)
    /// Checked, and not the identity's.
    case failed
    /// Not checked yet: no identity with this key id was known then.
    case open
  }

  case missing(LedgerError)
  case malformed(leaf: Digest, LedgerError)
  case withoutEvent(Entry, RulesError)
  case event(Entry, Event, Signature)

  /// What is asked of it while the entry before is judged.
  var next: NextEntry {
    switch self {
    case .event(let entry, let event, _):
      NextEntry(following: .event(event, entry.received), previous: entry.previous)
    case .withoutEvent(let entry, _): NextEntry(following: .unread, previous: entry.previous)
    case .missing, .malformed: NextEntry(following: .unread, previous: nil)
    }
  }
}

/// What comes after an entry, as far as it says something about that one.
struct NextEntry {
  /// What the rules may ask of it.
  let following: EntryContext.Following
  /// The hash that it names as that of the entry before.
  let previous: Digest?

  /// The end of the ledger.
  static var end: NextEntry { NextEntry(following: .end, previous: nil) }
}

/// Parses entries, hashes them and checks their signatures on all cores, ahead of the judge.
///
/// The judge alone decides whether an identity was in force; here is only asked whether it signed.
/// That needs no order: a key id names exactly one identity.
final class EntryPreparation: Sendable {
  private struct Progress: Sendable {
    var nextRun = 0
    var runs: [[PreparedEntry]]
  }

  private static let runLength = 16

  private let progress: Guarded<Progress>
  private let slots: [AuditSlot]
  private let identities: [Digest: Identity]
  private let checkedFrom: LeafIndex
  private let first: LeafIndex

  /// Prepares what stands from index `first` on; `identities` are those known so far; signatures of
  /// entries before `checkedFrom` are left open.
  init(
    _ slots: [AuditSlot], from first: LeafIndex, identities: [Digest: Identity],
    checkedFrom: LeafIndex
  ) {
    self.slots = slots
    self.first = first
    self.identities = identities
    self.checkedFrom = checkedFrom
    let runCount = (slots.count + Self.runLength - 1) / Self.runLength
    progress = Guarded(Progress(runs: Array(repeating: [], count: runCount)))
  }

  /// Starts the work on other threads.
  func start(threadCount: Int) -> WorkerThreads {
    WorkerThreads(count: threadCount) { self.work() }
  }

  /// The first entry, which may not be prepared yet.
  var leading: NextEntry { slots.isEmpty ? .end : read(slots[0]).next }

  /// What was prepared, in order; only after the threads were joined.
  func results() -> [PreparedEntry] {
    progress.withLock { Array($0.runs.joined()) }
  }

  private func work() {
    while let run = takeRun() {
      let start = run * Self.runLength
      let end = min(slots.count, start + Self.runLength)
      let prepared = (start..<end).map { prepare(slots[$0], at: first.advanced(by: $0)) }
      progress.withLock { $0.runs[run] = prepared }
    }
  }

  private func takeRun() -> Int? {
    progress.withLock { progress in
      guard progress.nextRun < progress.runs.count else { return nil }
      defer { progress.nextRun += 1 }
      return progress.nextRun
    }
  }

  private func prepare(_ slot: AuditSlot, at index: LeafIndex) -> PreparedEntry {
    let read = read(slot)
    guard case .event(let entry, let event, _) = read, index >= checkedFrom,
      let identity = identities[event.keyID]
    else { return read }
    do {
      return .event(entry, event, .verified(try event.verified(by: identity)))
    } catch {
      return .event(entry, event, .failed)
    }
  }

  /// An entry with its event, whose signature is left open.
  private func read(_ slot: AuditSlot) -> PreparedEntry {
    let bytes: [UInt8]
    switch slot {
    case .missing(let error): return .missing(error)
    case .bytes(let read): bytes = read
    }
    let entry: Entry
    do { entry = try Entry(parsing: bytes) } catch {
      return .malformed(leaf: MerkleTree.leafHash(bytes), error)
    }
    do {
      return .event(entry, try Event(parsing: entry.event), .open)
    } catch {
      return .withoutEvent(entry, error)
    }
  }
}
