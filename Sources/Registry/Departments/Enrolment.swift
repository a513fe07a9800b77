import Cryptography
import Encoding
import Rules

/// Issues the identities of one department under the authority.
struct Enrolment {
  let code: String
  let name: String
  let host: String
  let authority: IdentityIssuer
  let now: Timestamp

  private var uri: String { "https://\(host)/departments/\(code)" }

  /// An identity for a key; throws `cryptography`, `invalidRequest`.
  func issue(_ use: IdentityUse, _ key: P256PublicKey) throws(RegistryError) -> Identity {
    let term = IdentityTerms.validity(
      from: now, years: IdentityTerms.departmentYears, latest: authority.identity.notAfter)
    do throws(CryptographyError) {
      return try authority.issue(
        IdentityContents(
          profile: use.profile, publicKey: key,
          subject: IdentitySubject(
            commonName: IdentityTerms.commonName(name), organizationIdentifier: code),
          uri: uri, validFrom: max(term.first, authority.identity.notBefore),
          through: term.last))
    } catch {
      throw RegistryError(error, at: code)
    }
  }

  /// The clear members of `department.enrolled`.
  static func clear(
    code: String, name: String, uri: String, level: DepartmentLevel,
    _ identities: [(use: IdentityUse, identity: Identity)]
  ) -> JSONObject {
    [
      "department": .string(code), "identities": list(identities),
      "level": .string(level.rawValue), "name": .string(name), "uri": .string(uri),
    ]
  }

  /// Identities as they stand in clear members.
  static func list(_ identities: [(use: IdentityUse, identity: Identity)]) -> JSONValue {
    .array(
      identities.map {
        ["der": .string(Base64.encode($0.identity.der)), "use": .string($0.use.rawValue)]
      })
  }
}
