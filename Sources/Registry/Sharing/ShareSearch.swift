import Encoding
import Ledger
import Rules

/// Which shares a listing wants; nil members let all pass.
public struct ShareSearch: Sendable {
  /// The departments that asked; empty for any.
  public var requesters: [String] = []
  /// The departments that were asked; empty for any.
  public var providers: [String] = []
  /// How far they came; empty for any.
  public var states: Set<ShareState> = []
  /// The type's code.
  public var type: String?
  /// The purpose.
  public var purpose: String?
  /// On what they rest.
  public var mode: ShareMode?
  /// The first day of asking, UTC.
  public var from: Day?
  /// The last day of asking, UTC.
  public var through: Day?

  /// A search that finds all.
  public init() {}

  func fits(_ share: Share) -> Bool {
    let day = share.entry.received.day
    return (states.isEmpty || states.contains(share.state))
      && (type.map { $0 == share.type } ?? true) && (purpose.map { $0 == share.purpose } ?? true)
      && (mode.map { $0 == share.mode } ?? true) && (through.map { day <= $0 } ?? true)
  }
}

extension OpenRegistry {
  /// The departments for which a department acts in sharing: itself, and retired ones for which it
  /// stands. Throws `damagedLedger`.
  public func answered(by code: String) throws(RegistryError) -> [String] {
    let all = try departments().map(\.code)
    return try readFacts { facts throws(RulesError) in
      var codes = [code]
      for other in all where other != code {
        if try facts.answers(code, for: other) { codes.append(other) }
      }
      return codes
    }
  }

  /// Gives every share that fits, newest first, until `body` says false.
  ///
  /// Throws `damagedVault`, `damagedLedger`, and what the ledger's passphrase throws.
  public func forEachShare(
    _ search: ShareSearch, _ body: (Share) throws(RegistryError) -> Bool
  ) throws(RegistryError) {
    let reader = try matters()
    var pages = try filters(search).map { MatterPages($0, reader) }
    let first = search.from.map(Timestamp.init)
    while true {
      // Of several departments' shares the newest comes first.
      var newest: (place: Int, row: MatterRow)?
      for place in pages.indices {
        if let row = try pages[place].first(), row.id > newest?.row.id ?? 0 {
          newest = (place, row)
        }
      }
      guard let (place, row) = newest else { return }
      pages[place].removeFirst()
      guard let durable = try reader.durable(row) else { continue }
      let share = try reader.share(durable)
      if let first, share.entry.received < first { return }
      if search.fits(share), !(try body(share)) { return }
    }
  }

  /// A job of the shares that fit, oldest first. Throws what `forEachShare` throws.
  public func shareJob(_ search: ShareSearch) throws(RegistryError) -> ShareJob<ActName> {
    // Their indices alone: a job of any length takes eight bytes of memory for each.
    var indices: [LeafIndex] = []
    try forEachShare(search) { share throws(RegistryError) in
      indices.append(share.index)
      return true
    }
    return ShareJob(count: indices.count) { [indices] place throws(RegistryError) in
      .entry(indices[indices.count - 1 - place])
    }
  }

  /// One filter for each department that asked or was asked; none where nothing can fit.
  private func filters(_ search: ShareSearch) throws(RegistryError) -> [MatterFilter] {
    var filter = MatterFilter()
    filter.kind = .share
    filter.states = search.states.map(\.number).sorted()
    var filters: [MatterFilter] = []
    for requester in try numbers(of: search.requesters) {
      for provider in try numbers(of: search.providers) {
        (filter.department, filter.other) = (requester, provider)
        filters.append(filter)
      }
    }
    return filters
  }

  /// The vault's numbers of departments that it knows; nil alone where any may be meant.
  private func numbers(of codes: [String]) throws(RegistryError) -> [Int64?] {
    guard !codes.isEmpty else { return [nil] }
    var numbers: [Int64?] = []
    for code in codes {
      if let number = try vault.number(of: code) { numbers.append(number) }
    }
    return numbers
  }
}

/// The matters of one filter, newest first, read page by page.
private struct MatterPages {
  private static let pageCount = 200

  private let filter: MatterFilter
  private let reader: MatterReader
  private var page: ArraySlice<MatterRow> = []
  private var before: Int64?
  private var isAtEnd = false

  init(_ filter: MatterFilter, _ reader: MatterReader) {
    self.filter = filter
    self.reader = reader
  }

  mutating func first() throws(RegistryError) -> MatterRow? {
    if page.isEmpty, !isAtEnd {
      let rows = try reader.vault.matters(
        before: before, limit: MatterPages.pageCount, filter)
      isAtEnd = rows.count < MatterPages.pageCount
      before = rows.last?.id
      page = rows[...]
    }
    return page.first
  }

  mutating func removeFirst() { page.removeFirst() }
}
