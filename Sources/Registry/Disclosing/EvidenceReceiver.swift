import Encoding
import Rules

/// To whom what persons' entries open is handed over, and under which law.
public struct EvidenceReceiver: Sendable {
  /// An office, never a person: 1 to 256 bytes on one line.
  public let name: String
  /// The law: 1 to 512 bytes on one line.
  public let citation: String
  /// The USCC, where the receiver is a department of this registry: the entry joins its thread.
  public let department: String?

  /// Throws `invalidInput` for texts of another form.
  public init(name: String, citation: String, department: String? = nil) throws(RegistryError) {
    guard MemberForm.text(max: 256).matches(.string(name)),
      MemberForm.text(max: 512).matches(.string(citation))
    else {
      throw RegistryError(
        .invalidInput,
        "the receiver has 1 to 256 bytes on one line, the citation 1 to 512")
    }
    self.name = name
    self.citation = citation
    self.department = department
  }
}

/// What is handed over about one person.
public struct PersonEvidence: Sendable {
  /// The id of the subject's row; nil where the entries concern none.
  public let person: Int64?
  /// The events whose private members, or whose place in the person's thread, are shown.
  public var events: [EventID]

  /// Pairs them.
  public init(person: Int64?, events: [EventID]) {
    self.person = person
    self.events = events
  }
}
