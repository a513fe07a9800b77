import Ledger
import Rules

/// Proves that a thread has no further entry.
///
/// It is proven by published runs, and by nothing that an audit read: another can verify it.
struct EndProof<Reader: LedgerReader> {
  let reader: Reader
  let checkpoint: VerifiedCheckpoint
  let facts: FactOverlay
  let folder: RunFolder

  /// Notes how far the end is proven, or why it is not, of a thread whose entries stand at
  /// `indices`, and the answer for others if it is wanted.
  ///
  /// A run file that is missing or damaged is no fault of the ledger. Throws what the reader
  /// throws.
  func prove(
    _ report: inout ThreadReport, _ thread: Answer.Thread, at indices: [LeafIndex],
    isAnswerWanted: Bool
  ) throws {
    guard report.faults.isEmpty else { return }
    do {
      var builder = try AnswerBuilder(
        reader: reader, checkpoint: checkpoint, facts: facts, runs: folder)
      let count = indices.prefix { builder.covered.contains($0) }.count
      try builder.requireEnd(of: thread.key, after: UInt64(count))
      report.provenTo = builder.covered
      guard isAnswerWanted else { return }
      let answer = try builder.answer(thread)
      guard answer.entries.map(\.entry.index) == Array(indices.prefix(count)) else {
        report.add(nil, .runRoot, "the published runs have other entries of the thread")
        return
      }
      report.answer = answer
    } catch let error as LedgerError {
      guard [.missingRun, .invalidRun, .proofMismatch].contains(error.code) else { throw error }
      report.unprovenReason = error.message
    } catch let error as RulesError where error.code == .malformedAnswer {
      report.unprovenReason = error.message
    }
  }
}
