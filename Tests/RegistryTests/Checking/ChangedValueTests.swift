import Certificates
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
  private let cards: [CertificateIdentifier]

  /// Cards, a marriage, a suspended and a revoked card, a refusal that waits.
  init() throws {
    city = try TestCity()
    cards = try city.issueCards(2)
    _ = try city.step(cards[0], to: .suspended)
    try city.issue(
      [try TestCity.claims("M1", [1, 2])], type: TestCity.marriage, by: TestCity.civil)
    cipher = try city.cipher()
  }

  /// Issues a sheet, and refuses its rows in two more: three items of refused lines.
  private func refuseRows() throws {
    var sheet = CardSheet(0..<2)
    var watch = IssueWatch()
    watch.batchCount = 1
    for (name, refusedCount) in [("first", 0), ("turned", 2), ("half", 1)] {
      try sheet.write(to: city.file("\(name).csv"))
      let report = try city.issue(
        city.file("\(name).csv"), to: city.file("\(name).jsonl"), watch: watch)
      try #require(report.record.refusedCount == refusedCount)
      sheet.rows = name == "first" ? sheet.rows.reversed() : sheet.rows.suffix(1)
    }
    #expect(try findings() == nil)
  }

  private func findings() throws -> String? { try city.findings(cipher) }

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

  @Test func `every changed value of what jobs keep is noticed`() throws {
    try refuseRows()
    let path = city.base.directory + "/vault.sqlite"
    let saved = try SavedFile(path)
    let spaces = try RawDatabase.texts(path, "SELECT space FROM item ORDER BY space, key")
    for space in ["batch", "batch-range", "batch-refused", "header"] {
      #expect(spaces.contains(space))
    }
    var missed: [String] = []
    // `entry` matters to a pending batch only, and counters only limit what is kept.
    for attack in try Attack.all(path) where attack.table == "item" && attack.column != "entry" {
      guard !spaces[attack.row].hasPrefix("refusal-"), try attack.apply(path) else { continue }
      if try findings() == nil { missed.append("\(spaces[attack.row]): \(attack)") }
      try saved.restore()
    }
    #expect(missed == [])
  }

  @Test func `a refused line that was taken away, and one of no job, are noticed`() throws {
    try refuseRows()
    let path = city.base.directory + "/vault.sqlite"
    let saved = try SavedFile(path)
    let refused = "space = 'batch-refused'"
    for change in [
      "DELETE FROM item WHERE \(refused)",
      "DELETE FROM item WHERE \(refused) AND key = (SELECT max(key) FROM item WHERE \(refused))",
      "DELETE FROM item WHERE space = 'batch'",
      "DELETE FROM item WHERE space = 'batch-range'",
      // Sums of such numbers must not end the process.
      "UPDATE item SET value = CAST(x'8000000000000001' || substr(value, 9) AS BLOB) "
        + "WHERE space = 'batch-range'",
      "UPDATE item SET key = x'7fffffffffffffff' WHERE space = 'batch-range' "
        + "AND key = (SELECT max(key) FROM item WHERE space = 'batch-range')",
      // A value of the same kind from another place.
      "UPDATE item SET value = (SELECT value FROM item WHERE \(refused) ORDER BY key LIMIT 1) "
        + "WHERE \(refused)",
      "UPDATE item SET value = (SELECT value FROM item WHERE space = 'batch' ORDER BY key LIMIT 1) "
        + "WHERE space = 'batch'",
    ] {
      try RawDatabase.execute(path, change)
      #expect(try findings()?.contains("item") == true, "\(change)")
      try saved.restore()
    }
  }

  @Test func `items beyond the first page are opened too`() throws {
    let path = city.base.directory + "/vault.sqlite"
    var registry = try city.base.open()
    for number in 0..<600 {
      let key = SHA256.hash([UInt8(number >> 8), UInt8(number & 255)]).bytes
      let value = try cipher.seal([1], for: .item("refusal", key: key))
      try registry.vault.put([(space: "refusal", key: key, value: value)])
    }
    #expect(try registry.fullCheck(cipher: cipher).isFaultless)
    try registry.close()
    try RawDatabase.execute(
      path,
      "UPDATE item SET value = x'00' WHERE key = "
        + "(SELECT max(key) FROM item WHERE space = 'refusal')")
    registry = try city.base.open(writing: false)
    let report = try registry.fullCheck(cipher: cipher)
    #expect(!report.isFaultless)
    try registry.close()
  }

  /// A batch was stopped between vault and ledger; what is kept to take it back was changed.
  ///
  /// Whatever opening for writing makes of it, nothing wrong may pass in silence.
  @Test func `a changed note or old row of a stopped batch gives no wrong data`() throws {
    let path = city.base.directory + "/vault.sqlite"
    let image = try stoppedImage()
    try image.restore()
    let attacks = try Attack.all(path).filter {
      $0.table.hasPrefix("undo_") || $0.table == "meta"
    }
    #expect(attacks.count > 40)
    var missed: [String] = []
    for attack in attacks {
      try image.restore()
      guard try attack.apply(path) else { continue }
      let registry: OpenRegistry
      do { registry = try city.base.open() } catch {
        #expect(error is RegistryError)
        continue
      }
      let isNoticed = !registry.reasons.isEmpty
      try registry.close()
      if isNoticed { continue }
      // It was taken back: then everything is as it was, or the full check names what is not.
      if try findings() == nil, try states() != ["suspended", "in_force", "in_force"] {
        missed.append("\(attack)")
      }
    }
    #expect(missed == [])
  }

  private func states() throws -> [String] {
    let registry = try city.base.open(writing: false)
    defer { _ = Result { try registry.close() } }
    return try registry.vault.certificates(after: 0, limit: 9, type: nil, subject: nil)
      .map { CertificateState(number: $0.state)?.rawValue ?? "?" }
  }

  /// What lies on the disk when revoking the second card was stopped after the vault's part.
  private func stoppedImage() throws -> CrashImage {
    let directory = city.base.directory
    let registry = try city.base.open()
    let police = try registry.signer(TestCity.police, use: .act)
    var image: CrashImage?
    let step = try StateStep(to: .revoked, reason: "x")
    #expect(throws: RegistryError.self) {
      try registry.write { writer throws(RegistryError) in
        writer.probe = { _ throws(RegistryError) in
          do { image = try CrashImage(directory) } catch {
            throw RegistryError(.internalFault, "no image", cause: error)
          }
          throw RegistryError(.internalFault, "stopped")
        }
      }
      _ = try StateJob(count: 1) { _ in
        StateRequest(.identifier(cards[1]), step)
      }.run(in: registry, by: police, progress: { _, _ in }, isInterrupted: { false })
    }
    return try #require(image)
  }

  /// What may change without being noticed, and why that does no harm.
  private static let harmless: Set<String> = [
    // A larger counter burns indices: none is used twice, and burnt ones cannot be told from those
    // that a crash burnt.
    "status_list.next, row 0, flipped", "status_list.next, row 1, flipped",
  ]

  private func run(_ path: String) throws -> [String] {
    let (missed, count) = try city.missed(path, cipher)
    #expect(count > 100)
    return missed
  }
}
