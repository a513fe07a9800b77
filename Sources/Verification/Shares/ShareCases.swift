import Cryptography
import Ledger
import Rules

/// The uses of data in cases that are opened, and what was decided in them.
///
/// A decision is about a person, in a case, for a purpose: a number that is true covers no look at
/// a neighbour. It is the requester's, or of who answers for it. Spec: decisions/0019.
struct ShareCases {
  /// What a decision is about.
  struct Use: Hashable {
    let caseThread: Digest
    let person: Digest?
    let purpose: String
  }

  /// A request that something was released for.
  private struct Place {
    let request: LeafIndex
    let requester: String
  }

  /// A decision that is not opened.
  struct Hidden {
    let index: LeafIndex
    let isErased: Bool
  }

  /// The decisions of a request that are listed.
  private static let listedCountMax = 100

  /// Whether decisions are kept for a list, and not their figures alone.
  private let isListing: Bool
  /// Uses without a decision.
  private var undecided: [Use: [Place]] = [:]
  /// The decisions about each use that was noted, oldest first, where they are listed.
  private var decisions: [Use: [ShareRow.Step]] = [:]
  /// The last one of each department.
  private var hidden: [String: Hidden] = [:]
  /// Who answers for each retired department, and since which entry.
  private var successors: [String: (code: String, since: LeafIndex)] = [:]
  private var registrar: String?

  init(isListing: Bool) { self.isListing = isListing }

  /// Takes up who stands in for those whom nobody succeeds, and who succeeds whom.
  mutating func noteDepartment(_ event: Event, at index: LeafIndex) {
    switch event.kind {
    case .ledgerOpened: registrar = event.issuerCode
    case .departmentRetired:
      guard let code = event.text("department"), let next = event.text("successor") ?? registrar
      else { return }
      successors[code] = (next, index)
    default: break
    }
  }

  /// Notes that something was released for a request; false where its case is not opened.
  mutating func noteUse(of row: ShareRow) -> Bool {
    guard let use = row.use else { return false }
    undecided[use, default: []].append(Place(request: row.index, requester: row.requester))
    if isListing, decisions[use] == nil { decisions[use] = [] }
    return true
  }

  /// Takes up a decision, and gives the requests whose uses it is the first one about.
  mutating func decide(_ use: Use, _ step: ShareRow.Step) -> [LeafIndex] {
    decisions[use]?.append(step)
    let places = undecided[use] ?? []
    let open = places.filter { place in
      !deciders(of: place.requester).contains { $0.code == step.department }
    }
    undecided[use] = open.isEmpty ? nil : open
    let left = Set(open.map(\.request))
    return places.map(\.request).filter { !left.contains($0) }
  }

  /// Notes a decision that is not opened.
  mutating func hide(by department: String, at index: LeafIndex, isErased: Bool) {
    hidden[department] = Hidden(index: index, isErased: isErased)
  }

  /// The last decision that is not opened and may be about a request that was released at an entry.
  func hidden(of requester: String, after release: LeafIndex) -> Hidden? {
    deciders(of: requester).compactMap { decider in
      hidden[decider.code].flatMap { $0.index > decider.since ? $0 : nil }
    }.last { $0.index > release }
  }

  /// A request with the newest decisions after its release.
  func decided(_ row: ShareRow) -> ShareRow {
    guard let steps = row.use.flatMap({ decisions[$0] }),
      let release = row.history.first(where: { $0.kind == .shareReleased })
    else { return row }
    let codes = Set(deciders(of: row.requester).map(\.code))
    let later = steps.filter { $0.index > release.index && codes.contains($0.department) }
    var row = row
    row.history += later.suffix(Self.listedCountMax)
    row.history.sort { $0.index < $1.index }
    return row
  }

  /// The departments that decide a department's cases, one after the other: itself, and since it
  /// was retired who answers for it.
  private func deciders(of code: String) -> [(code: String, since: LeafIndex)] {
    var found = [(code: code, since: LeafIndex(0))]
    // Who is to answer is in force then: of a chain each was retired later than the one before.
    while let last = found.last, let next = successors[last.code], next.since > last.since {
      found.append(next)
    }
    return found
  }
}

extension ShareRow {
  /// What a decision must be about to be one about this request; nil where its case is not opened.
  fileprivate var use: ShareCases.Use? {
    caseThread.map { ShareCases.Use(caseThread: $0, person: personThread, purpose: purpose) }
  }
}
