import Certificates
import Cryptography
import Ledger
import Rules

/// A department that shall be enrolled.
public struct NewDepartment: Sendable, Hashable {
  /// The USCC.
  public let code: USCC
  /// The name as the ledger and the trust list give it, 1 to 200 characters.
  public let name: String
  /// What kind of body it is.
  public let level: DepartmentLevel

  /// Checks the values; throws `invalidSettings` naming the member, with the reason.
  public init(code: String, name: String, level: String) throws(RegistryError) {
    do throws(CertificatesError) {
      self.code = try USCC(code)
    } catch {
      throw RegistryError(.invalidSettings, error.message, cause: error, at: "code")
    }
    guard NewRegistry.isName(name) else {
      throw RegistryError(
        .invalidSettings,
        "a name has 1 to 200 characters, no control and no direction marks", at: "name")
    }
    // The registry's own department is enrolled once, when the registry is made.
    guard let level = DepartmentLevel(rawValue: level), level != .registry else {
      throw RegistryError(
        .invalidSettings, "a level is direct, municipal, district or enterprise", at: "level")
    }
    self.name = name
    self.level = level
  }
}

/// What became of one department that should be enrolled.
public struct EnrolledDepartment: Sendable {
  /// The USCC.
  public let code: String
  /// Its name.
  public let name: String
  /// What kind of body it is.
  public let level: DepartmentLevel
  /// The department's URI.
  public let uri: String
  /// The entry.
  public let entry: Entry
  /// Its identities.
  public let identities: [(use: IdentityUse, identity: Identity)]
}

/// What an enrolment did.
public struct EnrolmentReport: Sendable {
  /// The departments that entered, in the order given; and one that had entered before with the
  /// same keys, whose identities are asked for again.
  public let enrolled: [EnrolledDepartment]
  /// How many entered now.
  public let newCount: Int
  /// How many were enrolled before with the same name and level.
  public let skippedCount: Int
  /// The signed checkpoint over all that entered.
  public let checkpoint: VerifiedCheckpoint
}
