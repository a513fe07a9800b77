import Cryptography
import Ledger
import Rules

/// A department's requests: one key for each use that is asked for.
///
/// Each was signed by its own key (proof of possession); who its maker is, only a meeting shows.
public struct IdentityRequests: Sendable {
  /// The requests by use.
  let byUse: [(use: IdentityUse, request: IdentityRequest)]

  /// Pairs requests with their uses; throws `invalidRequest` when there is none or two uses share
  /// a key.
  public init(_ requests: [IdentityUse: IdentityRequest]) throws(RegistryError) {
    let byUse = IdentityUse.allCases.compactMap { use in requests[use].map { (use, $0) } }
    guard !byUse.isEmpty else {
      throw RegistryError(.invalidRequest, "there is no request; make some with identity request")
    }
    guard Set(byUse.map { $0.1.publicKey }).count == byUse.count else {
      // A key that both signs and opens would let a signature pass for a decryption.
      throw RegistryError(.invalidRequest, "two requests are for one key; make one for each use")
    }
    self.byUse = byUse
  }

  /// The keys, in the order of the uses.
  public var publicKeys: [P256PublicKey] { byUse.map(\.request.publicKey) }
}

extension OpenRegistry {
  /// Enrols a department that made its own keys, and issues its identities.
  ///
  /// The same requests again return the identities that were issued: what got lost between the
  /// entry and the department can be handed over once more.
  ///
  /// Throws `refused` when the rules do not admit it, `readOnly`, and what keys and appends throw.
  public func enrol(
    _ department: NewDepartment, requests: IdentityRequests
  ) throws(RegistryError) -> EnrolmentReport {
    try requireWritable()
    guard requests.byUse.count == IdentityUse.allCases.count else {
      throw RegistryError(.invalidRequest, "a department has three requests: act, seal, open")
    }
    if let known = try enrolled(department, requests) {
      return EnrolmentReport(
        enrolled: [known], newCount: 0, skippedCount: 1, checkpoint: try newestCheckpoint())
    }
    let enrolment = Enrolment(
      code: department.code.text, name: department.name, host: settings.host,
      authority: try identityIssuer(), now: clock.now())
    var identities: [(use: IdentityUse, identity: Identity)] = []
    for (use, request) in requests.byUse {
      identities.append((use, try enrolment.issue(use, request.publicKey)))
    }
    let enrolled = try append(
      [PreparedEnrolment(department: department, identities: identities)],
      passingOverSame: false)
    return EnrolmentReport(
      enrolled: enrolled, newCount: enrolled.count, skippedCount: 0,
      checkpoint: try newestCheckpoint())
  }

  /// The department as it was enrolled, if it was with just these keys.
  private func enrolled(
    _ department: NewDepartment, _ requests: IdentityRequests
  ) throws(RegistryError) -> EnrolledDepartment? {
    guard try enrolmentState(department) == .same else { return nil }
    let code = department.code.text
    let info = try self.department(code)
    let identities = info.identities.filter { $0.fact.state == .active }
    let keys = requests.byUse.map { ($0.use, $0.request.publicKey) }
    guard identities.count == keys.count,
      keys.allSatisfy({ use, key in
        identities.contains { $0.fact.use == use && $0.identity.publicKey == key }
      })
    else { return nil }
    return EnrolledDepartment(
      code: code, name: info.fact.name, level: info.fact.level, uri: info.fact.uri,
      entry: try entry(LeafIndex(info.fact.entry)),
      identities: identities.map { ($0.fact.use, $0.identity) })
  }
}
