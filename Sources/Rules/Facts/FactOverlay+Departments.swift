import Cryptography

extension FactOverlay {
  /// A department, and who answers for it once it is retired: its successor in steps, or the
  /// registrar where nobody succeeded. The last one acts now. Spec: decisions/0012.
  package mutating func answerers(for code: String) throws(RulesError) -> [String] {
    var chain = [code]
    // A department is retired once, and its successor is in force then: only facts that somebody
    // wrote into the store lead in a circle.
    while let last = chain.last, let fact = try department(last), fact.retiredAt != nil {
      let registrar = fact.successor == nil ? try ledger()?.registrar : nil
      guard let next = fact.successor ?? registrar, !chain.contains(next) else { break }
      chain.append(next)
    }
    return chain
  }

  /// Whether a department is another, or answers for it.
  package mutating func answers(_ code: String, for other: String) throws(RulesError) -> Bool {
    if code == other { return true }
    return try answerers(for: other).contains(code)
  }

  /// Who acts for a department now: itself, or who answers for it.
  package mutating func answering(for code: String) throws(RulesError) -> String {
    try answerers(for: code).last ?? code
  }

  /// The newest `open` identity of a department that is in force at a time.
  package mutating func receiver(of code: String, at seconds: Int64) throws(RulesError) -> Identity?
  {
    var newest: (from: Int64, identity: Identity)?
    for keyID in try department(code)?.identities ?? [] {
      guard let fact = try identityFact(keyID), fact.use == .open, fact.state == .active,
        let identity = try identity(keyID), identity.notBefore <= seconds,
        seconds < identity.notAfter, fact.from >= newest?.from ?? .min
      else { continue }
      newest = (fact.from, identity)
    }
    return newest?.identity
  }
}
