import Encoding
import Ledger
import Rules

/// One entry that changed something, and the checkpoint that covers it.
public struct LedgerChange: Sendable {
  /// The entry.
  public let entry: Entry
  /// The signed checkpoint.
  public let checkpoint: VerifiedCheckpoint
}

extension OpenRegistry {
  /// Reads facts as they are stored; throws `damagedLedger`.
  func readFacts<T>(
    _ body: (inout FactOverlay) throws(RulesError) -> T
  ) throws(RegistryError) -> T {
    try facts().reading(body)
  }

  /// Signs and appends one event without private members; a refusal by the rules is recorded.
  ///
  /// Throws `refused`, `readOnly`, and what appends throw.
  func append(
    _ kind: EventKind, by signer: Signer, _ members: JSONObject
  ) throws(RegistryError) -> LedgerChange {
    try write { writer throws(RegistryError) in
      let registrar = signer.code == settings.code ? signer : nil
      if let registrar { _ = try writer.recordWaitingRefusals(by: registrar) }
      let draft = writer.draft(kind, by: signer, members)
      let result = try writer.append(
        [Proposal(try writer.sign(draft, by: signer))], registrar: registrar)
      return LedgerChange(entry: try result.required()[0], checkpoint: result.checkpoint)
    }
  }
}
