import Cryptography
import Encoding
import Ledger
import Rules

/// The events that freshness still lets in: a replay can only be of one of them.
///
/// Eight bytes an event, of a hash that nobody outside this process can aim at, in two generations
/// of eleven minutes each. At most twice ``countMax`` are kept, about 130 MB; a ledger that took
/// more within eleven minutes is audited all the same, and the audit says what it could not see.
package struct EventWindow {
  private struct Generation {
    var ids: Set<UInt64> = []
    /// When its first event was received, in milliseconds, and where it stands.
    var began: Int64 = 0
    var first = LeafIndex(0)
  }

  /// The most events of one generation.
  package static let countMax = 1 << 22

  private static let milliseconds = RuleSet.ageMillisecondsMax + RuleSet.leadMillisecondsMax

  private var young = Generation()
  private var old = Generation()
  private let countMax: Int
  /// Whether events had to be forgotten while a replay of them could still come.
  package private(set) var hasForgotten = false

  /// Keeps at most `countMax` events of a generation.
  package init(countMax: Int = EventWindow.countMax) { self.countMax = countMax }

  /// From where on an event with this id may stand; nil if none entered.
  ///
  /// A false alarm is rarer than one in a million ledgers; the caller looks.
  package func place(of id: EventID) -> LeafIndex? {
    let mark = EventWindow.mark(id)
    if old.ids.contains(mark) { return old.first }
    return young.ids.contains(mark) ? young.first : nil
  }

  /// Notes an event that stands at an index.
  package mutating func insert(_ id: EventID, received now: Timestamp, at index: LeafIndex) {
    let isFull = young.ids.count >= countMax
    let isAged = now.milliseconds - young.began > EventWindow.milliseconds
    if young.ids.isEmpty || isAged || isFull {
      if isFull, !isAged { hasForgotten = hasForgotten || !old.ids.isEmpty }
      old = young
      young = Generation(began: now.milliseconds, first: index)
    }
    young.ids.insert(EventWindow.mark(id))
  }

  private static func mark(_ id: EventID) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(id)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}
