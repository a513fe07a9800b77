import Rules

/// Counts how often grants were used, one after the other.
///
/// Memory: a number for each grant that was used, and for each requester and person.
public struct GrantUses {
  private struct Pair: Hashable {
    let requester: Int64
    let person: Int64
  }

  private let reader: MatterReader
  private var known: [Pair: [EventName: Int]] = [:]

  /// Counts as of the reader's size.
  public init(_ reader: MatterReader) { self.reader = reader }

  /// How many requests rest on a grant. Throws `damagedVault`, `damagedLedger`, `inputOutput`.
  public mutating func count(of grant: StoredGrant) throws(RegistryError) -> Int {
    // Another grant of both may come later in a list: their shares are not read again.
    let pair = Pair(requester: grant.row.other, person: grant.row.subject)
    if let uses = known[pair] { return uses[grant.name] ?? 0 }
    let uses = try reader.uses(of: pair.requester, pair.person)
    known[pair] = uses
    return uses[grant.name] ?? 0
  }
}
