import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  /// A request by duty with its clear members changed.
  private static func duty(
    _ name: String, _ description: String, _ codes: [RuleCode],
    _ change: @escaping @Sendable (World, JSONObject) throws -> JSONObject = { $1 }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.requested()
      act.clear = try change(world, act.clear)
      return act
    }
  }

  /// A request under a grant with its clear members changed.
  private static func use(
    _ name: String, _ description: String, _ codes: [RuleCode], of grant: String = "grant",
    _ change: @escaping @Sendable (World, JSONObject) throws -> JSONObject = { $1 }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.requested(under: grant)
      act.clear = try change(world, act.clear)
      return act
    }
  }

  /// A request by duty with anything changed.
  private static func act(
    _ name: String, _ description: String, _ codes: [RuleCode], under grant: String? = nil,
    _ change: @escaping @Sendable (World, inout Act) throws -> Void
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.requested(under: grant)
      try change(world, &act)
      return act
    }
  }

  static let requests: [JudgedCase] = byDuty + underGrant + requestOpenings

  private static let byDuty: [JudgedCase] = [
    duty("requested", "a request by duty", []),
    duty("requested-fewer", "a claim less than the duty allows", []) {
      $1.with("claims", ["number"])
    },
    duty("requested-file", "a request for a file", []) {
      $1.with("type", .string(World.fileType)).with("material", "file")
    },
    act("requested-no-certificate", "a request that names no certificate", []) {
      try $0.withoutCertificate(&$1)
    },
    duty("purpose-missing", "a request without a purpose", [.member]) { $1.with("purpose", nil) },
    duty("purpose", "a purpose that is no code", [.purpose, .dutyUnknown]) {
      $1.with("purpose", "Water account")
    },
    duty("purpose-role", "an officer's number as the role", [.purpose]) {
      $1.with("officer_role", "8817")
    },
    duty("member-officer", "an officer's number in the clear", [.memberUnknown]) {
      $1.with("officer", ["number": "8817"])
    },
    duty("claims-twice", "a claim twice", [.shareClaims]) { $1.with("claims", ["name", "name"]) },
    duty("answer-time", "to be answered at once", [.answerTime]) {
      $1.with("answer_by", .integer($0.now.seconds))
    },
    duty("answer-time-next", "to be answered in the next second", []) {
      $1.with("answer_by", .integer($0.now.seconds + 1))
    },
    duty("answer-time-year", "to be answered within 366 days", []) {
      $1.with("answer_by", .integer($0.now.seconds + 366 * World.day))
    },
    duty("answer-time-late", "to be answered a second later than that", [.answerTime]) {
      $1.with("answer_by", .integer($0.now.seconds + 366 * World.day + 1))
    },
    duty("provider-unknown", "asks nobody", [.departmentUnknown, .shareProvider]) {
      $1.with("provider", .string(World.stranger))
    },
    duty("provider-retired", "asks a retired department", [.departmentRetired]) {
      $1.with("provider", .string(World.archive))
    },
    duty("provider-other", "asks a department that issues no such certificates", [.shareProvider]) {
      $1.with("provider", .string(World.fire))
    },
    act("provider-self", "asks itself", [.shareProvider, .dutyUnknown]) {
      $1.signer = $0.keys.police
      $1.issuer = $0.keys.police.uri
    },
    JudgedCase("provider-successor", "asks the successor of the only issuer", [.dutyUnknown]) {
      var act = try $0.requested()
      act.clear = act.clear.with("type", .string(World.archiveType))
      try act.replace(
        "certificate",
        [
          "identifier": .string(try World.identifier(World.archiveType, issuer: World.archive)),
          "thread": .string(act.affair?.certificate.commitment.base64url ?? ""),
        ])
      return act
    },
    duty("request-type-unknown", "a type nobody published", [.typeUnknown, .shareCertificate]) {
      $1.with("type", .string(World.police + "009"))
    },
    duty("request-material", "a file of a type of certificates", [.typeUnknown]) {
      $1.with("material", "file")
    },
    duty("basis-none", "neither a law nor a grant", [.shareBasis]) { $1.with("citation", nil) },
    duty("basis-both", "a law and a grant", [.shareBasis]) {
      $1.with("grant", try $0.affair("grant").event)
    },
    use("basis-grant-none", "under a grant that it does not name", [.shareBasis]) {
      $1.with("grant", nil)
    },
    duty("duty-unknown", "a purpose that no duty has", [.dutyUnknown]) {
      $1.with("purpose", "water-tax")
    },
    duty("duty-citation", "the citation of another duty", [.dutyUnknown]) {
      $1.with("citation", "Water Act, 9")
    },
    act("duty-department", "another department's duty", [.dutyUnknown]) {
      $1.signer = $0.keys.registrar
      $1.issuer = $0.keys.registrar.uri
    },
    duty("duty-claims", "a claim outside the duty", [.dutyClaims]) {
      $1.with("claims", ["name", "address"])
    },
  ]

  private static let underGrant: [JudgedCase] = [
    use("requested-grant", "a request under a grant", []),
    use("requested-grant-file", "for a file that the grant covers", []) {
      $1.with("type", .string(World.fileType)).with("material", "file")
    },
    use("grant-unknown", "under a grant that was never lodged", [.grantUnknown]) {
      $1.with("grant", ["iss": .string($0.keys.water.uri), "jti": .string(Digest.zero.base64url)])
    },
    act(
      "grant-requester", "under a grant for another department", [.grantRequester], under: "grant"
    ) {
      $1.signer = $0.keys.registrar
      $1.issuer = $0.keys.registrar.uri
    },
    JudgedCase("grant-type", "a type that the grant does not cover", [.grantType]) { world in
      var act = try world.requested(under: "grant")
      act.clear = act.clear.with("type", .string(World.withdrawnType))
      try act.replace(
        "certificate",
        [
          "identifier": .string(try World.identifier(World.withdrawnType)),
          "thread": .string(act.affair?.certificate.commitment.base64url ?? ""),
        ])
      return act
    },
    use("grant-claims", "a claim that the grant does not cover", [.grantClaims]) {
      $1.with("claims", ["name", "address"])
    },
    use("grant-purpose", "another purpose than the grant's", [.grantPurpose]) {
      $1.with("purpose", "water-meter")
    },
    use("grant-withdrawn", "under a withdrawn grant", [.grantWithdrawn], of: "grant-back"),
    use("grant-period", "in the second after the period", [.grantPeriod], of: "grant-short"),
    use("grant-period-first", "in the first second of the period", [], of: "grant-early"),
    use("grant-period-early", "in the second before the period", [.grantPeriod], of: "grant-later"),
    use("grant-frequency", "a second time on one day", [.grantFrequency], of: "grant-used"),
    use("grant-frequency-first", "the first time on that day", [], of: "grant-daily"),
    JudgedCase("grant-frequency-next", "the second time, on the next day", []) { world in
      var act = try world.requested(under: "grant-used")
      act.received = world.now.adding(days: 1)
      act.time = world.now.adding(days: 1)
      act.number = try Act.number(act.time.milliseconds)
      act.clear = act.clear.with("answer_by", .integer(act.time.seconds + World.day))
      return act
    },
    act(
      "grant-holder-request", "about another person than the holder", [.grantHolder], under: "grant"
    ) {
      let other = try Affair()
      let grant = $1.beside.grant
      try $1.replace("subject_1", World.subject(other))
      try $1.replace("certificate", try World.certificate(other))
      try $1.replace("case", World.reference(other))
      $0.place(&$1, other, isShare: true)
      $1.beside.grant = grant
    },
    act("grant-holder-unknown", "under a grant that nobody opened", [.grantHolder], under: "grant")
    {
      $1.beside.grant = nil
      _ = $0
    },
  ]

  private static let requestOpenings: [JudgedCase] = [
    act("request-subject-code", "a citizen number with a wrong check character", [.disclosureForm])
    {
      let old = $1.disclosures.first { $0.name == "subject_1" }?.value.objectValue ?? [:]
      try $1.replace("subject_1", .object(old.with("code", "440305198902012957")))
      _ = $0
    },
    act("request-certificate-type", "a certificate of another type", [.shareCertificate]) {
      try $1.replace(
        "certificate",
        [
          "identifier": .string(try World.identifier(World.fileType)),
          "thread": .string($1.affair?.certificate.commitment.base64url ?? ""),
        ])
      _ = $0
    },
    act("request-certificate-person", "a certificate of another person", [.shareCertificate]) {
      $1.beside.namesSubject = false
      _ = $0
    },
    act("request-tag-subject", "a number of the person's thread is left out", [.threadTag]) {
      $1.privateTags[0] = $1.affair?.subject.tag(4) ?? $1.privateTags[0]
      _ = $0
    },
    act("request-tag-doubled", "the last number of the person's thread again", [.threadTag]) {
      $1.privateTags[0] = $1.affair?.subject.tag(2) ?? $1.privateTags[0]
      _ = $0
    },
    act("request-tag-case", "a random tag for the case", [.threadTag]) {
      $1.privateTags[2] = try World.filling()
      _ = $0
    },
    act("request-tag-swapped", "the tag of another person", [.threadCommitment]) {
      let other = Openings.Place(key: try Affair().subject, number: 3)
      $1.privateTags[0] = other.key.tag(3)
      $1.openings = Openings(
        disclosures: [], subjects: [other], certificate: $1.openings?.certificate)
      _ = $0
    },
    act("request-tag-none", "no tag for the certificate that it names", [.threadTag]) {
      let place = $1.openings?.subjects ?? []
      $1.openings = Openings(disclosures: [], subjects: place)
      $1.privateTags[1] = try World.filling()
      _ = $0
    },
    act("request-case-none", "no tag for the case", [.threadTag]) {
      $1.beside.casePlace = nil
      _ = $0
    },
    act("request-case-commitment", "another key of the case", [.threadCommitment]) {
      let other = Openings.Place(key: try Affair().reference, number: 1)
      $1.beside.casePlace = other
      $1.privateTags[2] = other.key.tag(1)
      _ = $0
    },
    act("request-no-officer", "nobody who asks", [.disclosureName]) {
      try $1.drop("officer")
      _ = $0
    },
  ]
}
