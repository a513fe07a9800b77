import Ledger

/// What an export shall do.
public struct ExportOrder {
  /// The folder: new or empty unless `isIncremental`.
  public var directory: String
  /// Whether to go on with an earlier export of the same ledger, finished or not.
  public var isIncremental: Bool
  /// Whether the ledger key may be opened to sign entries that no stored checkpoint covers yet.
  public var isSigning: Bool
  /// Asked after every bundle; true ends the export early.
  public var isStopped: () -> Bool
  /// Told the size exported so far and the size in all.
  public var progress: (TreeSize, TreeSize) -> Void

  /// An order.
  public init(
    directory: String, isIncremental: Bool = false, isSigning: Bool = false,
    isStopped: @escaping () -> Bool = { false },
    progress: @escaping (TreeSize, TreeSize) -> Void = { _, _ in }
  ) {
    var directory = directory
    while directory.count > 1, directory.hasSuffix("/") { directory.removeLast() }
    self.directory = directory
    self.isIncremental = isIncremental
    self.isSigning = isSigning
    self.isStopped = isStopped
    self.progress = progress
  }
}

/// What an export came to.
public struct ExportResult: Sendable {
  /// The checkpoint that the export has, or would have had.
  public let checkpoint: VerifiedCheckpoint
  /// Whether it came to the end; if not, `checkpoint` was not written.
  public let isComplete: Bool
  /// Durable entries that no stored checkpoint covers: not exported.
  public let beyondCount: UInt64
  /// Files of this export, written now or found as they should be; those of entries that an earlier
  /// export had are not counted.
  public let fileCount: Int
  /// Their bytes.
  public let byteCount: Int
}
