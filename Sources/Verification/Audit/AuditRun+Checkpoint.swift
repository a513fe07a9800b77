import Cryptography
import Ledger
import Rules

extension AuditRun {
  /// The signed checkpoint must be of this ledger's key and cover exactly a tree that was read.
  mutating func judgeCheckpoint(_ note: [UInt8]?) throws {
    guard let note else {
      judge.add(nil, .checkpointMissing, "the ledger has no signed checkpoint")
      return
    }
    let checkpoint: Checkpoint
    do { checkpoint = try Checkpoint(parsing: try SignedNote(parsing: note).text) } catch {
      judge.add(
        nil, .checkpointForm, "the checkpoint cannot be read: \(error.message)")
      return
    }
    let verified: VerifiedCheckpoint
    do throws(LedgerError) {
      verified = try verify(note, of: checkpoint.size)
    } catch {
      judge.add(
        nil, .checkpointSignature,
        "the checkpoint is not signed by the ledger's key in force")
      return
    }
    judge.report.signedHead = verified.head
    guard checkpoint.size <= judge.tree.size else {
      judge.add(
        nil, .truncated,
        "the checkpoint covers \(checkpoint.size) entries, only \(judge.tree.size) were there")
      return
    }
    guard try judge.tree.root(at: checkpoint.size) == checkpoint.root else {
      judge.add(
        nil, .rootMismatch, "the entries do not form the tree of the checkpoint")
      return
    }
    judge.report.checkpoint = verified
  }

  /// Why nothing here is to be believed under the root given: the first entry names another.
  ///
  /// What is no first entry at all is left to the judge.
  func foreignRoot(_ pinned: Digest) throws(LedgerError) -> String? {
    let bytes: [[UInt8]]
    do throws(LedgerError) {
      guard try reader.size() > .zero else { return nil }
      bytes = try reader.entries(from: LeafIndex(0), count: 1)
    } catch {
      guard AuditFeed<Reader>.isOfTheLedger(error) else { throw error }
      return nil
    }
    guard let first = bytes.first, let named = AuditRun.root(of: first), named != pinned else {
      return nil
    }
    return "the ledger was opened under the root with SHA-256 \(named.hex), the one given has "
      + "\(pinned.hex); nothing was judged: give this registry's root"
  }

  private static func root(of entry: [UInt8]) -> Digest? {
    do {
      let event = try Event(parsing: try Entry(parsing: entry).event)
      guard event.kind == .ledgerOpened, let der = event.der("root") else { return nil }
      return SHA256.hash(der)
    } catch {
      return nil
    }
  }

  /// A note under the key in force for its size; throws as `VerifiedCheckpoint`.
  mutating func verify(
    _ note: [UInt8], of size: TreeSize
  ) throws(LedgerError) -> VerifiedCheckpoint {
    let ledger: LedgerFact?
    do throws(RulesError) { ledger = try judge.facts.ledger() } catch {
      throw LedgerError(.invalidKey, "the ledger's keys cannot be read", cause: error)
    }
    guard let ledger, let key = ledger.keys.last(where: { $0.from <= size.value }) else {
      throw LedgerError(.unknownKey, "the ledger names no key for this size")
    }
    return try VerifiedCheckpoint(
      note: note, keys: [try VerifierKey(parsing: key.vkey)], origin: ledger.origin)
  }
}
