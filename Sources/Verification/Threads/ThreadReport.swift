import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// One entry of a thread, in its place.
public struct ThreadEntry: Sendable {
  /// The number that its tag has in the thread, from 1.
  public let number: UInt64
  /// Its place in the ledger.
  public let index: LeafIndex
  /// When it was received.
  public let received: Timestamp
  /// What its event states.
  public let kind: EventKind
  /// The event's name: who stated it, and its number.
  public let id: EventID
  /// The clear members of the event.
  public let clear: JSONObject
  /// Its leaf hash.
  public let leafHash: Digest
  /// That it stands in the checkpoint: passed, failed, or not shown for one beyond it.
  public internal(set) var proof: Check.Result = .notShown

  /// Who stated it: the department's URI.
  public var issuer: String { id.issuer }
}

/// What a delivery's receipt holds: an entry that must be among those found, and its number in the
/// thread.
public struct KnownEntry: Sendable {
  let number: UInt64
  let entry: Entry

  /// Pairs them.
  public init(number: UInt64, entry: Entry) {
    self.number = number
    self.entry = entry
  }

  func isThat(_ found: ThreadEntry) -> Bool {
    found.number == number && found.index == entry.index && found.leafHash == entry.leafHash
  }
}

/// What an audit of one thread found.
public struct ThreadReport: Sendable {
  /// Whether it came to the end of the ledger; false when it was stopped.
  public internal(set) var isComplete = false
  /// The entries that were asked for, in the order of their numbers.
  public internal(set) var entries: [ThreadEntry] = []
  /// How many entries the thread has in the part read.
  public internal(set) var count: UInt64 = 0
  /// The department's name; nil for another thread and for a department that is not enrolled.
  public internal(set) var name: String?
  /// What everyone may know of the certificate's state at the end; nil for another thread.
  public internal(set) var state: CoarseState?
  /// The size of the part read.
  public internal(set) var through = TreeSize.zero
  /// The signed checkpoint that every proof leads to; nil if there was none to believe.
  public internal(set) var checkpoint: VerifiedCheckpoint?
  /// The size up to which published runs prove that there is no further entry; nil if none do.
  public internal(set) var provenTo: TreeSize?
  /// Why nothing proves the end; nil where it is proven, or was not looked at.
  public internal(set) var unprovenReason: String?
  /// The newest entry that was shown and lies beyond what was read; nil if there is none.
  public internal(set) var beyond: LeafIndex?
  /// The answer for others, if it was asked for and can be made.
  public internal(set) var answer: Answer?
  /// All that is wrong with the thread, its entries, or the ledger as a whole; the first thousand.
  public internal(set) var faults: [AuditReport.Fault] = []
  /// Whether there are more faults than are kept.
  public internal(set) var hasMoreFaults = false

  /// The answer.
  public var verdict: CheckList.Verdict {
    if !faults.isEmpty || entries.contains(where: { $0.proof == .failed }) { return .no }
    guard isComplete, checkpoint != nil, beyond == nil else { return .cannotTell }
    return .yes
  }

  /// Looks for an entry that must be there. One that lies beyond what was read accuses nobody: the
  /// export is older than what was shown.
  mutating func require(_ known: KnownEntry) {
    let index = known.entry.index
    if !through.contains(index) {
      beyond = beyond.map { max($0, index) } ?? index
    } else if !entries.contains(where: known.isThat) {
      add(index, .threadTag, "the entry that was shown is not the thread's here")
    }
  }

  /// Gives each entry its own path through the tiles, verified against the one root.
  mutating func proveEntries<Reader: LedgerReader>(
    in head: TreeHead, _ reader: Reader
  ) throws(LedgerError) {
    var tree = TileTree(reader: reader, size: head.size)
    for position in entries.indices where head.size.contains(entries[position].index) {
      let entry = entries[position]
      do throws(LedgerError) {
        try tree.inclusionProof(of: entry.index)
          .verify(leafHash: entry.leafHash, root: head.root)
        entries[position].proof = .passed
      } catch {
        guard error.code == .proofMismatch || AuditFeed<Reader>.isOfTheLedger(error) else {
          throw error
        }
        entries[position].proof = .failed
      }
    }
  }

  mutating func add(_ index: LeafIndex?, _ code: AuditCode, _ reason: String) {
    add(AuditReport.Fault(index: index, origin: .audit(code), reason: reason))
  }

  mutating func add(_ fault: AuditReport.Fault) {
    if faults.count < AuditReport.faultCountMax {
      faults.append(fault)
    } else {
      hasMoreFaults = true
    }
  }
}
