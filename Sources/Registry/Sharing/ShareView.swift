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

  /// The share.
  public let share: Share
  /// Its acts, oldest first.
  public let acts: [ShareAct]
  /// What was decided in its case about its person, oldest first, at most 1,000.
  public let decisions: [ShareAct]
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
    return ShareView(
      share: share, acts: try reader.acts(of: share),
      decisions: try reader.decisions(of: share).map(\.act),
      refused: refused.map {
        ShareView.RefusedAct(kind: $0.kind, codes: $0.codes, time: $0.time)
      }.sorted { $0.time < $1.time })
  }
}
