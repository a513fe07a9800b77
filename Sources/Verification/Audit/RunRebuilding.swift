import Cryptography
import Ledger
import Rules

/// Makes every published run again from the entries.
///
/// The runs in force are kept as scratch files, 40 bytes for each tag of the ledger on the disk; in
/// memory it holds what ``RunBuilder`` does. An entry is read once more when it is first covered;
/// then runs are merged. Spec: cli/audit.md, "Memory".
struct RunRebuilding<Reader: LedgerReader> {
  private let builder: RunBuilder<Reader>
  private var rebuilt: [RunPart] = []
  /// Entries whose tags nobody knows for certain.
  private var unread: [LeafIndex] = []

  private static var unreadCountMax: Int { 4096 }

  init(reader: Reader, scratch: String) { builder = RunBuilder(reader, scratch: scratch) }

  /// Notes an entry that could not be read: whose runs nobody can judge.
  mutating func noteUnread(_ index: LeafIndex) {
    if unread.count < Self.unreadCountMax { unread.append(index) }
  }

  /// The root that the run must have; nil where entries of it could not be read, which is told of
  /// those entries and accuses nobody else. Throws what the reader and the scratch files throw.
  mutating func root(of range: RunRange) throws(LedgerError) -> Digest? {
    guard unread.count < Self.unreadCountMax, !unread.contains(where: range.contains) else {
      return nil
    }
    var parts: [RunPart] = []
    var covered = range.from
    for part in rebuilt where part.file.range.from == covered {
      parts.append(part)
      covered = part.file.range.to
    }
    do throws(LedgerError) {
      guard let made = try builder.scratchRun(range, parts: parts) else { return nil }
      rebuilt.removeAll { $0.file.range.from >= range.from }
      rebuilt.append(made)
      return made.root
    } catch {
      // What was read before and cannot be read again is the machine's fault, or a liar's.
      guard AuditFeed<Reader>.isOfTheLedger(error) || error.code == .invalidEntry else {
        throw error
      }
      return nil
    }
  }
}

extension AuditJudge {
  /// The rules see to the range of a run; its root is that of the entries or a fault.
  mutating func judgeRun(at index: LeafIndex) throws {
    guard let run = try facts.runs().last, let root = try runs?.root(of: run.range),
      root != run.root
    else { return }
    add(index, .runRoot, "the run \(run.range) does not have the root of its entries")
  }
}
