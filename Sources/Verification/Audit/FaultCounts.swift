import Certificates
import Rules

/// The faults of an audit by what was checked, with the first of each as the example.
struct FaultCounts {
  private var counts: [Check.Name: UInt64] = [:]
  private var firsts: [Check.Name: AuditReport.Fault] = [:]

  mutating func add(_ fault: AuditReport.Fault) {
    let name = FaultCounts.check(of: fault)
    counts[name, default: 0] += 1
    if firsts[name] == nil { firsts[name] = fault }
  }

  /// A check that failed if there was any fault of its name.
  func check(_ name: Check.Name, passed text: String) -> Check {
    guard let count = counts[name], let first = firsts[name] else {
      return Check(name, .passed, text: text)
    }
    let place = first.index.map { "entry \($0): " } ?? ""
    let more = count > 1 ? "; \(count) in all" : ""
    return Check(
      name, .failed, reasons: [Check.Reason(code: first.code, text: place + first.reason)],
      text: "\(place)\(first.reason)\(more)")
  }

  private static func check(of fault: AuditReport.Fault) -> Check.Name {
    if fault.layer == .disclosed { return .disclosed }
    switch fault.origin {
    case .rule(.signature), .rule(.signerUnknown): return .signatures
    case .rule, .beside: return .rules
    case .audit(let code): return check(of: code)
    }
  }

  private static func check(of code: AuditCode) -> Check.Name {
    switch code {
    case .entryMissing, .entryForm, .entryIndex, .chain: .chain
    case .otherRoot: .root
    case .entryAltered, .tile, .rootMismatch, .truncated, .storedTree: .tree
    case .checkpointMissing, .checkpointForm, .checkpointSignature, .checkpointStored:
      .checkpoint
    case .sinceMismatch: .since
    case .fact, .eventIndex: .facts
    case .runRoot: .runs
    case .eventForm, .erasedUnfounded, .departmentUnknown, .threadGap, .threadTag, .proof,
      .statusRound, .statusUnpublished:
      .rules
    }
  }
}

extension Check.Name {
  /// The ledger was opened under the root given.
  public static let root = Check.Name("root")
  /// The ledger's signed word on its size and root.
  public static let checkpoint = Check.Name("checkpoint")
  /// The entries form the signed tree, and the tiles are those of the entries.
  public static let tree = Check.Name("tree")
  /// Every entry is there, in its form and place, and continues the one before.
  public static let chain = Check.Name("chain")
  /// Every event is signed by an identity that was enrolled.
  public static let signatures = Check.Name("signatures")
  /// Every event keeps the rules in force at its index.
  public static let rules = Check.Name("rules")
  /// The entries below an earlier checkpoint are those that it was signed over.
  public static let since = Check.Name("since")
  /// What a registry keeps beside its entries is what they say.
  public static let facts = Check.Name("facts")
  /// The published runs are those of the entries.
  public static let runs = Check.Name("runs")
  /// Private members that were shown keep the rules.
  public static let disclosed = Check.Name("disclosed")
  /// Entries that no checkpoint covers yet.
  public static let tail = Check.Name("tail")
}
