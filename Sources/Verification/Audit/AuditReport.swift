import Certificates
import Encoding
import Ledger
import Rules

/// What an audit found: every fault with its place, code and reason.
public struct AuditReport: Sendable {
  /// Which rules a fault is against.
  public enum Layer: String, Sendable {
    /// Those that need the ledger alone.
    case `public`
    /// Those that need the openings of private members.
    case disclosed
  }

  /// What a fault is against. Codes of the one and the other may have the same text.
  public enum Origin: Sendable, Hashable {
    /// A rule that one event breaks.
    case rule(RuleCode)
    /// The form of entries, the tree, or what is stored beside it.
    case audit(AuditCode)
    /// A check that was made beside the ledger, with its own code.
    case beside(code: String)
  }

  /// A fault of one entry, or of the ledger as a whole.
  public struct Fault: Sendable, Hashable {
    /// The entry's index; nil where the fault is the whole ledger's.
    public let index: LeafIndex?
    /// What it is against.
    public let origin: Origin
    /// What is wrong, one line without personal data.
    public let reason: String
    /// Which rules it is against.
    public let layer: Layer

    /// A fault.
    public init(index: LeafIndex?, origin: Origin, reason: String, layer: Layer = .public) {
      self.index = index
      self.origin = origin
      self.reason = reason
      self.layer = layer
    }

    /// A rule code, or one of ``AuditCode``, as it is printed.
    public var code: String {
      switch origin {
      case .rule(let code): code.rawValue
      case .audit(let code): code.rawValue
      case .beside(let code): code
      }
    }
  }

  /// How many entries came out how, in one layer.
  public struct Tally: Sendable, Hashable {
    /// Every rule holds.
    public internal(set) var passed: UInt64 = 0
    /// A rule is broken.
    public internal(set) var failed: UInt64 = 0
    /// The openings were not given.
    public internal(set) var notShown: UInt64 = 0
    /// The openings were lawfully erased.
    public internal(set) var erased: UInt64 = 0
  }

  /// The most faults that are kept; ``faultCount`` counts all.
  public static let faultCountMax = 1000

  /// Whether the audit came to the end of the ledger; false when it was stopped.
  public internal(set) var isComplete = false
  /// The ledger's origin; nil when its first entry does not say.
  public internal(set) var origin: String?
  /// The version of the rules in force at the end.
  public internal(set) var rulesVersion: Int64?
  /// The tree that the entries read form.
  public internal(set) var head: TreeHead = .empty
  /// The signed checkpoint that they were held against; nil if there was none to believe.
  public internal(set) var checkpoint: VerifiedCheckpoint?
  /// When the newest entry under the checkpoint was received, by its own word: what the audit tells
  /// is as of then. That nothing was signed since, no ledger can prove of itself.
  public internal(set) var coveredUntil: Timestamp?
  /// What the ledger's key signed, whether or not the entries form that tree; nil if nothing was.
  public internal(set) var signedHead: TreeHead?
  /// The size below which signatures were not checked.
  public internal(set) var since = TreeSize.zero
  /// Entries read.
  public internal(set) var entryCount: UInt64 = 0
  /// Event signatures checked.
  public internal(set) var signatureCount: UInt64 = 0
  /// How the entries came out against the public rules.
  public internal(set) var publicTally = Tally()
  /// How those with private members came out against the rules that need openings.
  public internal(set) var disclosedTally = Tally()
  /// What was found of sharing; nil where no private members are shown.
  public internal(set) var shares: ShareReport?
  /// All faults, also those not kept.
  public internal(set) var faultCount: UInt64 = 0
  /// The first faults, in the order of the ledger.
  public internal(set) var faults: [Fault] = []
  /// What was looked at, each with its result.
  public internal(set) var checks = CheckList()
  /// The checks that the answer does not demand.
  public internal(set) var notDemanded: Set<Check.Name> = []

  /// The answer. Cannot tell when the audit did not come to its end.
  public var verdict: CheckList.Verdict {
    let verdict = checks.verdict(notDemanding: notDemanded)
    return verdict == .yes && !isComplete ? .cannotTell : verdict
  }

  /// Adds a check that was made beside the ledger, with its faults; it is demanded.
  package mutating func add(_ name: Check.Name, faults found: [Fault], passed text: String) {
    checks.append(
      .judged(
        name, reasons: found.map { Check.Reason(code: $0.code, text: $0.reason) }, passed: text))
    for fault in found {
      faultCount += 1
      if faults.count < AuditReport.faultCountMax { faults.append(fault) }
    }
  }

  /// Whether nothing at all is wrong and a signed checkpoint covers the whole.
  public var isFaultless: Bool { faultCount == 0 && checkpoint != nil && isComplete }
}
