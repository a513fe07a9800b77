import Encoding
import Ledger
import Rules

/// Everything the registry can show of one share to its own officers.
public struct ShareView: Sendable {
  /// A refused act about it.
  public struct RefusedAct: Sendable {
    /// What it stated.
    public let kind: String
    /// The rules that it broke.
    public let codes: [String]
    /// When it was refused.
    public let time: Timestamp
  }

  fileprivate static let decisionCountMax = 100

  /// The share.
  public let share: Share
  /// Its acts, oldest first.
  public let acts: [ShareAct]
  /// The newest decisions in its case about its person, oldest first, at most 100.
  public let decisions: [ShareAct]
  /// Whether there are older ones.
  public let hasMoreDecisions: Bool
  /// Acts about it that the rules refused, at most 16.
  public let refused: [RefusedAct]

  /// An act of a kind, the last one.
  public func last(_ kind: EventKind) -> ShareAct? { acts.last { $0.event.kind == kind } }
}

extension OpenRegistry {
  /// Opens the share in which an act stands; nil where there is none. Throws `damagedVault`,
  /// `damagedLedger`, and what the ledger's passphrase throws.
  public func shareView(_ name: ActName) throws(RegistryError) -> ShareView? {
    let reader = try matters()
    guard let (share, _) = try reader.share(name, host: settings.host) else { return nil }
    let refused = try RefusedShareAct.all(of: share.row.id, vault, reader.cipher)
    var decisions: [ShareAct] = []
    try reader.forEachDecision(of: share) { _, act throws(RegistryError) in
      decisions.append(act)
      return decisions.count <= ShareView.decisionCountMax
    }
    let hasMore = decisions.count > ShareView.decisionCountMax
    return ShareView(
      share: share, acts: try reader.acts(of: share),
      decisions: decisions.prefix(ShareView.decisionCountMax).reversed(),
      hasMoreDecisions: hasMore,
      refused: refused.map {
        ShareView.RefusedAct(kind: $0.kind, codes: $0.codes, time: $0.time)
      })
  }
}
