import Certificates
import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Verification

/// A person's card with a bound copy, and what the police and the civil affairs bureau do with it:
/// signed by them, entered as it comes, so that only the audit judges.
final class ShareLedger {
  let city: TestCity
  let thief: DishonestOperator
  let holder: P256PrivateKey
  /// What the auditor is shown, from the first entry on.
  var openings: [OpeningState] = []
  var keys: [String: ThreadKey] = [:]
  /// The numbers given out in each thread.
  var counts: [ThreadKey: UInt64] = [:]
  private var departments: [String: UInt64] = [:]
  private(set) var names: [String: JSONValue] = [:]
  static let copy = SHA256.hash("copy")

  init() throws {
    city = try TestCity()
    thief = try DishonestOperator(city)
    holder = try .generate()
    for name in ["subject", "certificate", "case"] {
      keys[name] = try ThreadKey.random(from: SystemRandom())
    }
    openings = (0..<thief.next.value).map { _ in .notShown }
  }

  private func key(_ name: String) throws -> ThreadKey {
    guard let key = keys[name] else { throw RulesError(.malformedOpening, name) }
    return key
  }

  private func next(_ key: ThreadKey) -> Tag {
    counts[key, default: 0] += 1
    return key.tag(counts[key, default: 0])
  }

  func thread(_ name: String) throws -> JSONValue { .string(try key(name).commitment.base64url) }

  func subject(_ person: Int = 1) throws -> JSONValue {
    [
      "code": .string(CardSheet.citizenNumber(person)), "code_type": "111",
      "thread": try thread("subject"),
    ]
  }

  func certificate() throws -> JSONValue {
    let identifier = try CertificateIdentifier.make(
      type: TypeCode(TestCity.card), issuer: USCC(TestCity.police), serial: "A1", version: 1)
    return ["identifier": .string(identifier.text), "thread": try thread("certificate")]
  }

  func reference() throws -> JSONValue { ["reference": "2026-17", "thread": try thread("case")] }

  /// Signs and enters an act in its threads; gives its index.
  @discardableResult
  func enter(
    _ name: String, _ kind: EventKind, by code: String, _ clear: JSONObject,
    _ opened: [(String, JSONValue)], in threads: [String] = ["subject", "certificate", "case"]
  ) throws -> UInt64 {
    var draft = thief.draft(kind, by: code, clear)
    for (name, value) in opened { draft.disclose(name, value) }
    let signed = try thief.sign(draft, by: code)
    var tags: [Tag] = []
    for department in RuleSet.departments(of: signed.event) {
      departments[department, default: 0] += 1
      tags.append(
        try thief.departmentTag(department, ahead: departments[department, default: 0]))
    }
    let keys = try threads.map(key)
    // The tags of a certificate's own entries: its subject first, then itself.
    tags += keys.map(next)
    let index = try thief.append(signed.event.jwt, tags: tags)
    openings.append(
      .opened(
        EntryOpening(
          index: index, disclosures: signed.disclosures,
          certificate: threads.count > 1 ? keys[1] : nil, subjects: Array(keys.prefix(1)),
          caseThread: threads.count > 2 ? keys[2] : nil)))
    let id = signed.event.id
    names[name] = ["iss": .string(id.issuer), "jti": .string(id.number.base64url)]
    return index.value
  }

  func name(_ name: String) -> JSONValue { names[name] ?? .null }

  // MARK: The acts

  func issue() throws {
    try enter(
      "card", .certificateIssued, by: TestCity.police,
      ["type": .string(TestCity.card), "version": 1],
      [
        ("certificate", try certificate()), ("subject_1", try subject()),
        (
          "copy_1",
          [
            "digest": .string(ShareLedger.copy.base64url),
            "holder": .string(holder.publicKey.thumbprint.base64url),
            "status": [
              "idx": 7,
              "uri": .string(
                "https://\(TestRegistry.host)/status/\(TestCity.police)/\(TestCity.card)/open/1"),
            ],
          ]
        ),
      ], in: ["subject", "certificate"])
  }

  func step(_ state: CertificateState) throws {
    try enter(
      "step", state == .suspended ? .certificateSuspended : .certificateReinstated,
      by: TestCity.police,
      [
        "type": .string(TestCity.card), "version": 1,
        "from": state == .suspended ? "valid" : "suspended", "to": .string(state.coarse.rawValue),
      ], [("certificate", try certificate()), ("state", .string(state.rawValue))],
      in: ["subject", "certificate"])
  }

  func grant(by key: P256PrivateKey? = nil) throws -> UInt64 {
    let now = thief.now.seconds
    let terms = GrantTerms(
      requester: TestCity.civil, types: [TestCity.card], claims: ["holders"],
      purpose: "marriage-registration", period: .init(from: now - 10, until: now + 1000))
    let grant = try Grant.sign(
      terms, copy: ShareLedger.copy, for: thief.registry.settings.origin, at: now,
      with: key ?? holder)
    return try enter(
      "grant", .grantGiven, by: TestCity.civil, terms.members,
      [("subject_1", try subject()), ("grant", .string(grant.text))], in: ["subject"])
  }

  func request() throws -> UInt64 {
    try enter(
      "request", .shareRequested, by: TestCity.civil,
      [
        "provider": .string(TestCity.police), "material": "certificate",
        "type": .string(TestCity.card), "claims": ["holders"],
        "purpose": "marriage-registration", "mode": "grant", "grant": name("grant"),
        "officer_role": "clerk", "answer_by": .integer(thief.now.seconds + 3600),
      ],
      [
        ("subject_1", try subject()), ("certificate", try certificate()),
        ("case", try reference()), ("officer", ["number": "8817"]),
      ])
  }

  func release(person: Int = 1, of request: String = "request") throws -> UInt64 {
    let receiver = try thief.registry.signer(TestCity.civil, use: .open).keyID
    return try enter(
      "release", .shareReleased, by: TestCity.police,
      [
        "request": name(request), "requester": .string(TestCity.civil), "claims": ["holders"],
        "receiver": .string(receiver.base64url),
        "enclosed": .string(SHA256.hash("enclosed").base64url),
      ],
      [
        ("subject_1", try subject(person)), ("certificate", try certificate()),
        ("case", try reference()), ("content", .string(SHA256.hash("content").base64url)),
      ])
  }

  func acknowledge() throws -> UInt64 {
    try enter(
      "acknowledgement", .shareAcknowledged, by: TestCity.civil,
      [
        "release": name("release"), "provider": .string(TestCity.police),
        "enclosed": .string(SHA256.hash("enclosed").base64url),
      ], [])
  }

  /// Audits what was entered; `hiding`: entries that the auditor is not shown.
  func audit(hiding hidden: Set<UInt64> = []) throws -> AuditReport {
    var shown = openings
    for index in hidden { shown[Int(index)] = .notShown }
    // As a file would give them: what is written is read again.
    let lines: [UInt8] = shown.enumerated().flatMap { index, state in
      OpeningLine.write(state, at: LeafIndex(UInt64(index))).map { $0 + [0x0A] } ?? []
    }
    let file = OpeningFile(BytesSource(lines))
    return try LedgerAudit(
      reader: thief.registry.reader, root: try city.root(),
      openings: { try file.opening(of: $0) }
    ).run()
  }
}
