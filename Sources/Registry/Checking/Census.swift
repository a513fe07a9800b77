/// How many rows a ledger's tables have: what reading by key cannot show.
public struct LedgerCensus: Sendable, Equatable {
  /// Entries, and how many of them lie outside [0, size).
  public var entries: Int64 = 0
  /// Entries outside [0, size).
  public var strayEntries: Int64 = 0
  /// Tiles.
  public var tiles: Int64 = 0
  /// Bytes of all tiles together.
  public var tileBytes: Int64 = 0
  /// Event ids.
  public var eventIDs: Int64 = 0
  /// Checkpoints of a size beyond the ledger's, or below 1.
  public var strayCheckpoints: Int64 = 0
  /// Rows of the table of settings.
  public var settings: Int64 = 0
  /// Whether the database finds its own pages and indices sound.
  public var isSound = true

  /// Nothing.
  public init() {}
}

/// How many rows a vault's tables have: what reading by key cannot show.
public struct VaultCensus: Sendable, Equatable {
  /// Subjects.
  public var subjects: Int64 = 0
  /// Certificates.
  public var certificates: Int64 = 0
  /// Pairs of subject and certificate.
  public var holdings: Int64 = 0
  /// Copies.
  public var copies: Int64 = 0
  /// Records about a certificate.
  public var records: Int64 = 0
  /// Records of a matter.
  public var matterRecords: Int64 = 0
  /// Records of neither.
  public var otherRecords: Int64 = 0
  /// Matters.
  public var matters: Int64 = 0
  /// The spaces of items.
  public var spaces: [String] = []
  /// The names of the settings.
  public var settings: [String] = []
  /// Rows kept for undoing a batch.
  public var undoRows: Int64 = 0
  /// Whether the database finds its own pages and indices sound.
  public var isSound = true

  /// Nothing.
  public init() {}
}
