import Ledger
import Rules

extension OpenRegistry {
  /// Grants and withdrawals in one append.
  private static let lodgedCountMax = 256

  /// Lodges grants as a department; what the rules refuse is recorded and told.
  ///
  /// Throws what `write` and `append` throw; what was lodged before that stays.
  public func lodge(
    _ orders: [GrantOrder], by signer: Signer
  ) throws(RegistryError) -> (outcomes: [GrantOutcome], checkpoint: VerifiedCheckpoint?) {
    try inParts(orders, signer) { writer, part, registrar throws(RegistryError) in
      try writer.lodge(part, by: signer, registrar: registrar)
    }
  }

  /// Lodges withdrawals as a department, as ``lodge(_:by:)`` does grants.
  public func withdraw(
    _ withdrawals: [GrantWithdrawal], by signer: Signer
  ) throws(RegistryError) -> (outcomes: [GrantOutcome], checkpoint: VerifiedCheckpoint?) {
    try inParts(withdrawals, signer) { writer, part, registrar throws(RegistryError) in
      try writer.withdraw(part, by: signer, registrar: registrar)
    }
  }

  private func inParts<Order>(
    _ orders: [Order], _ signer: Signer,
    _ body: (Writer, [Order], Signer?) throws(RegistryError) -> (
      outcomes: [GrantOutcome], checkpoint: VerifiedCheckpoint
    )
  ) throws(RegistryError) -> (outcomes: [GrantOutcome], checkpoint: VerifiedCheckpoint?) {
    let registrar = signer.code == settings.code ? signer : nil
    var outcomes: [GrantOutcome] = []
    var checkpoint: VerifiedCheckpoint?
    var rest = orders[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(OpenRegistry.lodgedCountMax))
      rest = rest.dropFirst(part.count)
      let result = try write { writer throws(RegistryError) in try body(writer, part, registrar) }
      outcomes += result.outcomes
      checkpoint = result.checkpoint
    }
    return (outcomes, checkpoint)
  }
}
