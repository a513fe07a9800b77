import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Whether a department can be enrolled.
public enum EnrolmentState: Sendable, Hashable {
  /// It is not enrolled yet.
  case new
  /// It is enrolled with the same name and level.
  case same
  /// Its code is enrolled with another name or level, or was retired.
  case other
}

extension OpenRegistry {
  /// Departments in one append: two commits for each such number of them.
  private static let enrolmentBatchCount = 100

  /// How a department stands to what is enrolled; throws `damagedLedger`.
  public func enrolmentState(_ department: NewDepartment) throws(RegistryError) -> EnrolmentState {
    let known = try readFacts { facts throws(RulesError) in
      try facts.department(department.code.text)
    }
    guard let known else { return .new }
    // Byte for byte: names are kept as given, and é in one scalar and in two are different texts.
    let isSame =
      known.name.utf8.elementsEqual(department.name.utf8) && known.level == department.level
      && known.retiredAt == nil
    return isSame ? .same : .other
  }

  /// Enrols departments whose keys are made here, under their own passphrases.
  ///
  /// Whoever can read the registry's directory and knows the passphrase can sign as the department:
  /// for small registries and tests. Departments that are enrolled with the same name and level are
  /// passed over, so that an interrupted call can be repeated; keys of a call that did not come to
  /// its entries are left behind unused. `progress` is called with the number done.
  ///
  /// Throws `refused` when the rules do not admit one (others may be enrolled then), `readOnly`,
  /// and what keys and appends throw.
  public func enrol(
    _ departments: [NewDepartment], progress: (Int) -> Void = { _ in }
  ) throws(RegistryError) -> EnrolmentReport {
    try requireWritable()
    let authority = try identityIssuer()
    var enrolled: [EnrolledDepartment] = []
    var skippedCount = 0
    for start in stride(from: 0, to: departments.count, by: OpenRegistry.enrolmentBatchCount) {
      let end = min(start + OpenRegistry.enrolmentBatchCount, departments.count)
      var prepared: [PreparedEnrolment] = []
      for department in departments[start..<end] {
        if try enrolmentState(department) == .same {
          skippedCount += 1
        } else {
          prepared.append(try generate(department, authority))
        }
        progress(enrolled.count + skippedCount + prepared.count)
      }
      let entered = try append(prepared, passingOverSame: true)
      skippedCount += prepared.count - entered.count
      enrolled += entered
    }
    return EnrolmentReport(
      enrolled: enrolled, newCount: enrolled.count, skippedCount: skippedCount,
      checkpoint: try newestCheckpoint())
  }

  /// The authority with its key; throws what the key store throws.
  func identityIssuer() throws(RegistryError) -> IdentityIssuer {
    let identity = try keys.identity(.authority)
    let key = try keys.signingKey(.authority)
    do throws(CryptographyError) {
      return try IdentityIssuer(identity: identity, key: key)
    } catch {
      throw RegistryError(.keyMismatch, error.message, cause: error, at: keys.directory)
    }
  }

  /// The signed checkpoint of the durable ledger.
  func newestCheckpoint() throws(RegistryError) -> VerifiedCheckpoint {
    try write { writer throws(RegistryError) in try writer.checkpoint() }
  }

  private func generate(
    _ department: NewDepartment, _ authority: IdentityIssuer
  ) throws(RegistryError) -> PreparedEnrolment {
    let enrolment = Enrolment(
      code: department.code.text, name: department.name, host: settings.host,
      authority: authority, now: clock.now())
    var identities: [(use: IdentityUse, identity: Identity)] = []
    for use in IdentityUse.allCases {
      let key: P256PrivateKey
      do throws(CryptographyError) {
        key = try P256PrivateKey.generate()
      } catch {
        throw RegistryError(error)
      }
      let identity = try enrolment.issue(use, key.publicKey)
      // Durable before the entry: an enrolled identity always has its key.
      try keys.keep(department.code.text, identity, key: key)
      identities.append((use, identity))
    }
    return PreparedEnrolment(department: department, identities: identities)
  }

  /// Appends enrolments as one batch; if wished without those that another process enrolled just so
  /// since they were prepared.
  func append(
    _ prepared: [PreparedEnrolment], passingOverSame isPassing: Bool
  ) throws(RegistryError) -> [EnrolledDepartment] {
    guard !prepared.isEmpty else { return [] }
    return try writeAsRegistrar { writer, registrar throws(RegistryError) in
      var proposals: [Proposal] = []
      var new: [PreparedEnrolment] = []
      for one in prepared {
        if isPassing, try enrolmentState(one.department) == .same { continue }
        new.append(one)
        let draft = writer.draft(
          .departmentEnrolled, by: registrar,
          Enrolment.clear(
            code: one.code, name: one.department.name, uri: settings.departmentURI(one.code),
            level: one.department.level, one.identities))
        proposals.append(Proposal(try writer.sign(draft, by: registrar)))
      }
      let entries = try writer.append(proposals, registrar: registrar).required()
      return zip(new, entries).map { one, entry in
        EnrolledDepartment(
          code: one.code, name: one.department.name, level: one.department.level,
          uri: settings.departmentURI(one.code), entry: entry, identities: one.identities)
      }
    }
  }
}

/// A department with the identities that were issued for it, not yet entered.
struct PreparedEnrolment {
  let department: NewDepartment
  let identities: [(use: IdentityUse, identity: Identity)]

  var code: String { department.code.text }
}
