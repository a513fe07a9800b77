import ArgumentParser
import Cryptography
import Encoding
import Ledger
import Registry
import Rules

/// `kanhe department`: the bodies that issue, ask and hand over.
struct DepartmentNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "department", abstract: "Enrol departments and look after their identities.",
    subcommands: [
      DepartmentAdd.self, DepartmentList.self, DepartmentShow.self, DepartmentRotate.self,
      DepartmentRetire.self, DepartmentRevoke.self, DepartmentDisclose.self,
    ])
}

extension Department {
  /// The members of `department list`.
  func listed(_ types: [PublishedType]) -> JSONObject {
    let issuable = types.filter { !$0.fact.isWithdrawn && $0.fact.lists(code) }
    var object: JSONObject = [
      "code": .string(code),
      "identities": .integer(Int64(identities.count { $0.fact.state == .active })),
      "level": .string(fact.level.rawValue), "name": .string(fact.name),
      "state": isEnrolled ? "enrolled" : "retired",
      "types": .integer(Int64(isEnrolled ? Set(issuable.map(\.code)).count : 0)),
      "uri": .string(fact.uri),
    ]
    object["successor"] = fact.successor.map(JSONValue.string)
    return object
  }
}
