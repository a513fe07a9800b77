import Cryptography
import Ledger
import Rules

/// What an audit found: every fault with its place, code and reason.
public struct AuditReport: Sendable {
  /// A fault of one entry, or of the ledger as a whole.
  public struct Fault: Sendable, Hashable {
    /// The entry's index; nil where the fault is the whole ledger's.
    public let index: LeafIndex?
    /// A rule code, or one of `entry-form`, `entry-index`, `chain`, `event-form`, `truncated`,
    /// `root-mismatch`, `checkpoint-missing`, `checkpoint-form`, `checkpoint-signature`.
    public let code: String
    /// What is wrong, one line without personal data.
    public let reason: String

    /// A fault.
    public init(index: LeafIndex?, code: String, reason: String) {
      self.index = index
      self.code = code
      self.reason = reason
    }
  }

  /// The most faults that are kept; ``faultCount`` counts all.
  public static let faultCountMax = 1000

  /// The tree that the entries read form.
  public internal(set) var head: TreeHead = .empty
  /// The signed checkpoint that they were held against; nil if there was none to believe.
  public internal(set) var checkpoint: VerifiedCheckpoint?
  /// Entries read.
  public internal(set) var entryCount: UInt64 = 0
  /// Event signatures checked.
  public internal(set) var signatureCount: UInt64 = 0
  /// Entries whose private members were not shown.
  public internal(set) var notShownCount: UInt64 = 0
  /// All faults, also those not kept.
  public internal(set) var faultCount: UInt64 = 0
  /// The first faults, in the order of the ledger.
  public internal(set) var faults: [Fault] = []

  /// Whether nothing at all is wrong and a signed checkpoint covers the whole.
  public var isFaultless: Bool { faultCount == 0 && checkpoint != nil }

  mutating func add(_ index: LeafIndex?, _ code: String, _ reason: String) {
    faultCount += 1
    if faults.count < AuditReport.faultCountMax {
      faults.append(Fault(index: index, code: code, reason: reason))
    }
  }
}
