/// Why a registry takes no appends, and the way out.
///
/// Spec: registry-on-disk.md, "Start-up".
public struct ReadOnlyReason: Sendable, Hashable, CustomStringConvertible {
  /// The reasons there are; the raw values are stable.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The files belong to different registries.
    case otherInstance = "other_instance"
    /// `state.json` is not there.
    case stateMissing = "state_missing"
    /// `ledger.sqlite` is another file than the one noted.
    case copied
    /// The write-ahead log of a process that died could not be taken up.
    case walNotRecovered = "wal_not_recovered"
    /// Tiles, or the facts that name the ledger's keys, contradict the stored root.
    case treeMismatch = "tree_mismatch"
    /// The last entries contradict their tile or one another.
    case chainMismatch = "chain_mismatch"
    /// The newest stored checkpoint does not fit the tree.
    case checkpointMismatch = "checkpoint_mismatch"
    /// A stored checkpoint is not of this ledger's key.
    case checkpointForeign = "checkpoint_foreign"
    /// More entries were signed than are here.
    case smallerThanHighWater = "smaller_than_high_water"
    /// A tree of a size that was signed is another tree.
    case otherTree = "other_tree"
    /// The vault cannot be brought to the ledger's size.
    case vaultDamaged = "vault_damaged"
    /// The clock is behind the last entry.
    case clockBehind = "clock_behind"
    /// The clock is far ahead of the last entry.
    case clockAhead = "clock_ahead"
    /// A validly signed checkpoint was shown that this ledger cannot have come before.
    case largerCheckpointSeen = "larger_checkpoint_seen"
    /// Permissions or the file system forbid writing.
    case notWritable = "not_writable"
  }

  /// The reason.
  public let code: Code
  /// What was found; no capital, no full stop.
  public let text: String
  /// What to do.
  public let remedy: String

  init(_ code: Code, _ text: String, remedy: String? = nil) {
    self.code = code
    self.text = text
    self.remedy = remedy ?? code.remedy
  }

  /// `code: text; remedy`.
  public var description: String { "\(code.rawValue): \(text); \(remedy)" }
}

extension ReadOnlyReason.Code {
  fileprivate var remedy: String {
    switch self {
    case .otherInstance: "put the files of one registry together again"
    case .stateMissing: "put the state folder back, where registry.json names it"
    case .copied: "open the original; a copy can be read and audited, and takes nothing"
    case .walNotRecovered: "end other programs that hold the database, check the disk, open again"
    case .treeMismatch, .chainMismatch, .checkpointMismatch:
      "run audit ledger to see what was changed, then put back a backup of it all"
    case .checkpointForeign: "put back the registry.json and ledger.sqlite that belong together"
    case .smallerThanHighWater, .otherTree, .largerCheckpointSeen:
      "put the newer databases back; what others hold of this ledger shows what is missing"
    case .vaultDamaged: "put back a backup of both databases that belong together"
    case .clockBehind: "set the clock, or wait"
    case .clockAhead: "set the clock, or confirm it with --confirm-clock"
    case .notWritable: "check the permissions and that the disk is mounted for writing"
    }
  }
}
