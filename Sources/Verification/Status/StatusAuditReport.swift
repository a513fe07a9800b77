import Certificates
import Cryptography
import Encoding
import Ledger

/// What was found of the rounds in which status lists were published.
public struct StatusAuditReport: Sendable {
  /// One round.
  public struct Round: Sendable {
    /// The code of the department that published.
    public let department: String
    /// Its number.
    public let sequence: Int64
    /// Its entry.
    public let index: LeafIndex
    /// When that was received.
    public let received: Timestamp
    /// How many tokens it names.
    public let listCount: Int64
    /// The root over them.
    public let root: Digest
    /// Whether its file is of that number and root; not shown where there is none.
    public internal(set) var result = Check.Result.notShown
  }

  /// A token that was asked about.
  public struct Token: Sendable {
    /// How it was named.
    public let name: String
    /// The token.
    public let token: StatusToken
    /// Whether a round has it; not shown where that cannot be told.
    public internal(set) var result = Check.Result.notShown
    /// The first round that has it.
    public internal(set) var round: Round?
    /// Why it cannot be told; nil where it can.
    public internal(set) var reason: Check.Reason?
  }

  /// The most rounds that are kept.
  public static let roundCountMax = 1_000

  /// The newest rounds, in the order of the ledger.
  public internal(set) var rounds: [Round] = []
  /// How many came out how.
  public internal(set) var counts: [Check.Result: Int] = [:]
  /// The tokens, in the order given.
  public internal(set) var tokens: [Token] = []
  /// How far the ledger was read, and what is wrong.
  public internal(set) var thread = ThreadReport()

  /// Whether there are rounds that are not kept.
  public var hasMore: Bool { counts.values.reduce(0, +) > rounds.count }

  /// The answer.
  public var verdict: CheckList.Verdict {
    let verdict = thread.verdict
    guard verdict == .yes else { return verdict }
    let isOpen = counts[.notShown] ?? 0 > 0 || tokens.contains { $0.result == .notShown }
    return isOpen ? .cannotTell : .yes
  }
}
