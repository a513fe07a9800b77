/// What a full check of a registry found, check by check.
///
/// Spec: cli/registry.md, "check".
public struct CheckReport: Sendable {
  /// The checks there are; the raw values are stable.
  public enum Name: String, Sendable, CaseIterable {
    /// Entries in their places, each continuing the one before, under the stored root.
    case chain
    /// Every stored tile is that of the entries.
    case tiles
    /// Stored facts are those that the entries give, and no entry breaks a public rule.
    case facts
    /// Every entry's id leads to it, and no other id is there.
    case eventIDs = "event_ids"
    /// Every stored checkpoint is signed, and of this tree.
    case checkpoints
    /// No table holds a row that belongs to nothing.
    case census
    /// What the vault keeps of every certificate opens, and is what the entries say.
    case certificates
    /// The numbers given out in every subject's thread are those of the entries.
    case subjects
    /// What the vault keeps of every share, grant and decision opens, and is what the entries say.
    case matters
    /// No status index is taken twice or lies beyond its list's counter.
    case statusLists = "status_lists"
    /// What else the vault keeps opens.
    case items
  }

  /// The most findings that are kept for one check; all are counted.
  public static let findingCountMax = 100

  /// What was found, by check; a check that ran and found nothing has an empty list.
  public private(set) var findings: [Name: [String]] = [:]
  /// All findings, also those not kept.
  public private(set) var findingCount = 0

  /// Whether nothing was found.
  public var isFaultless: Bool { findingCount == 0 }

  mutating func begin(_ name: Name) { findings[name, default: []] += [] }

  mutating func add(_ name: Name, _ text: String) {
    findingCount += 1
    if findings[name, default: []].count < CheckReport.findingCountMax {
      findings[name, default: []].append(text)
    }
  }
}
