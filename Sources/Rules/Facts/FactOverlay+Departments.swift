import Cryptography

extension FactOverlay {
  /// Who answers for a department: itself, or once it is retired its successor in steps, or the
  /// registrar. Spec: decisions/0012.
  package mutating func answering(for code: String) throws(RulesError) -> String {
    var current = code
    // The bound is for facts that somebody wrote into the store, as in `succeeds`.
    for _ in 0..<64 {
      guard let fact = try department(current), fact.retiredAt != nil else { break }
      guard let next = fact.successor else { return try ledger()?.registrar ?? current }
      current = next
    }
    return current
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
