import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

extension World {
  static let claims: JSONValue = .array(["name", "number"])
  static let citation = "Water Act, 7"
  static let day: Int64 = 86_400

  static let duties: JSONValue = .array([
    [
      "citation": .string(citation), "claims": claims, "department": .string(water),
      "purpose": .string(purpose),
    ],
    [
      "citation": "Water Act, 9", "claims": .array(["name", "address"]),
      "department": .string(water), "purpose": "water-meter",
    ],
  ])

  func terms(
    from: Int64 = -10 * day, until: Int64 = 10 * day, times: Int64? = nil,
    claims: [String] = ["name", "number"]
  ) -> GrantTerms {
    GrantTerms(
      requester: World.water, types: [World.type, World.fileType], claims: claims,
      purpose: World.purpose,
      period: .init(from: now.seconds + from, until: now.seconds + until),
      frequency: times.map { .init(days: 1, times: $0) })
  }

  /// A grant that water lodges; `signed`: what the holder signed, if other than stated.
  func granted(
    _ terms: GrantTerms? = nil, signed: GrantTerms? = nil, holder: P256PrivateKey? = nil,
    audience: String = origin
  ) throws -> Act {
    let stated = terms ?? self.terms()
    let grant = try Grant.sign(
      signed ?? stated, copy: World.copyDigest, for: audience, at: now.seconds,
      with: holder ?? keys.holder)
    var act = try Act(self, .grantGiven, by: keys.water, stated.members)
    let affair = try Affair()
    try act.disclose("subject_1", World.subject(affair))
    try act.disclose("grant", .string(grant.text))
    place(&act, affair, isShare: false)
    act.affair?.grant = act.disclosures
    act.beside.copy = (keys.holder.publicKey.thumbprint, affair.subject.commitment)
    return act
  }

  /// The withdrawal of a grant; `of`: the grant whose number the holder signed, if another.
  func withdrawn(
    _ name: String, of other: String? = nil, holder: P256PrivateKey? = nil,
    audience: String = origin
  ) throws -> Act {
    let grant = try affair(name)
    let signed = try World.grant(try affair(other ?? name))
    let withdrawal = try GrantWithdrawal.sign(
      grant: signed.number, for: audience, at: now.seconds, with: holder ?? keys.holder)
    var act = try Act(
      self, .grantWithdrawn, by: keys.water,
      ["requester": .string(World.water), "grant": grant.event])
    try act.disclose("subject_1", World.subject(grant))
    try act.disclose("withdrawal", .string(withdrawal.text))
    place(&act, grant, isShare: false)
    act.beside.grant = grant.grant
    return act
  }

  static func grant(_ affair: Affair) throws -> Grant {
    let text = (affair.grant ?? []).first { $0.name == "grant" }?.value.stringValue
    return try Grant(parsing: text ?? "")
  }

  static func subject(_ affair: Affair, citizen: Int = 1) -> JSONValue {
    [
      "code": .string(citizens[citizen - 1]), "code_type": "111",
      "thread": .string(affair.subject.commitment.base64url),
    ]
  }

  /// A request of water to the police, by duty or under a grant.
  func requested(
    under grant: String? = nil, _ change: (JSONObject) -> JSONObject = { $0 }
  ) throws -> Act {
    var clear: JSONObject = [
      "provider": .string(World.police), "material": "certificate",
      "type": .string(World.type), "claims": World.claims, "purpose": .string(World.purpose),
      "officer_role": "clerk", "answer_by": .integer(now.seconds + World.day),
    ]
    var affair = try Affair()
    if let grant {
      affair = try self.affair(grant)
      clear = clear.with("mode", "grant").with("grant", affair.event)
    } else {
      clear = clear.with("mode", "duty").with("citation", .string(World.citation))
    }
    var act = try Act(self, .shareRequested, by: keys.water, change(clear))
    try act.disclose("subject_1", World.subject(affair))
    try act.disclose("certificate", try World.certificate(affair))
    try act.disclose("case", World.reference(affair))
    try act.disclose("officer", ["number": "8817"])
    try act.pad(to: 5)
    place(&act, affair, isShare: true)
    act.beside.grant = affair.grant
    act.beside.namesSubject = true
    return act
  }

  static func certificate(_ affair: Affair, issuer: String = police) throws -> JSONValue {
    [
      "identifier": .string(try identifier(issuer: issuer)),
      "thread": .string(affair.certificate.commitment.base64url),
    ]
  }

  static func reference(_ affair: Affair, _ text: String = "2026-17") -> JSONValue {
    ["reference": .string(text), "thread": .string(affair.reference.commitment.base64url)]
  }

  /// The police's answer to a request.
  func answer(
    _ name: String, _ kind: EventKind = .shareReleased, issuer: String = World.police,
    _ change: (JSONObject) -> JSONObject = { $0 }
  ) throws -> Act {
    let affair = try affair(name)
    var clear: JSONObject = ["request": affair.event, "requester": .string(World.water)]
    if kind == .shareReleased {
      clear = clear.with("claims", World.claims).with("receiver", keys.waterOpen.id)
        .with("enclosed", .string(SHA256.hash("enclosed").base64url))
    } else {
      clear = clear.with("reason", "not-held")
    }
    var act = try Act(self, kind, by: keys.police, change(clear))
    try act.disclose("subject_1", World.subject(affair))
    try act.disclose("certificate", try World.certificate(affair, issuer: issuer))
    try act.disclose("case", World.reference(affair))
    if kind == .shareReleased {
      try act.disclose("content", .string(SHA256.hash("content").base64url))
    }
    try act.pad(to: 4)
    place(&act, affair, isShare: true)
    act.openings = opened(act, state: .inForce)
    act.beside.answered = affair.disclosures
    act.beside.namesSubject = true
    return act
  }

  /// What water does with a release, or the police with a dispute.
  func continued(
    _ kind: EventKind, _ name: String, _ change: (JSONObject) -> JSONObject = { $0 }
  ) throws -> Act {
    let affair = try affair(name)
    var clear: JSONObject = [:]
    switch kind {
    case .shareSettled:
      clear = ["dispute": affair.event, "requester": .string(World.water), "outcome": "upheld"]
    case .shareDisputed:
      clear = [
        "release": affair.event, "provider": .string(World.police),
        "issuer": .string(World.police),
      ]
    default:
      clear = [
        "release": affair.event, "provider": .string(World.police),
        "enclosed": .string(SHA256.hash("enclosed").base64url),
      ]
    }
    let signer = kind == .shareSettled ? keys.police : keys.water
    var act = try Act(self, kind, by: signer, change(clear))
    if kind == .shareDisputed { try act.disclose("claim", "name") }
    if kind != .shareAcknowledged { try act.disclose("reason", "the name changed in May") }
    if kind != .shareAcknowledged { try act.pad(to: 2) }
    place(&act, affair, isShare: true)
    act.beside.answered = affair.disclosures
    return act
  }

  func decided() throws -> Act {
    let affair = try Affair()
    var act = try Act(
      self, .caseDecided, by: keys.water,
      ["purpose": .string(World.purpose), "outcome": "granted"])
    try act.disclose("subject_1", World.subject(affair))
    try act.disclose("case", World.reference(affair))
    try act.pad(to: 4)
    place(&act, affair, isShare: true)
    try withoutCertificate(&act)
    return act
  }

  func evidence(naming count: Int = 2, counted: Int64 = 2, department: String? = nil) throws -> Act
  {
    let affair = try Affair()
    var act = try Act(
      self, .evidenceDisclosed, by: keys.registrar,
      JSONObject([
        ("to", "Court of audit"), ("citation", "Audit Act, 3"), ("count", .integer(counted)),
      ])
      .with("department", department.map { .string($0) }))
    let which = (0..<count).map { number -> JSONValue in
      [
        "iss": .string(keys.water.uri),
        "jti": .string(SHA256.hash([UInt8(truncatingIfNeeded: number)]).base64url),
      ]
    }
    try act.disclose("which", .array(which))
    try act.disclose("subject_1", World.subject(affair))
    place(&act, affair, isShare: false)
    return act
  }

  /// Puts padding in the place of the certificate.
  func withoutCertificate(_ act: inout Act) throws {
    if act.disclosures.contains(where: { $0.name == "certificate" }) {
      try act.drop("certificate")
    }
    act.openings = Openings(
      disclosures: [], subjects: act.openings?.subjects ?? [], state: act.openings?.state)
    act.privateTags[1] = try World.filling()
  }

  /// The act's tags in its threads, whose numbers could be any.
  func place(_ act: inout Act, _ affair: Affair, isShare: Bool) {
    let subject = Openings.Place(key: affair.subject, number: 3)
    let certificate = Openings.Place(key: affair.certificate, number: 2)
    let reference = Openings.Place(key: affair.reference, number: 1)
    act.affair = affair
    act.privateTags = [subject.key.tag(3)]
    act.openings = Openings(
      disclosures: [], subjects: [subject], certificate: isShare ? certificate : nil)
    guard isShare else { return }
    act.privateTags += [certificate.key.tag(2), reference.key.tag(1)]
    act.beside.casePlace = reference
  }

  func opened(_ act: Act, state: CertificateState?) -> Openings {
    Openings(
      disclosures: [], subjects: act.openings?.subjects ?? [],
      certificate: act.openings?.certificate, state: state)
  }

  // MARK: What the settled ledger has

  struct NoAffair: Error { let name: String }

  func affair(_ name: String) throws -> Affair {
    guard let affair = affairs[name] else { throw NoAffair(name: name) }
    return affair
  }

  /// Enters an act of sharing under a name.
  func enterShare(_ name: String, _ act: Act) throws {
    try enter(act)
    guard var affair = act.affair else { return }
    affair.id = EventID(issuer: act.issuer, number: act.number)
    // What follows a release opens nothing of the person: the release's openings stand for it.
    affair.disclosures =
      act.beside.answered.flatMap { answered in
        act.disclosures.contains { $0.name == "subject_1" } ? nil : answered
      } ?? act.disclosures
    affairs[name] = affair
  }

  /// Grants, requests and releases in every state.
  func settleSharing() throws {
    try enterShare("grant", try granted())
    try enterShare("grant-daily", try granted(terms(times: 1)))
    try enterShare("grant-used", try granted(terms(times: 1)))
    try enterShare("request-used", try requested(under: "grant-used"))
    try enterShare("grant-short", try granted(terms(until: 60)))
    try enterShare("grant-early", try granted(terms(from: 60)))
    try enterShare("grant-later", try granted(terms(from: 61)))
    try enterShare("grant-back", try granted())
    try enterShare("request-short", try requested(under: "grant-short"))
    try enterShare("request-back", try requested(under: "grant-back"))
    try enterShare("request-granted", try requested(under: "grant"))
    try enter(try withdrawn("grant-back"))
    for name in ["open", "refused", "released", "acknowledged", "disputed", "settled"] {
      try enterShare("request-\(name)", try requested())
    }
    try enterShare(
      "request-file",
      try requested { $0.with("type", .string(World.fileType)).with("material", "file") })
    try enter(try answer("request-refused", .shareRefused))
    for name in ["released", "acknowledged", "disputed", "settled"] {
      try enterShare("release-\(name)", try answer("request-\(name)"))
    }
    for name in ["acknowledged", "disputed", "settled"] {
      try enter(try continued(.shareAcknowledged, "release-\(name)"))
    }
    for name in ["disputed", "settled"] {
      try enterShare("dispute-\(name)", try continued(.shareDisputed, "release-\(name)"))
    }
    try enter(try continued(.shareSettled, "dispute-settled"))
    // The short grants run out, the one that was used yesterday can be used again tomorrow.
    now = now.adding(milliseconds: 60_000)
  }
}
