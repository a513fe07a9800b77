import Cryptography
import Encoding

extension EventID {
  /// The value of a member that names the event.
  package var value: JSONValue {
    ["iss": .string(issuer), "jti": .string(number.base64url)]
  }
}

extension EventName {
  /// The name of an event; nil for an issuer that is no department.
  package init?(of event: Event) {
    guard let department = event.issuerCode else { return nil }
    self.init(number: event.id.number, department: department)
  }

  /// The event that a clear member names; nil where it names none of a department.
  package init?(named member: String, in event: Event) {
    guard let value = event.clear[member],
      let department = value["iss"]?.stringValue.flatMap(DepartmentURI.init)?.code,
      let number = value["jti"]?.stringValue.flatMap(Digest.init(canonicalText:))
    else { return nil }
    self.init(number: number, department: department)
  }
}
