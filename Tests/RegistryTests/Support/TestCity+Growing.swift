import Registry
import Rules

extension TestCity {
  /// Appends entries that change nothing, in one batch.
  func grow(by count: Int) throws {
    let registry = try base.open()
    let registrar = try registry.signer(TestRegistry.code, use: .act)
    _ = try registry.write { writer throws(RegistryError) in
      var proposals: [Proposal] = []
      for _ in 0..<count {
        let draft = writer.draft(.ledgerRuled, by: registrar, ["rules": 1])
        proposals.append(Proposal(try writer.sign(draft, by: registrar)))
      }
      return try writer.append(proposals)
    }
    try registry.close()
  }
}
