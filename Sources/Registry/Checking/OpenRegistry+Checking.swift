import Ledger
import Rules

extension OpenRegistry {
  /// Reads every row of the ledger, and with the vault's cipher every row of the vault, and holds
  /// them against the entries. Changes nothing.
  ///
  /// Findings are no errors. Throws `damagedLedger` or `damagedVault` when it cannot read on.
  /// Run it while nothing is appended: what enters meanwhile may show as a finding.
  public func fullCheck(cipher: VaultCipher?) throws(RegistryError) -> CheckReport {
    var check = LedgerCheck(ledger: ledger, vkeys: try verifierKeys(), origin: settings.origin)
    try check.run()
    guard let cipher else { return check.report }
    var vault = VaultCheck(registry: self, cipher: cipher, report: check.report)
    try vault.run()
    return vault.report
  }

  private func verifierKeys() throws(RegistryError) -> [VerifierKey] {
    var facts = facts()
    var texts = [settings.ledgerKey]
    do throws(RulesError) {
      if let fact = try facts.ledger() { texts = fact.keys.map(\.vkey) }
    } catch {
      throw RegistryError(error)
    }
    var keys: [VerifierKey] = []
    do throws(LedgerError) {
      for text in texts { keys.append(try VerifierKey(parsing: text)) }
    } catch {
      throw RegistryError(error)
    }
    return keys
  }
}
