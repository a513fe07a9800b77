import Encoding

/// One row of a type's duties: what a department may ask for without the holder's grant.
package struct DutyRow: Sendable, Equatable {
  /// The USCC of the department that asks.
  package let department: String
  /// The names of the claims it may have.
  package let claims: [String]
  /// The code of the purpose.
  package let purpose: String
  /// The law, byte for byte as the type file has it.
  package let citation: String

  /// Whether the row rests on this law: the same bytes, not merely equivalent Unicode.
  package func rests(on law: String) -> Bool { citation.hasSameBytes(as: law) }

  /// Reads a row; nil for what the rules let nobody publish.
  fileprivate init?(_ value: JSONValue) {
    guard let department = value["department"]?.stringValue,
      let purpose = value["purpose"]?.stringValue, let citation = value["citation"]?.stringValue
    else { return nil }
    self.department = department
    self.claims = (value["claims"]?.arrayValue ?? []).compactMap(\.stringValue)
    self.purpose = purpose
    self.citation = citation
  }
}

extension TypeVersionFact {
  /// A department's duties, in the order of the type file.
  package func duties(of department: String) -> [DutyRow] {
    (duties.arrayValue ?? []).compactMap(DutyRow.init).filter { $0.department == department }
  }
}
