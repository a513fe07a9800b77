import Ledger
import Rules

/// Why the rules refused an act: the cause of a `refused` error.
public struct RuleRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// The rules that the act breaks, in the order of names.
  public let codes: [RuleCode]
  /// The `act.refused` entry that was made of it; nil if none was.
  public let recordedAs: LeafIndex?

  /// A refusal.
  public init(codes: [RuleCode], recordedAs: LeafIndex? = nil) {
    self.codes = codes
    self.recordedAs = recordedAs
  }

  /// The codes, separated by commas.
  public var description: String { codes.map(\.rawValue).joined(separator: ", ") }
}

extension RegistryError {
  /// The rules said no.
  public init(_ refusal: RuleRefusal, at location: String? = nil) {
    self.init(.refused, "the rules refuse it: \(refusal)", cause: refusal, at: location)
  }
}

extension AppendResult {
  /// The entries of all proposals; throws `refused` for the first that did not enter.
  func required(at location: String? = nil) throws(RegistryError) -> [Entry] {
    for case .refused(let codes) in outcomes {
      throw RegistryError(
        RuleRefusal(codes: codes, recordedAs: refusals.first?.index), at: location)
    }
    var entries: [Entry] = []
    for outcome in outcomes {
      guard let entry = outcome.entry else {
        throw RegistryError(.refused, "another event that belongs to it was refused", at: location)
      }
      entries.append(entry)
    }
    return entries
  }
}

extension Writer {
  /// Signs and appends one event; throws `refused` with the rule codes.
  @discardableResult
  func appendOne(
    _ draft: EventDraft, by signer: Signer, registrar: Signer? = nil
  ) throws(RegistryError) -> Entry {
    let result = try append([Proposal(try sign(draft, by: signer))], registrar: registrar)
    return try result.required()[0]
  }
}
