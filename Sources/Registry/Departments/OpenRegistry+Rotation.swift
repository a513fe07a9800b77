import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Identities that were added to a department.
public struct RotationReport: Sendable {
  /// The new identities.
  public let identities: [(use: IdentityUse, identity: Identity)]
  /// Those that were retired with it.
  public let retired: [Digest]
  /// Entry and checkpoint.
  public let change: LedgerChange
}

extension OpenRegistry {
  /// Adds identities for keys that the department asks for itself.
  ///
  /// - Parameters:
  ///   - token: the department's own request, by its identity for acting in force.
  ///   - retiring: identities to retire; nil for all in force of the same uses.
  /// - Throws: `unknownDepartment`, `refused` (among others when the token is not the department's
  ///   or is for other keys), `readOnly`, and what keys and appends throw.
  public func rotate(
    _ code: String, requests: IdentityRequests, token: String, retiring: [Digest]?
  ) throws(RegistryError) -> RotationReport {
    try requireWritable()
    let department = try department(code)
    let enrolment = Enrolment(
      code: code, name: department.fact.name, host: settings.host,
      authority: try identityIssuer(), now: clock.now())
    var identities: [(use: IdentityUse, identity: Identity)] = []
    for (use, request) in requests.byUse {
      identities.append((use, try enrolment.issue(use, request.publicKey)))
    }
    return try add(identities, to: department, token, retiring)
  }

  /// Adds identities whose keys are made here, asked for with the department's key in force.
  ///
  /// Throws as `rotate(_:requests:token:retiring:)`, and `keyNotFound` when the key for acting lies
  /// elsewhere.
  public func rotate(
    _ code: String, generating uses: [IdentityUse], retiring: [Digest]?
  ) throws(RegistryError) -> RotationReport {
    try requireWritable()
    let department = try department(code)
    let acting = try signer(code, use: .act)
    let enrolment = Enrolment(
      code: code, name: department.fact.name, host: settings.host,
      authority: try identityIssuer(), now: clock.now())
    var identities: [(use: IdentityUse, identity: Identity)] = []
    for use in uses {
      let key: P256PrivateKey
      do throws(CryptographyError) {
        key = try P256PrivateKey.generate()
      } catch {
        throw RegistryError(error)
      }
      let identity = try enrolment.issue(use, key.publicKey)
      // Durable before the entry: an identity in force always has its key.
      try (code == settings.code ? keys : departmentKeys).keep(code, identity, key: key)
      identities.append((use, identity))
    }
    let token: String
    do throws(RulesError) {
      token = try IdentityRequestToken.sign(
        keys: identities.compactMap(\.identity.publicKey), audience: settings.origin,
        at: clock.now().seconds, keyID: acting.keyID, key: acting.key)
    } catch {
      throw RegistryError(error)
    }
    return try add(identities, to: department, token, retiring)
  }

  private func add(
    _ identities: [(use: IdentityUse, identity: Identity)], to department: Department,
    _ token: String, _ retiring: [Digest]?
  ) throws(RegistryError) -> RotationReport {
    let uses = Set(identities.map(\.use))
    let retired =
      retiring
      ?? department.identities
      .filter { uses.contains($0.fact.use) && $0.fact.state == .active }
      .map(\.identity.sha256)
    let registrar = try signer(settings.code, use: .act)
    let change = try append(
      .identityAdded, by: registrar,
      [
        "department": .string(department.code), "identities": Enrolment.list(identities),
        "request": .string(token), "retires": .array(retired.map { .string($0.base64url) }),
      ])
    return RotationReport(identities: identities, retired: retired, change: change)
  }

  /// Ends a department: it acts no more, what it issued stays valid.
  ///
  /// The successor answers for it from then on; without one the registrar does.
  ///
  /// Throws `unknownDepartment`, `refused`, `readOnly`, and what keys and appends throw.
  public func retire(
    _ code: String, successor: String?
  ) throws(RegistryError) -> LedgerChange {
    try requireWritable()
    let department = try department(code)
    var clear: JSONObject = ["department": .string(department.code)]
    if let successor { clear["successor"] = .string(try self.department(successor).code) }
    return try append(
      .departmentRetired, by: try signer(settings.code, use: .act), clear)
  }

  /// Declares an identity's key compromised since a time, in seconds.
  ///
  /// Throws `unknownDepartment`, `refused`, `readOnly`, and what keys and appends throw.
  public func revoke(
    _ identity: Digest, of code: String, since seconds: Int64
  ) throws(RegistryError) -> LedgerChange {
    try requireWritable()
    let department = try department(code)
    return try append(
      .identityRevoked, by: try signer(settings.code, use: .act),
      [
        "department": .string(department.code), "identity": .string(identity.base64url),
        "since": .integer(seconds),
      ])
  }
}
