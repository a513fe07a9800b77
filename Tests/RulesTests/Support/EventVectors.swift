import Cryptography
import Encoding
import Foundation
import Ledger
import Rules

/// The cases as files that any implementation can read: `spec/vectors/event`.
enum EventVectors {
  static let repository = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(4).joined(separator: "/")

  static func path(_ name: String) -> String { "\(repository)/spec/vectors/event/\(name)" }

  static func read(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: try BoundedFile.read(path: path(name), maximumBytes: 4 << 20))
  }

  static func page(_ name: String) throws -> String {
    try TextCheck.string(
      try BoundedFile.read(path: "\(repository)/spec/\(name)", maximumBytes: 1 << 20))
  }

  /// Whether the files shall be made anew: after a deliberate change only.
  static var isWriting: Bool {
    ProcessInfo.processInfo.environment["KANHE_WRITE_VECTORS"] != nil
  }

  /// One value a line, so that a change shows as a line.
  static func write(_ name: String, _ head: JSONObject, _ member: String, _ rows: [JSONValue])
    throws
  {
    var text = "{"
    for part in head { text += "\"\(part.name)\":\(JSONText.of(part.value)),\n" }
    text += "\"\(member)\":[\n" + rows.map(JSONText.of).joined(separator: ",\n") + "\n]}\n"
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
  }

  // MARK: Candidates

  static func row(
    _ name: String, _ description: String, _ base: JudgedCase.Base, _ codes: [RuleCode],
    _ candidate: Candidate, root: Identity
  ) -> JSONValue {
    var object: JSONObject = [
      "base": .string(base.rawValue), "codes": .array(codes.map { .string($0.rawValue) }),
      "description": .string(description),
      "entry": .string(String(decoding: candidate.entry.bytes, as: UTF8.self)),
      "name": .string(name),
    ]
    if candidate.pinnedRoot != root.sha256 {
      object.append("pinned_root", .string(candidate.pinnedRoot.base64url))
    }
    if let following = candidate.following {
      object.append(
        "following",
        [
          "event": .string(String(decoding: following.jwt, as: UTF8.self)),
          "received": .integer(following.received.milliseconds),
        ])
    }
    guard let openings = candidate.openings else { return .object(object) }
    object.append(
      "disclosures", .array(openings.disclosures.map { .string($0.text) }))
    object.append("subjects", .array(openings.subjects.map(place)))
    if let certificate = openings.certificate { object.append("certificate", place(certificate)) }
    if let state = openings.state { object.append("state", .string(state.rawValue)) }
    if openings.isIdentifierTaken { object.append("identifier_taken", true) }
    if let replaced = openings.replaced {
      object.append(
        "replaced",
        [
          "identifier": .string(replaced.identifier), "successor": .string(replaced.successor),
        ])
    }
    for member in candidate.beside.members { object.append(member.name, member.value) }
    return .object(object)
  }

  static func place(_ place: Openings.Place) -> JSONValue {
    ["key": .string(place.key.secretText), "number": .integer(Int64(place.number))]
  }

  static func place(_ value: JSONValue) throws -> Openings.Place {
    var reader = try ObjectReader(value, at: "place")
    return Openings.Place(
      key: try ThreadKey(text: try reader.requireString("key")),
      number: UInt64(try reader.requireInteger("number", in: 1...JSONValue.integerMax)))
  }

  static func candidate(_ row: JSONValue, root: Identity) throws -> Candidate {
    var reader = try ObjectReader(row, at: "case")
    let entry = try Entry(parsing: Array(try reader.requireString("entry").utf8))
    let pinned = try reader.optionalString("pinned_root").flatMap(Digest.init(canonicalText:))
    var openings: Openings?
    if let texts = row["disclosures"]?.arrayValue {
      openings = Openings(
        disclosures: try texts.compactMap(\.stringValue).map { try EventDisclosure(parsing: $0) },
        subjects: try (row["subjects"]?.arrayValue ?? []).map(place),
        certificate: try row["certificate"].map(place),
        state: try reader.optionalString("state").flatMap(CertificateState.init(rawValue:)),
        isIdentifierTaken: row["identifier_taken"] == .boolean(true),
        replaced: row["replaced"].flatMap(replaced), sharing: try Beside(row).sharing)
    }
    return Candidate(
      entry: entry, openings: openings, pinnedRoot: pinned ?? root.sha256,
      following: row["following"].flatMap(following))
  }

  private static func replaced(_ value: JSONValue) -> Openings.Replaced? {
    guard let identifier = value["identifier"]?.stringValue,
      let successor = value["successor"]?.stringValue
    else { return nil }
    return Openings.Replaced(identifier: identifier, successor: successor)
  }

  private static func following(_ value: JSONValue) -> (jwt: [UInt8], received: Timestamp)? {
    guard let event = value["event"]?.stringValue, let time = value["received"]?.integerValue
    else { return nil }
    return (Array(event.utf8), Timestamp(milliseconds: time))
  }
}

enum JSONText {
  static func of(_ value: JSONValue) -> String {
    String(decoding: value.canonicalBytes(), as: UTF8.self)
  }
}
