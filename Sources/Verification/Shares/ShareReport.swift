import Certificates
import Encoding
import Ledger

/// What an audit of sharing found.
public struct ShareReport: Sendable {
  /// How far it came, what it was held against and what is wrong; with a department, whose thread
  /// it is, also how far that is proven. It lists no entries.
  public internal(set) var thread = ThreadReport()
  /// When the newest entry under the checkpoint was received, by its own word.
  public internal(set) var asOf: Timestamp?
  /// The requests asked about, in the order of the ledger; of a report, what became orphans.
  public internal(set) var rows: [ShareRow] = []
  /// The figures, if they were asked for.
  public internal(set) var figures = ShareFigures()
  /// Requests that might be of the case asked about, and are not opened.
  public internal(set) var caseNotShownCount: UInt64 = 0
  /// The same, where what opened them was erased.
  public internal(set) var caseErasedCount: UInt64 = 0

  /// The answer. Cannot tell where requests may be of the case asked about.
  public var verdict: CheckList.Verdict {
    let isHidden = caseNotShownCount + caseErasedCount > 0
    return thread.verdict == .yes && isHidden ? .cannotTell : thread.verdict
  }
}
