import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// What is asked for, the same for every person of a job.
///
/// Spec: event.md, `share.requested`.
public struct RequestTerms: Sendable {
  /// On what a request rests.
  public enum Basis: Sendable, Hashable {
    /// A row of the type's duties: the law.
    case duty(citation: String)
    /// A holder's grant.
    case grant(EventName)
  }

  /// The USCC of the department that is asked.
  public let provider: String
  /// The type's code.
  public let type: TypeCode
  /// `certificate` or `file`.
  public let material: String
  /// The names of the claims.
  public let claims: [String]
  /// The code of the purpose.
  public let purpose: String
  /// On what it rests.
  public let basis: Basis
  /// The code of the officer's role.
  public let officerRole: String
  /// The last second to answer.
  public let answerBy: Int64

  /// The clear members of the event; `uri` names a department.
  func members(_ uri: (String) -> String) -> JSONObject {
    var members: JSONObject = [
      "answer_by": .integer(answerBy), "claims": .array(claims.map { .string($0) }),
      "material": .string(material), "officer_role": .string(officerRole),
      "provider": .string(provider), "purpose": .string(purpose), "type": .string(type.text),
    ]
    switch basis {
    case .duty(let citation):
      members.append("citation", .string(citation))
      members.append("mode", .string(ShareMode.duty.rawValue))
    case .grant(let name):
      members.append("grant", name.value(uri(name.department)))
      members.append("mode", .string(ShareMode.grant.rawValue))
    }
    return members
  }

  /// Whether a request that was made asked for the same on the same ground.
  func isAsked(by event: Event) -> Bool {
    var asked = members { _ in "" }
    var made = event.clear
    // The order of the claims says nothing.
    guard claims.sorted() == event.claims.sorted() else { return false }
    // When an answer is due, when it was asked and who was at the desk make no other request.
    for name in ["answer_by", "claims", "occurred", "officer_role"] {
      asked[name] = nil
      made[name] = nil
    }
    if case .grant(let name) = basis {
      guard made["grant"]?["jti"]?.stringValue == name.number.base64url else { return false }
      asked["grant"] = nil
      made["grant"] = nil
    }
    return asked == made
  }
}

extension EventName {
  /// The value of a member that names the event; `uri` is its department's.
  func value(_ uri: String) -> JSONValue { EventID(issuer: uri, number: number).value }
}

/// Terms as an officer states them; what is left out follows from the law or the grant.
public struct StatedTerms: Sendable {
  /// The department that is asked; nil: the type's only issuer.
  public var provider: String?
  /// The type's code.
  public var type: TypeCode
  /// The claims; nil: all that the duty or grant covers.
  public var claims: [String]?
  /// The purpose; nil: that of the grant.
  public var purpose: String?
  /// The law; nil: the only one that there is for this purpose.
  public var citation: String?
  /// The grant, where the request rests on one.
  public var grant: ActName?
  /// The code of the officer's role.
  public var officerRole: String
  /// The last second to answer.
  public var answerBy: Int64

  /// Terms of which only the type, the role and the time are known.
  public init(type: TypeCode, officerRole: String, answerBy: Int64) {
    self.type = type
    self.officerRole = officerRole
    self.answerBy = answerBy
  }
}
