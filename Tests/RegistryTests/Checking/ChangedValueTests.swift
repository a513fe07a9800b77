import Cryptography
import Ledger
import Registry
import Rules
import SQLiteStorage
import Testing

/// One changed value anywhere in a small registry is noticed, or provably harmless.
@Suite(.serialized) struct ChangedValueTests {
  private let city: TestCity
  private let cipher: VaultCipher

  /// Cards, a marriage, a suspended and a revoked card, a refusal that waits.
  init() throws {
    city = try TestCity()
    let cards = try city.issueCards(2)
    _ = try city.step(cards[0], to: .suspended)
    try city.issue(
      [try TestCity.claims("M1", [1, 2])], type: TestCity.marriage, by: TestCity.civil)
    let registry = try city.base.open(writing: false)
    cipher = try registry.openCipher()
    try registry.close()
  }

  /// What opening and a full check say; nil if nothing is noticed.
  private func findings() throws -> String? {
    let registry: OpenRegistry
    do { registry = try city.base.open(writing: false) } catch { return "open: \(error)" }
    defer { _ = Result { try registry.close() } }
    if let reason = registry.reasons.first { return "reason: \(reason.code)" }
    do {
      let report = try registry.fullCheck(cipher: cipher)
      return report.isFaultless ? nil : "check: \(report.findings)"
    } catch {
      return "check threw: \(error)"
    }
  }

  @Test func `an untouched registry has no findings`() throws {
    #expect(try findings() == nil)
  }

  @Test func `every changed value of the ledger is noticed`() throws {
    let path = city.base.directory + "/ledger.sqlite"
    let missed = try run(path)
    #expect(missed == [])
  }

  @Test func `every changed value of the vault is noticed or harmless`() throws {
    let path = city.base.directory + "/vault.sqlite"
    let missed = try run(path).filter { !ChangedValueTests.harmless.contains($0) }
    #expect(missed == [])
  }

  /// What may change without being noticed, and why that does no harm.
  private static let harmless: Set<String> = [
    // A larger counter burns indices: none is used twice, and burnt ones cannot be told from those
    // that a crash burnt.
    "status_list.next, row 0, flipped", "status_list.next, row 1, flipped",
  ]

  private func run(_ path: String) throws -> [String] {
    let saved = try SavedFile(path)
    var missed: [String] = []
    var count = 0
    for attack in try Attack.all(path) {
      guard try attack.apply(path) else { continue }
      count += 1
      if try findings() == nil { missed.append("\(attack)") }
      try saved.restore()
    }
    #expect(count > 100)
    return missed
  }
}
