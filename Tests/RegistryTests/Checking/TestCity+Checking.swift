import Registry

extension TestCity {
  /// Opens everything that the vault seals.
  func cipher() throws -> VaultCipher {
    let registry = try base.open(writing: false)
    defer { _ = Result { try registry.close() } }
    return try registry.openCipher()
  }

  /// What opening and a full check say; nil if nothing is noticed.
  func findings(_ cipher: VaultCipher) throws -> String? {
    let registry: OpenRegistry
    do { registry = try base.open(writing: false) } catch { return "open: \(error)" }
    defer { _ = Result { try registry.close() } }
    if let reason = registry.reasons.first { return "reason: \(reason.code)" }
    do {
      let report = try registry.fullCheck(cipher: cipher)
      return report.isFaultless ? nil : "check: \(report.findings)"
    } catch {
      return "check threw: \(error)"
    }
  }

  /// The attacks on a database that nobody noticed, and how many there were that changed something.
  func missed(
    _ path: String, _ cipher: VaultCipher,
    where isMeant: (Attack) -> Bool = { _ in true }
  ) throws -> (missed: [String], count: Int) {
    let saved = try SavedFile(path)
    var missed: [String] = []
    var count = 0
    for attack in try Attack.all(path) where isMeant(attack) {
      guard try attack.apply(path) else { continue }
      count += 1
      if try findings(cipher) == nil { missed.append("\(attack)") }
      try saved.restore()
    }
    return (missed, count)
  }
}
