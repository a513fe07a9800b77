import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

extension World {
  /// A subject's or a certificate's thread, and the number of the entry in it.
  struct Thread {
    let key: ThreadKey
    let number: UInt64

    init(number: UInt64 = 1) throws {
      key = try ThreadKey.random(from: SystemRandom())
      self.number = number
    }

    var place: Openings.Place { Openings.Place(key: key, number: number) }
    var tag: Ledger.Tag { key.tag(number) }
    var commitment: JSONValue { .string(key.commitment.base64url) }
  }

  static let citizens = ["440305198902012956", "11010519491231002X"]

  static func identifier(
    _ type: String = World.type, issuer: String = World.police, serial: String = "A1",
    version: Int = 1
  ) throws -> String {
    try CertificateIdentifier.make(
      type: TypeCode(type), issuer: USCC(issuer), serial: serial, version: version
    ).text
  }

  static func subject(_ number: Int, _ thread: Thread) -> JSONValue {
    [
      "code": .string(citizens[number - 1]), "code_type": "111", "thread": thread.commitment,
    ]
  }

  static func copy(
    _ number: Int, issuer: String = World.police, type: String = World.type, host: String = host
  ) -> JSONValue {
    [
      "digest": .string(SHA256.hash([UInt8(number)]).base64url),
      "status": [
        "idx": .integer(Int64(number)),
        "uri": .string("https://\(host)/status/\(issuer)/\(type)/open/1"),
      ],
    ]
  }

  /// A random tag.
  static func filling() throws -> Ledger.Tag {
    Ledger.Tag(SHA256.hash(try SystemRandom().bytes(32)))
  }

  /// A certificate with one or two subjects, each with a copy.
  func issued(subjects count: Int = 1, identifier: String? = nil) throws -> Act {
    let subjects = try (0..<count).map { _ in try Thread() }
    let certificate = try Thread()
    var act = try Act(
      self, .certificateIssued, by: keys.police, ["type": .string(World.type), "version": 1])
    try act.disclose(
      "certificate",
      [
        "identifier": .string(try identifier ?? World.identifier()),
        "thread": certificate.commitment,
      ])
    for (position, thread) in subjects.enumerated() {
      try act.disclose("subject_\(position + 1)", World.subject(position + 1, thread))
      try act.disclose("copy_\(position + 1)", World.copy(position + 1))
    }
    try act.pad(to: 5)
    try close(&act, subjects, certificate, state: nil)
    return act
  }

  /// A step of a certificate with one subject.
  func step(
    _ kind: EventKind, _ from: CertificateState, _ to: CertificateState, reason: String? = nil,
    issuer: String = World.police, type: String = World.type
  ) throws -> Act {
    let certificate = try Thread(number: 2)
    var clear: JSONObject = [
      "type": .string(type), "version": 1, "from": .string(from.coarse.rawValue),
      "to": .string(to.coarse.rawValue),
    ]
    if kind == .certificateErased { clear.append("citation", "Archives Act, 33") }
    var act = try Act(self, kind, by: keys.police, clear)
    try act.disclose(
      "certificate",
      [
        "identifier": .string(try World.identifier(type, issuer: issuer)),
        "thread": certificate.commitment,
      ])
    if kind != .certificateErased { try act.disclose("state", .string(to.rawValue)) }
    if kind == .certificateReplaced {
      try act.disclose(
        "successor", ["identifier": .string(try World.identifier(type, version: 2))])
    }
    if let reason { try act.disclose("reason", .string(reason)) }
    try act.pad(to: kind.shape.disclosures.count(subjects: 1, copies: 1))
    try close(
      &act, [try Thread(number: 7)], certificate, state: from, places: type == World.type ? 2 : 1)
    if kind == .certificateReplaced { act.following = (try issued().jwt(), 0) }
    return act
  }

  /// A further copy of a certificate with two subjects, for the second one.
  func copied(ending: Bool = false) throws -> Act {
    let certificate = try Thread(number: 2)
    var act = try Act(
      self, .certificateCopied, by: keys.police, ["type": .string(World.type), "version": 1])
    let subjects = [try Thread(number: 3), try Thread(number: 4)]
    try act.disclose(
      "certificate",
      ["identifier": .string(try World.identifier()), "thread": certificate.commitment])
    for (position, thread) in subjects.enumerated() {
      try act.disclose("subject_\(position + 1)", World.subject(position + 1, thread))
    }
    if ending {
      try act.disclose("ended", .array([.string(SHA256.hash([2]).base64url)]))
    } else {
      try act.disclose("copy_2", World.copy(9))
    }
    try act.pad(to: 6)
    try close(&act, subjects, certificate, state: .inForce)
    return act
  }

  /// Gives the act its private tags and openings.
  private func close(
    _ act: inout Act, _ subjects: [Thread], _ certificate: Thread, state: CertificateState?,
    places: Int = 2
  ) throws {
    act.privateTags = subjects.map(\.tag)
    while act.privateTags.count < places { act.privateTags.append(try World.filling()) }
    act.privateTags.append(certificate.tag)
    act.openings = Openings(
      disclosures: [], subjects: subjects.map(\.place), certificate: certificate.place,
      state: state)
  }

  /// The registrar's record of an act that was refused.
  func refusal(
    of act: Act, who: String = World.police, number: Digest? = nil,
    kind: EventKind = .ledgerRuled, codes: [String] = ["signer-role"]
  ) throws -> Act {
    var refusal = try Act(
      self, .actRefused, by: keys.registrar,
      [
        "who": .string(who), "number": .string((number ?? act.number).base64url),
        "kind_refused": .string(kind.rawValue), "codes": .array(codes.map { .string($0) }),
      ])
    try refusal.disclose("refused", .string(String(decoding: try act.jwt(), as: UTF8.self)))
    return refusal
  }
}
