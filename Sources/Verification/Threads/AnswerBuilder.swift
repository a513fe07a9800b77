import Cryptography
import Ledger
import Rules

/// Makes an answer out of the published runs: it looks up the thread's tags one after the other,
/// and reads nothing else of the ledger.
///
/// For each entry some blocks of run files, one entry and its path; nothing depends on the ledger's
/// size but by its logarithm. What it read is verified, so a damaged file is noticed here and not
/// by whoever gets the answer. Spec: answer.md.
public struct AnswerBuilder<Reader: LedgerReader> {
  private let reader: Reader
  private let checkpoint: VerifiedCheckpoint
  private let runs: [(fact: RunFact, file: RunFile)]
  private var tree: TileTree
  private var facts: FactOverlay
  private var signers: [Digest: SignerPath] = [:]

  /// How far its answers reach.
  public var covered: TreeSize { runs.last?.fact.range.to ?? .zero }

  /// Blocks of run files read so far.
  public var blockReadCount: Int { runs.reduce(0) { $0 + $1.file.readCount } }

  /// A builder over the runs in force that a checkpoint covers.
  ///
  /// Throws `missingRun` where the file of one is not there, `invalidRun`, and what facts throw.
  public init(
    reader: Reader, checkpoint: VerifiedCheckpoint, facts: FactOverlay, runs folder: RunFolder
  ) throws {
    self.reader = reader
    self.checkpoint = checkpoint
    self.facts = facts
    tree = TileTree(reader: reader, size: checkpoint.head.size)
    var runs: [(fact: RunFact, file: RunFile)] = []
    for run in try self.facts.runs() where run.entry < checkpoint.head.size.value {
      guard let file = try folder.run(run.range) else {
        throw LedgerError(
          .missingRun, "the file of a published run is missing; give ledger map, or export again",
          location: folder.path(run.range))
      }
      runs.append((run, file))
    }
    self.runs = runs
  }

  /// All entries of a thread below ``covered``.
  ///
  /// Throws `missingRun` without runs, `invalidRun` and `proofMismatch` for a file or tile that is
  /// not what was published, `malformedAnswer` for more entries than an answer has, and what the
  /// reader throws.
  public mutating func answer(_ thread: Answer.Thread) throws -> Answer {
    guard !runs.isEmpty else { throw Self.nothingPublished }
    let key = thread.key
    let indices = try indices(of: key)
    let next = key.tag(UInt64(indices.count) + 1)
    var mapped: [Answer.MappedRun] = []
    for run in runs {
      var present: [Answer.Place] = []
      for (offset, index) in indices.enumerated() where run.fact.range.contains(index) {
        present.append(try place(of: key.tag(UInt64(offset) + 1), index, in: run))
      }
      let gap = try gap(of: next, in: run)
      mapped.append(
        Answer.MappedRun(
          published: try proven(LeafIndex(run.fact.entry)),
          recordCount: UInt64(run.file.recordCount), present: present, absent: gap))
    }
    let entries = try indices.map { index in try proven(index) }
    return try Answer(
      thread: thread, entries: entries, runs: mapped,
      signers: signers.sorted { $0.key < $1.key }.map(\.value), checkpoint: checkpoint.note)
  }

  /// Verifies that no run has the entry after the thread's first `count`; throws as ``answer(_:)``.
  func requireEnd(of key: ThreadKey, after count: UInt64) throws {
    guard !runs.isEmpty else { throw Self.nothingPublished }
    for run in runs { _ = try gap(of: key.tag(count + 1), in: run) }
  }

  private static var nothingPublished: LedgerError {
    LedgerError(
      .missingRun,
      "no runs are published: nobody can prove that a thread has ended; "
        + "give ledger map")
  }

  /// Numbers are given out in the order of the entries: each is looked for from the run of the one
  /// before on.
  private func indices(of key: ThreadKey) throws -> [LeafIndex] {
    var indices: [LeafIndex] = []
    var position = 0
    while position < runs.count {
      guard let index = try runs[position].file.index(of: key.tag(UInt64(indices.count) + 1))
      else {
        position += 1
        continue
      }
      indices.append(index)
      guard indices.count <= Answer.entryCountMax else { throw Self.tooMany }
    }
    return indices
  }

  private static var tooMany: RulesError {
    RulesError(
      .malformedAnswer,
      "the thread has more than \(Answer.entryCountMax) entries; audit an export instead")
  }

  private func place(
    of tag: Tag, _ index: LeafIndex, in run: (fact: RunFact, file: RunFile)
  ) throws -> Answer.Place {
    let proof = try run.file.proof(of: tag)
    guard try proof.verify(tag: tag, root: run.fact.root) == index,
      case .present(let found) = proof.content
    else { throw outOfOrder(run.fact) }
    return Answer.Place(position: found.position, path: found.path)
  }

  private func gap(
    of tag: Tag, in run: (fact: RunFact, file: RunFile)
  ) throws -> (before: RunProof.Neighbour?, after: RunProof.Neighbour?) {
    let proof = try run.file.proof(of: tag)
    guard try proof.verify(tag: tag, root: run.fact.root) == nil,
      case .absent(let before, let after) = proof.content
    else { throw outOfOrder(run.fact) }
    return (before, after)
  }

  private func outOfOrder(_ run: RunFact) -> LedgerError {
    LedgerError(
      .invalidRun, "the numbers of the thread are not in the order of the entries; audit it",
      location: "run \(run.range)")
  }

  private mutating func proven(_ index: LeafIndex) throws -> Answer.Proven {
    guard let bytes = try reader.entries(from: index, count: 1).first else {
      throw LedgerError(.missingEntry, "the entry is missing", location: "entry \(index)")
    }
    let entry = try Entry(parsing: bytes)
    let proof = try tree.inclusionProof(of: index)
    try proof.verify(leafHash: entry.leafHash, root: checkpoint.head.root)
    let signer = try Event(parsing: entry.event).keyID
    if signers[signer] == nil, let path = try facts.signerPath(signer) { signers[signer] = path }
    return Answer.Proven(entry: entry, path: proof.path)
  }
}
