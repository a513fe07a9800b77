import Cryptography
import Encoding
import Ledger
import Rules

/// A person, a certificate and a case with the keys of their threads, and the act about them.
struct Affair {
  let subject: ThreadKey
  let certificate: ThreadKey
  let reference: ThreadKey
  /// The grant that it rests on, or that it is.
  var grant: [EventDisclosure]?
  /// The act's id and openings, once it was entered.
  var id = EventID(issuer: "", number: .zero)
  var disclosures: [EventDisclosure] = []

  init() throws {
    subject = try ThreadKey.random(from: SystemRandom())
    certificate = try ThreadKey.random(from: SystemRandom())
    reference = try ThreadKey.random(from: SystemRandom())
  }

  var event: JSONValue {
    ["iss": .string(id.issuer), "jti": .string(id.number.base64url)]
  }
}

/// What is known of acts before an entry, with the texts that vectors need.
struct Beside {
  var casePlace: Openings.Place?
  var answered: [EventDisclosure]?
  var grant: [EventDisclosure]?
  var copy: (holder: Digest, subject: Digest)?
  var isGrantTaken = false
  var isRequestUsed = false
  var namesSubject = false

  init() {}

  var sharing: Openings.Sharing {
    var sharing = Openings.Sharing()
    sharing.casePlace = casePlace
    sharing.answered = answered.flatMap { Openings.Shared($0) }
    sharing.grant = grant.flatMap { Openings.Given($0) }
    sharing.copy = copy.map { Openings.HeldCopy(holder: $0.holder, subject: $0.subject) }
    sharing.isGrantTaken = isGrantTaken
    sharing.isRequestUsed = isRequestUsed
    sharing.namesSubject = namesSubject
    return sharing
  }

  /// As members of a vector.
  var members: JSONObject {
    var object = JSONObject()
    func texts(_ disclosures: [EventDisclosure]) -> JSONValue {
      .array(disclosures.map { .string($0.text) })
    }
    if let answered { object.append("answered", texts(answered)) }
    if let casePlace { object.append("case", EventVectors.place(casePlace)) }
    if let copy {
      object.append(
        "copy",
        [
          "holder": .string(copy.holder.base64url), "subject": .string(copy.subject.base64url),
        ])
    }
    if let grant { object.append("grant", texts(grant)) }
    if isGrantTaken { object.append("grant_taken", true) }
    if isRequestUsed { object.append("request_used", true) }
    if namesSubject { object.append("names_subject", true) }
    return object
  }

  /// Reads the members of a vector.
  init(_ row: JSONValue) throws {
    func disclosures(_ name: String) throws -> [EventDisclosure]? {
      try row[name]?.arrayValue?.compactMap(\.stringValue).map { try EventDisclosure(parsing: $0) }
    }
    func digest(_ name: String) -> Digest? {
      row["copy"]?[name]?.stringValue.flatMap(Digest.init(canonicalText:))
    }
    answered = try disclosures("answered")
    grant = try disclosures("grant")
    casePlace = try row["case"].map(EventVectors.place)
    if let holder = digest("holder"), let subject = digest("subject") { copy = (holder, subject) }
    isGrantTaken = row["grant_taken"] == .boolean(true)
    isRequestUsed = row["request_used"] == .boolean(true)
    namesSubject = row["names_subject"] == .boolean(true)
  }
}
